import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const ioModules = [
  'fs',
  'fs/promises',
  'child_process',
  'net',
  'http',
  'https',
  'os',
  'process',
  'worker_threads',
].flatMap((name) => [`node:${name}`, name]);

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '**/fixtures/', 'examples/', '__tests__/pipeline/*/project/'] },
  ...tseslint.configs.strict,
  {
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The core is pure: text and facts in, result out. Disk, processes and network live in src/ports.
    files: ['src/**/*.ts', 'transforms/**/*.ts'],
    ignores: ['src/ports/**', 'src/cli.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ioModules }] },
  },
  {
    // Texts of strangers meet these: no pattern may take more than its time over one.
    files: ['src/**/*.ts', 'transforms/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': ['error', { ignoreSticky: true, report: 'certain' }],
    },
  },
  // CommonJS starts a little sooner.
  { files: ['bin/**'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['scripts/**', 'bin/**', '__tests__/**'], rules: { 'no-console': 'off' } },
);
