import { describe, expect, test } from '@jest/globals';
import type { Config } from '../../src/config/config.js';
import { unknownNames } from '../../src/config/names.js';
import { resolveConfig } from '../../src/config/resolve.js';

const config: Config = {
  preset: 'default',
  skip: ['a'],
  transforms: { a: { ids: true, depth: 1 }, b: false, c: true },
  target: 'prod',
  overrides: [
    { files: ['services/**'], allow: 'safe', transforms: { a: { depth: 2 }, b: true } },
    { files: ['*.dev.Dockerfile', 'dev/'], preset: 'none', skip: [], transforms: { a: false, c: { x: 1 } } },
  ],
};

describe('resolveConfig', () => {
  const base = { preset: 'default', skip: ['a'], transforms: config.transforms, target: 'prod' };
  const service = { ...base, allow: 'safe', transforms: { a: { ids: true, depth: 2 }, b: true, c: true } };
  test.each<[string, unknown]>([
    ['Dockerfile', base],
    ['services/api/Dockerfile', service],
    ['x/services/Dockerfile', base],
    ['dev/x/Dockerfile', { ...base, preset: 'none', skip: [], transforms: { a: false, b: false, c: { x: 1 } } }],
    [
      'services/web.dev.Dockerfile',
      { ...service, preset: 'none', skip: [], transforms: { a: false, b: true, c: { x: 1 } } },
    ],
  ])('%s', (path, expected) => expect(resolveConfig(config, path)).toEqual(expected));

  test('true keeps the options that stood before', () => {
    const over: Config = { transforms: { a: { ids: true } }, overrides: [{ files: ['*'], transforms: { a: true } }] };
    expect(resolveConfig(over, 'd/Dockerfile')).toEqual({ transforms: { a: { ids: true } } });
  });

  test.each<[string, string, boolean]>([
    ['Dockerfile', 'a/b/Dockerfile', true],
    ['./Dockerfile', 'a/Dockerfile', false],
    ['./Dockerfile', 'Dockerfile', true],
    ['{api,web}/*', 'web/Dockerfile', true],
    ['**/test/**', 'a/test/b/Dockerfile', true],
    ['*/Dockerfile', 'a/b/Dockerfile', false],
    ['[', '[', false],
  ])('glob %s on %s: %s', (glob, path, matches) => {
    const resolved = resolveConfig({ overrides: [{ files: [glob], preset: 'all' }] }, path);
    expect(resolved.preset === 'all').toBe(matches);
  });

  test('keys that name parts of objects are only keys', () => {
    const evil = JSON.parse('{"transforms": {"__proto__": {"x": 1}, "constructor": true}}') as Config;
    const resolved = resolveConfig({ ...evil, overrides: [{ files: ['*'], ...evil }] }, 'Dockerfile');
    expect(Object.keys(resolved.transforms!)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

test('unknownNames', () => {
  const known = new Set(['clean-apt-lists', 'x']);
  const named: Config = {
    only: ['x', 'y'],
    transforms: { 'clean-apt-list': true },
    overrides: [{ files: ['*'], skip: ['constructor'] }],
  };
  expect(unknownNames(named, known)).toEqual([
    { path: ['only', 1], message: 'no transform is called "y"' },
    {
      path: ['transforms', 'clean-apt-list'],
      message: 'no transform is called "clean-apt-list"; did you mean "clean-apt-lists"?',
    },
    { path: ['overrides', 0, 'skip', 0], message: 'no transform is called "constructor"' },
  ]);
});
