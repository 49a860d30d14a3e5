import base from './jest.config.js';

/** Tests with a real server of Redis, which they start: `npm test` leaves them out. They need `npm run build`. */
export default {
  ...base,
  testMatch: ['<rootDir>/__tests__/redis/**/*.redis.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/'],
  testTimeout: 600_000,
};
