import { expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { outDirOf } from '../../../src/project/manifests/tsconfig.js';

test.each<[string, Record<string, string>, string | undefined]>([
  ['named, with comments', { 'tsconfig.json': '{ // built\n "compilerOptions": { "outDir": "./dist/", } }' }, 'dist'],
  [
    'in the file that it extends',
    {
      'tsconfig.json': '{ "extends": "./tsconfig.base" }',
      'tsconfig.base.json': '{ "compilerOptions": { "outDir": "build" } }',
    },
    'build',
  ],
  ['in a package that it extends', { 'tsconfig.json': '{ "extends": "@tsconfig/node20" }' }, undefined],
  ['not named', { 'tsconfig.json': '{}' }, undefined],
  ['not JSON', { 'tsconfig.json': '{' }, undefined],
  ['a circle', { 'tsconfig.json': '{ "extends": "./tsconfig" }' }, undefined],
  ['no file', {}, undefined],
])('the output folder of a tsconfig: %s', (_, files, expected) => {
  expect(outDirOf(memoryContext(files), 'tsconfig.json')).toBe(expected);
});
