import { expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { tsconfigOutDir } from '../../src/project/tsconfig.js';

const context = memoryContext({
  'tsconfig.json': '{ // comment\n "compilerOptions": { "outDir": "./dist/" } }',
  'tsconfig.build.json': '{ "extends": "./tsconfig.json" }',
  'tsconfig.short.json': '{ "extends": "./tsconfig" }',
  'tsconfig.package.json': '{ "extends": "@tsconfig/node20/tsconfig.json" }',
  'tsconfig.loop.json': '{ "extends": "./tsconfig.loop.json" }',
  'tsconfig.broken.json': '{',
});

test.each([
  ['./tsconfig.json', 'dist'],
  ['tsconfig.build.json', 'dist'],
  ['tsconfig.short.json', 'dist'],
  ['tsconfig.package.json', undefined],
  ['tsconfig.loop.json', undefined],
  ['tsconfig.broken.json', undefined],
  ['absent.json', undefined],
])('%s compiles to %s', (path, folder) => {
  expect(tsconfigOutDir(context, path)).toBe(folder);
});
