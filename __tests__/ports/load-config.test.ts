import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatError } from '../../src/errors.js';
import { configLoader, loadConfigFile } from '../../src/ports/load-config.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dfix-config-'));
  mkdirSync(join(cwd, '.git'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), content);
}

async function load(path = 'Dockerfile', allowCode = true): Promise<unknown> {
  const { loaded, problems } = await configLoader({ cwd, allowCode })(path);
  return problems.length > 0 ? problems.map((problem) => formatError(problem)) : loaded?.config;
}

describe('where', () => {
  test.each([
    ['dfix.config.yaml', 'preset: all\n'],
    ['dfix.config.yml', '# note\npreset: all # more\n'],
    ['dfix.config.json', '\ufeff{"preset": "all"}'],
    ['dfix.config.mjs', 'export default { preset: "all" };'],
    ['dfix.config.ts', 'const preset: string = "all";\nexport default { preset } as const;'],
    ['package.json', '{"name": "x", "dfix": {"preset": "all"}}'],
  ])('%s', async (name, content) => {
    put(name, content);
    expect(await load('a/b/Dockerfile')).toEqual({ preset: 'all' });
  });

  test('dfix.config.js of a package of ES modules', async () => {
    put('package.json', '{"type": "module"}');
    put('dfix.config.js', 'export default { target: "prod" };');
    expect(await load()).toEqual({ target: 'prod' });
  });

  test('the nearest wins alone, and a package.json without the key is none', async () => {
    put('dfix.config.yaml', 'preset: all\nallow: safe\n');
    put('a/dfix.config.json', '{"target": "x"}');
    put('a/b/package.json', '{"name": "dfix", "files": ["dfix"]}');
    put('a/b/c/package.json', '{ broken "dfix" ');
    expect(await load('a/b/c/Dockerfile')).toEqual({ target: 'x' });
    expect(await load('Dockerfile')).toEqual({ preset: 'all', allow: 'safe' });
    const { loaded } = await configLoader({ cwd, allowCode: false })('a/b/Dockerfile');
    expect(loaded).toMatchObject({ file: join(cwd, 'a', 'dfix.config.json'), folder: join(cwd, 'a') });
  });

  test('the search stops at the root of the repository', async () => {
    put('dfix.config.yaml', 'preset: all\n');
    mkdirSync(join(cwd, 'inner', '.git'), { recursive: true });
    expect(await load('inner/Dockerfile')).toBeUndefined();
  });

  test('an empty file is an empty configuration', async () => {
    put('dfix.config.yaml', '# nothing yet\n');
    expect(await load()).toEqual({});
  });

  test('a configuration is loaded once', async () => {
    put('dfix.config.yaml', 'preset: all\n');
    const config = configLoader({ cwd, allowCode: true });
    const [a, b] = [await config('a/Dockerfile'), await config('b/Dockerfile')];
    expect(a.loaded).toBe(b.loaded);
  });

  test('a file that is named', async () => {
    put('other.yaml', 'preset: all\n');
    expect((await loadConfigFile('other.yaml', { cwd, allowCode: true })).loaded?.config).toEqual({ preset: 'all' });
    const { problems } = await loadConfigFile('none.yaml', { cwd, allowCode: true });
    expect(problems.map((problem) => formatError(problem))).toEqual(['none.yaml: cannot read: no such file']);
  });
});

describe('problems name file, place, key and what was expected', () => {
  test.each<[string, string[]]>([
    ['preset: nonee\n', ['1:1: preset: expected one of default, all, none (did you mean "none"?), got "nonee"']],
    ['allow: 1\n', ['1:1: allow: expected one of safe, review, unsafe, got 1']],
    ['a: 1\nskipp: []\n', ['1:1: a: unknown key', '2:1: skipp: unknown key; did you mean "skip"?']],
    ['only: x\n', ['1:1: only: expected list, got "x"']],
    ['only:\n  - a\n  - 5\n', ['3:5: only[1]: expected string, got 5']],
    ['transforms:\n  a: on\n', ['2:3: transforms.a: expected true, false or options, got "on"']],
    [
      'overrides:\n  - file: [x]\n',
      [
        '2:5: overrides[0].files: expected list, got nothing',
        '2:5: overrides[0].file: unknown key; did you mean "files"?',
      ],
    ],
    [
      'overrides:\n  - files: []\n    target: x\n',
      ['2:5: overrides[0].files: expected at least one, got list', '3:5: overrides[0].target: unknown key'],
    ],
    ['buildArgs:\n  TOKEN: 12345\n', ['2:3: buildArgs.TOKEN: expected string, got number']],
    ['- a\n', ['expected object, got list']],
    ['text\n', ['expected object, got "text"']],
    ['a: [1\n', ['2:1: Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['preset: all\npreset: none\n', ['2:1: Map keys must be unique']],
    ['__proto__:\n  preset: all\nconstructor: {}\n', ['1:1: __proto__: unknown key', '3:1: constructor: unknown key']],
  ])('%j', async (text, problems) => {
    put('dfix.config.yaml', text);
    expect(await load()).toEqual(
      problems.map((problem) => `dfix.config.yaml:${/^\d/.test(problem) ? '' : ' '}${problem}`),
    );
    expect(({} as Record<string, unknown>)['preset']).toBeUndefined();
  });

  test.each<[string, string, string[]]>([
    ['dfix.config.json', '{\n  "preset": 1\n}', ['2:3: preset: expected one of default, all, none, got 1']],
    ['dfix.config.json', '{"preset": ', ['1:12: not valid JSON']],
    ['dfix.config.json', '{\n\t"skip": {\n\t}\n}', ['2:2: skip: expected list, got object']],
    ['package.json', '{"dfix": {\n"x": 1}}', ['2:1: x: unknown key']],
    ['dfix.config.mjs', 'export default { x: 1 }', [' x: unknown key']],
    ['dfix.config.mjs', 'export const x = 1', [' cannot be loaded: it has no default export']],
    ['dfix.config.mjs', 'throw new Error("no\\nway")', [' cannot be loaded: no']],
  ])('%s %j', async (name, text, problems) => {
    put(name, text);
    expect(await load()).toEqual(problems.map((problem) => `${name}:${problem}`));
  });

  test('prototype keys inside are harmless', async () => {
    put(
      'dfix.config.json',
      '{"transforms": {"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}, "buildArgs": {"__proto__": "x"}}',
    );
    await load();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('aliases that grow without bound', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `k${i}: &a${i} [${
          i === 0
            ? 'x'
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(',')
        }]`,
    );
    put('dfix.config.yaml', levels.join('\n'));
    expect(await load()).toEqual(['dfix.config.yaml: Excessive alias count indicates a resource exhaustion attack']);
  });

  test('two configurations in a folder', async () => {
    put('dfix.config.json', '{}');
    put('dfix.config.yaml', '');
    expect(await load()).toEqual([
      '.: more than one configuration in a folder: dfix.config.json, dfix.config.yaml; keep one',
    ]);
  });

  test('code is not run where it may not be', async () => {
    put('dfix.config.mjs', 'globalThis.dfixRan = true; export default {};');
    expect(await load('Dockerfile', false)).toEqual([
      'dfix.config.mjs: a configuration that is code is not run here (use dfix.config.yaml or .json)',
    ]);
    expect('dfixRan' in globalThis).toBe(false);
  });

  test('a link that leaves the repository is not read', async () => {
    const outer = mkdtempSync(join(tmpdir(), 'dfix-outer-'));
    writeFileSync(join(outer, 'secret'), 'password\n');
    symlinkSync(join(outer, 'secret'), join(cwd, 'dfix.config.yaml'));
    expect(await load()).toEqual(['dfix.config.yaml: leads out of the repository through a symbolic link']);
    rmSync(outer, { recursive: true });
  });

  test('problem() places an error of a transform', async () => {
    put('dfix.config.yaml', 'transforms:\n  mount-package-caches:\n    ids: yes\n');
    const { loaded } = await configLoader({ cwd, allowCode: true })('Dockerfile');
    const path = ['transforms', 'mount-package-caches', 'ids'];
    expect(formatError(loaded!.problem(path, 'expected boolean, got "yes"'))).toBe(
      'dfix.config.yaml:3:5: transforms.mount-package-caches.ids: expected boolean, got "yes"',
    );
  });
});
