import { expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { buildInfosOf, outDirOf } from '../../../src/project/manifests/tsconfig.js';

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

test.each<[string, Record<string, string>, unknown]>([
  ['nothing kept', { 'tsconfig.json': '{ "compilerOptions": { "noEmit": true } }' }, []],
  [
    'with output',
    { 'tsconfig.json': '{ "compilerOptions": { "composite": true } }' },
    [{ tsconfig: 'tsconfig.json', file: undefined, emits: true }],
  ],
  [
    'of a reference that extends another file',
    {
      'tsconfig.json': '{ "references": [{ "path": "./app" }, { "path": "../outside" }] }',
      'app/tsconfig.json': '{ "extends": "./base", "compilerOptions": { "noEmit": true } }',
      'app/base.json': '{ "compilerOptions": { "tsBuildInfoFile": "../node_modules/.tmp/app" } }',
    },
    [{ tsconfig: 'app/tsconfig.json', file: 'node_modules/.tmp/app', emits: false }],
  ],
  ['a circle of references', { 'tsconfig.json': '{ "references": [{ "path": "." }] }' }, []],
  ['not JSON', { 'tsconfig.json': '{' }, []],
])('what incremental builds of a tsconfig keep: %s', (_, files, expected) => {
  expect(buildInfosOf(memoryContext(files), 'tsconfig.json')).toEqual(expected);
});
