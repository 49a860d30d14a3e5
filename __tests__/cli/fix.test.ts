import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { dfix, type Folder, folderWith } from './harness.js';

const HI = 'FROM scratch\nRUN echo hi\n';
const HELLO = 'FROM scratch\nRUN echo hello\n';

let folder: Folder | undefined;
afterEach(() => folder?.remove());
const setUp = (files: Readonly<Record<string, string>>): Folder => (folder = folderWith(files));

describe('a dry run', () => {
  test('shows the diff, each change and each refusal, writes nothing and ends with 0', async () => {
    const { root, read } = setUp({ Dockerfile: `${HI}RUN echo no\nRUN echo no\n` });
    const { code, out, err } = await dfix(root, []);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toBe(
      [
        'Dockerfile',
        '--- a/Dockerfile',
        '+++ b/Dockerfile',
        '@@ -1,4 +1,4 @@',
        ' FROM scratch',
        '-RUN echo hi',
        '+RUN echo hello',
        ' RUN echo no',
        ' RUN echo no',
        '',
        'changes',
        '  line 2  say-hello  safe  say hello — Because of say-hello.',
        'left alone',
        '  lines 3, 4  say-farewell  somebody said no',
        '  lines 3, 4  say-hello     somebody said no',
        '',
        '',
      ].join('\n'),
    );
    expect(read('Dockerfile')).toContain('echo hi');
  });

  test('says so when there is nothing to change', async () => {
    const { root } = setUp({ Dockerfile: HELLO });
    expect(await dfix(root, [])).toEqual({ code: 0, out: 'Dockerfile: nothing to change\n', err: '' });
  });

  test('sums up several files', async () => {
    const { root } = setUp({ Dockerfile: HI, 'a/Dockerfile': HELLO, 'b/Dockerfile': 'FROM scratch\nRUN echo no\n' });
    const { out } = await dfix(root, []);
    expect(out.trimEnd().split('\n').at(-1)).toBe('3 files, 1 would change (1 change), 2 places left alone');
  });

  test('prints a patch that git applies from the current folder, whatever the format', async () => {
    for (const format of ['text', 'diff']) {
      const { root } = setUp({ 'sub/x y/Dockerfile': HI, 'sub/é.Dockerfile': HI.replaceAll('\n', '\r\n') });
      execFileSync('git', ['init', '-q'], { cwd: root });
      const cwd = path.join(root, 'sub');
      const { out } = await dfix(cwd, ['--format', format]);
      execFileSync('git', ['apply', '-'], { cwd, input: out });
      expect(folder!.read('sub/x y/Dockerfile')).toBe(HELLO);
      expect(folder!.read('sub/é.Dockerfile')).toBe(HELLO.replaceAll('\n', '\r\n'));
      folder!.remove();
    }
  });

  test('names a file outside the current folder by its place in the repository', async () => {
    const { root } = setUp({ 'other/Dockerfile': HI, 'here/keep': '', '.git/HEAD': '' });
    const { out } = await dfix(path.join(root, 'here'), ['../other', '--format', 'diff']);
    expect(out).toContain('--- a/other/Dockerfile\n');
  });

  test('--quiet leaves the reasons out', async () => {
    const { root } = setUp({ Dockerfile: `${HI}RUN echo no\n` });
    const { out } = await dfix(root, ['--quiet']);
    expect(out).toMatch(/^--- a\/Dockerfile/);
    expect(out).not.toContain('said no');
  });
});

describe('--write', () => {
  test('writes, keeps the mode and says so', async () => {
    const { root, read } = setUp({ Dockerfile: HI });
    chmodSync(path.join(root, 'Dockerfile'), 0o640);
    const { code, out } = await dfix(root, ['--write']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Dockerfile: written\n/);
    expect(read('Dockerfile')).toBe(HELLO);
    expect(statSync(path.join(root, 'Dockerfile')).mode & 0o777).toBe(0o640);
    expect((await dfix(root, ['--write'])).out).toBe('Dockerfile: nothing to change\n');
  });

  test('writes a new .dockerignore together with the Dockerfile', async () => {
    const { root, read } = setUp({ Dockerfile: 'FROM scratch\nRUN true\n' });
    const dry = await dfix(root, ['--format', 'diff']);
    expect(dry.out).toContain('--- /dev/null\n+++ b/.dockerignore\n');
    expect((await dfix(root, ['--write'])).code).toBe(0);
    expect(read('.dockerignore')).toBe('.git\n');
    expect(read('Dockerfile')).toBe('FROM scratch\nRUN :\n');
  });

  test('lets a second Dockerfile see the .dockerignore that the first one wrote', async () => {
    const text = 'FROM scratch\nRUN true\n';
    const { root, read } = setUp({ 'a.Dockerfile': text, 'b.Dockerfile': text, '.dockerignore': 'x\n' });
    const { code } = await dfix(root, ['--write']);
    expect(code).toBe(0);
    expect(read('.dockerignore')).toBe('x\n.git\n');
    expect(read('b.Dockerfile')).toBe(text);
  });
});

test.each([
  [HI, 1],
  [HELLO, 0],
])('--check of %j ends with %i', async (text, code) => {
  const { root, read } = setUp({ Dockerfile: text });
  expect((await dfix(root, ['--check'])).code).toBe(code);
  expect(read('Dockerfile')).toBe(text);
});

describe('standard input', () => {
  test.each([
    [['-'], HELLO],
    [
      ['-', '--format', 'diff'],
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM scratch\n-RUN echo hi\n+RUN echo hello\n',
    ],
    [['-', '--skip', 'say-hello'], HI],
  ])('%j', async (argv, expected) => {
    const { root } = setUp({});
    expect(await dfix(root, argv, { stdin: HI })).toEqual({ code: 0, out: expected, err: '' });
  });

  test('a syntax error prints nothing but the error', async () => {
    const { root } = setUp({});
    const { code, out, err } = await dfix(root, ['-'], { stdin: 'FROM scratch\n  WAT is this\n' });
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: 'stdin:2:3: unknown instruction "WAT"\n' });
  });

  test('a template comes out as it went in', async () => {
    const { root } = setUp({});
    const text = 'FROM {{ image }}\nRUN echo hi\n';
    const { code, out, err } = await dfix(root, ['-'], { stdin: text });
    expect({ code, out }).toEqual({ code: 0, out: text });
    expect(err).toContain('template');
  });
});

describe('which transforms run', () => {
  const text = 'FROM scratch\nRUN echo hi\nRUN echo bye\nRUN echo LOUD\n';
  test.each([
    [[], 'hello farewell LOUD'],
    [['--only', 'whisper'], 'hi bye quiet'],
    [['--only', 'whisper,say-hello'], 'hello bye quiet'],
    [['--only', 'whisper', '--only', 'say-hello', '--skip', 'whisper'], 'hello bye LOUD'],
    [['--skip', 'say-hello'], 'hi farewell LOUD'],
    [['--allow', 'safe'], 'hello bye LOUD'],
    [['--allow=unsafe'], 'hello farewell LOUD'],
  ])('%j', async (argv, words) => {
    const { root } = setUp({});
    const { out } = await dfix(root, ['-', ...argv], { stdin: text });
    expect(out.match(/(?<=echo )\w+/g)!.join(' ')).toBe(words);
  });

  test('what is above the level is named', async () => {
    const { root } = setUp({ Dockerfile: text });
    const { out } = await dfix(root, ['--allow', 'safe']);
    expect(out).toContain('above the allowed level (see --allow)\n  line 3  say-farewell  review  say farewell');
  });

  test.each([
    [{ 'dfix.config.json': '{"skip": ["say-hello"]}' }, 'hi farewell LOUD'],
    [{ 'dfix.config.yaml': 'preset: all\nallow: safe\n' }, 'hello bye quiet'],
    [{ 'dfix.config.yaml': 'preset: none\ntransforms: {whisper: true}\n' }, 'hi bye quiet'],
    [{ 'dfix.config.yaml': 'transforms: {say-hello: {word: moin}, say-farewell: false}\n' }, 'moin bye LOUD'],
    [{ 'package.json': '{"dfix": {"only": ["say-hello"]}}' }, 'hello bye LOUD'],
    [{ 'dfix.config.yaml': 'overrides: [{files: [Dockerfile], skip: [say-hello]}]\n' }, 'hi farewell LOUD'],
  ])('configured by %j', async (files: Readonly<Record<string, string>>, words) => {
    const { root, read } = setUp({ Dockerfile: text, ...files });
    await dfix(root, ['--write']);
    expect(
      read('Dockerfile')
        .match(/(?<=echo )\w+/g)!
        .join(' '),
    ).toBe(words);
  });

  test('own transforms come from the configuration', async () => {
    const own = `export default {
      meta: { name: 'own', summary: 'Own', why: 'Own.', phase: 'runtime', level: 'safe', assumes: [], needs: [],
        preset: 'default', sameAs: [], references: [], options: {} },
      find: (file, { propose }) => {
        for (const { span } of file.instructions) if (file.slice(span) === 'RUN a')
          propose({ at: span, edits: [{ span, text: 'RUN b' }], what: 'b', level: 'safe' });
      },
    };\n`;
    const { root } = setUp({
      Dockerfile: 'FROM scratch\nRUN a\n',
      'own.mjs': own,
      'dfix.config.yaml': 'use: [./own.mjs]\n',
    });
    const { out, err } = await dfix(root, ['--format', 'diff']);
    expect(err).toBe('');
    expect(out).toContain('+RUN b');
    expect((await dfix(root, ['list'])).out).toContain('own');
  });

  test.each([
    [
      'skip: [say-hallo]\n',
      'dfix.config.yaml:1:8: skip[0]: no transform is called "say-hallo"; did you mean "say-hello"?',
    ],
    ['transforms: {say-hello: {word: 1}}\n', 'transforms.say-hello.word: expected string, got 1'],
    ['use: [./nowhere.mjs]\n', 'dfix.config.yaml:1:7: use[0]: "./nowhere.mjs" cannot be loaded'],
    ['alow: safe\n', 'alow: unknown key; did you mean "allow"?'],
  ])('configuration %j is an error, said once', async (config, message) => {
    const { root, read } = setUp({ Dockerfile: HI, 'a.Dockerfile': HI, 'dfix.config.yaml': config });
    const { code, err } = await dfix(root, ['--write']);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(read('Dockerfile')).toBe(HI);
  });
});

test('ignore comments hold, and wrong ones are warned of', async () => {
  const { root } = setUp({
    Dockerfile:
      'FROM scratch\n# dfix-ignore say-hello greeting is fine\nRUN echo hi\n# dfix-ignore say-hello\nRUN echo hi\n',
  });
  const { code, out, err } = await dfix(root, []);
  expect(code).toBe(0);
  expect(out).toBe('Dockerfile: nothing to change\n');
  expect(err).toBe('Dockerfile:4: warning: dfix-ignore say-hello needs a reason after the name\n');
});

test('JSON holds all that is known', async () => {
  const { root } = setUp({
    Dockerfile: `${HI}RUN echo no\n`,
    'bad.Dockerfile': 'WAT\n',
    'c.Dockerfile': 'FROM {{ x }}\n',
  });
  const { code, out } = await dfix(root, ['--format', 'json', '--only', 'say-hello']);
  expect(code).toBe(2);
  const report = JSON.parse(out) as Record<string, unknown>;
  expect(report).toMatchObject({
    version: 1,
    files: [
      {
        path: 'Dockerfile',
        status: 'changed',
        written: false,
        changes: [{ transform: 'say-hello', level: 'safe', line: 2, column: 1, what: 'say hello' }],
        refusals: [{ transform: 'say-hello', line: 3, reason: 'somebody said no', instruction: 'RUN echo no' }],
        output: `${HELLO}RUN echo no\n`,
      },
      { path: 'bad.Dockerfile', status: 'error' },
      { path: 'c.Dockerfile', status: 'left-alone' },
    ],
    errors: [{ code: 'syntax', file: 'bad.Dockerfile', line: 1, column: 1 }],
    summary: { files: 3, changed: 1, changes: 1, refusals: 1, leftAlone: 1, errors: 1 },
  });
});

test('a Dockerfile inside a compose file is reported', async () => {
  const { root } = setUp({
    Dockerfile: HELLO,
    'compose.yaml': 'services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM scratch\n',
  });
  const { code, out } = await dfix(root, []);
  expect(code).toBe(0);
  expect(out).toMatch(/compose\.yaml:\d+: left alone: .*not rewritten/);
});

describe('colour', () => {
  const red = '\u001b[31m';
  test.each([
    [['--color'], false, {}, true],
    [[], true, {}, true],
    [[], false, {}, false],
    [[], true, { NO_COLOR: '1' }, false],
    [['--no-color'], true, {}, false],
  ])('%j on a terminal %p with %j: %p', async (argv, isTTY, env, expected) => {
    const { root } = setUp({ Dockerfile: HI });
    const { out } = await dfix(root, argv, { isTTY, env });
    expect(out.includes(red)).toBe(expected);
  });

  test('a terminal is given no orders by a file', async () => {
    const { root } = setUp({ Dockerfile: `FROM scratch\nRUN echo hi \u001b[2J\n` });
    expect((await dfix(root, ['--no-color'], { isTTY: true })).out).not.toContain('\u001b');
    expect((await dfix(root, ['--format', 'diff'])).out).toContain('\u001b[2J');
  });
});

test('a project is looked for where all that is copied lies, if nothing says from where the file is built', async () => {
  const { root } = setUp({
    'docker/Dockerfile': 'FROM scratch\nCOPY package.json /\nRUN true\n',
    '.dockerignore': 'x\n',
    'package.json': '{}',
  });
  mkdirSync(path.join(root, '.git'));
  const { out, err } = await dfix(root, ['docker/Dockerfile', '--format', 'diff']);
  expect(out).toContain('--- a/.dockerignore\n');
  expect(err).toBe('');
});

test('no project is looked for where what is copied lies in several folders', async () => {
  const { root } = setUp({
    'a/docker/Dockerfile': 'FROM scratch\nCOPY package.json /\nRUN true\n',
    'a/package.json': '{}',
    'package.json': '{}',
  });
  mkdirSync(path.join(root, '.git'));
  const { err } = await dfix(root, ['a/docker/Dockerfile']);
  expect(err).toContain('what it copies is in several folders (a, .): its project is not looked at');
});

test('a project is looked for where compose says that the context is', async () => {
  const { root } = setUp({
    'docker/Dockerfile': 'FROM scratch\nRUN true\n',
    '.dockerignore': 'x\n',
    'compose.yaml': 'services:\n  a:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n',
  });
  mkdirSync(path.join(root, '.git'));
  expect((await dfix(root, ['docker/Dockerfile', '--format', 'diff'])).out).toContain('--- a/.dockerignore\n');
  writeFileSync(path.join(root, 'Makefile'), 'b:\n\tdocker build -f docker/Dockerfile docker\n');
  const { err } = await dfix(root, ['docker/Dockerfile']);
  expect(err).toContain('built from several contexts');
  const { out } = await dfix(root, ['docker/Dockerfile', '--context', 'docker', '--format', 'diff']);
  expect(out).toContain('+++ b/docker/.dockerignore\n');
});
