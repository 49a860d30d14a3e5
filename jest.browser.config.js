import base from './jest.config.js';

/** Tests in a real browser: they need Chromium, so `npm test` leaves them out. */
export default {
  ...base,
  testMatch: ['<rootDir>/__tests__/browser/**/*.browser.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/'],
  testTimeout: 120_000,
};
