import { availableParallelism } from 'node:os';

export default {
  // With its own choice Jest leaves one of two processors idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/transforms/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/fixtures/',
    '<rootDir>/__tests__/engine/',
    '<rootDir>/__tests__/browser/',
    '<rootDir>/__tests__/redis/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '/fixtures/', '<rootDir>/examples/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Modules are stripped of their types when first loaded: on a busy machine that alone takes seconds.
  testTimeout: 120_000,
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-esbuild.js' },
};
