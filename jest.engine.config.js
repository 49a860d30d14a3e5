import base from './jest.config.js';

/** Tests that build and run images: they need a container engine, so `npm test` leaves them out. */
export default {
  ...base,
  testMatch: ['<rootDir>/__tests__/engine/**/*.engine.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/'],
  testTimeout: 600_000,
};
