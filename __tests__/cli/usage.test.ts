import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dfix, type Folder, folderWith } from './harness.js';

let folder: Folder;
beforeAll(() => {
  folder = folderWith({ Dockerfile: 'ARG A=1\nFROM node:20 AS app\nUSER node\nWORKDIR /app\nRUN npm ci --omit dev\n' });
});
afterAll(() => folder.remove());

describe('wrong usage is one line and exit 2', () => {
  test.each<[readonly string[], string]>([
    [['--wrte'], 'unknown option --wrte; did you mean "--write"? (see dfix --help)'],
    [['--quite', '.'], 'unknown option --quite; did you mean "--quiet"? (see dfix --help)'],
    [['-x'], 'unknown option -x (see dfix --help)'],
    [['lsit'], 'lsit: no such file or folder (did you mean "list"?)'],
    [['explian', 'say-hello'], 'explian: no such file or folder (did you mean "explain"?)'],
    [
      ['--only', 'say-helo'],
      '--only: no transform is called "say-helo"; did you mean "say-hello"? (dfix list shows them all)',
    ],
    [['--skip', 'say-hello,nonsense'], '--skip: no transform is called "nonsense" (dfix list shows them all)'],
    [['explain', 'whsper'], 'no transform is called "whsper"; did you mean "whisper"? (dfix list shows them all)'],
    [['explain'], 'explain takes the name of a transform, or --facts PATH (see dfix list)'],
    [['--allow', 'saf'], '--allow takes safe, review, unsafe, not "saf"; did you mean "safe"? (see dfix --help)'],
    [
      ['--format', 'xml'],
      '--format takes text, diff, json, sarif, github, markdown, html, not "xml"; did you mean "html"? (see dfix --help)',
    ],
    [['--only'], '--only takes a value (see dfix --help)'],
    [['--write', '--check'], '--write and --check exclude each other'],
    [['-', 'Dockerfile'], '- for standard input stands alone'],
    [['-', '--write'], '--write needs files, not standard input'],
    [['--build-arg', 'TOKEN'], '--build-arg takes NAME=VALUE'],
    [['list', 'more'], '"more" is one word too many (see dfix --help)'],
    [['--config', 'nowhere.yaml'], 'nowhere.yaml: cannot read: no such file'],
    [['explain', '--facts', 'nowhere'], 'nowhere: cannot read: no such file'],
    [['explain', '--facts', 'Dockerfile:99'], 'Dockerfile: line 99 holds no instruction'],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await dfix(folder.root, argv);
    expect(err.trimEnd()).toContain(message);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(argv.includes('explian') ? 2 : 1);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test('--version is that of the package', async () => {
  const { code, out } = await dfix(folder.root, ['--version']);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([['--help'], ['-h']])('%s names commands and options', async (flag) => {
  const { code, out, err } = await dfix(folder.root, [flag]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const word of ['list', 'explain', 'completion', '--write', '--check', '--only', '--allow', '--context']) {
    expect(out).toContain(word);
  }
});

test('list shows the transforms in their order', async () => {
  const { code, out } = await dfix(folder.root, ['list']);
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'ignore-git',
    'say-farewell',
    'say-hello',
    'whisper',
    '',
  ]);
  const { out: json } = await dfix(folder.root, ['list', '--format', 'json']);
  expect(JSON.parse(json)).toContainEqual(
    expect.objectContaining({ name: 'whisper', level: 'safe', preset: 'opt-in' }),
  );
});

test('explain tells what a transform does, assumes and takes', async () => {
  const { code, out } = await dfix(folder.root, ['explain', 'say-farewell']);
  expect(code).toBe(0);
  expect(out).toContain('say-farewell: Test say-farewell\n\nBecause of say-farewell.');
  expect(out).toContain('Assumes\n  nobody minds');
  expect(out).toContain('word (default ""): Another word to write');
});

test('explain --facts tells effects, order, manifests that are malformed, and what the entry loads', async () => {
  const own = folderWith({
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nLABEL a=b\nCMD ["node", "server.js"]\n',
    'package.json': '{\n  "name": "x",\n}\n',
    'server.js': "require('express');\n",
  });
  const { out } = await dfix(own.root, ['explain', '--facts', 'Dockerfile', '--format', 'json']);
  own.remove();
  const told = JSON.parse(out) as Record<string, unknown>[];
  expect(told[3]).toMatchObject({
    effects: { network: true, opaque: false, readsEnvironment: expect.arrayContaining(['*']) },
    order: [
      { line: 2, commutes: false },
      { line: 3, commutes: false, reason: expect.stringContaining('COPY at line 3 writes') },
    ],
  });
  expect(told[4]).toMatchObject({ order: [{ commutes: true }, { commutes: true }, { line: 4, commutes: true }] });
  expect(told.at(-1)).toMatchObject({
    project: {
      managers: [{ manager: 'npm', unreadable: ['package.json: unreadable, line 3: not valid JSON'] }],
      entry: { entry: 'server.js', packages: ['express'] },
    },
  });
});

test('explain --facts tells how many commits changed the sources of each COPY', async () => {
  const own = folderWith({
    'app/Dockerfile': 'FROM node:20\nCOPY package.json ./\nCOPY src lib ./\nCOPY --from=x /a /a\n',
  });
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', own.root, ...args]);
  git('init', '-q');
  for (const files of [['package.json', 'src/a.js'], ['src/a.js', 'src/b.js'], ['README.md']]) {
    for (const file of files) {
      mkdirSync(path.join(own.root, 'app', path.dirname(file)), { recursive: true });
      appendFileSync(path.join(own.root, 'app', file), '{}\n');
    }
    git('add', '-A');
    git('commit', '-q', '-m', 'change');
  }
  const { out } = await dfix(own.root, ['explain', '--facts', 'app/Dockerfile', '--format', 'json']);
  own.remove();
  expect((JSON.parse(out) as unknown[]).at(-1)).toMatchObject({
    project: {
      history: { commits: 3 },
      copies: [
        { line: 2, files: 1, commits: 1, complete: true },
        { line: 3, files: 2, commits: 2, complete: true },
      ],
    },
  });
});

test('explain --facts tells how many commits changed each instruction', async () => {
  const own = folderWith({});
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', own.root, ...args]);
  git('init', '-q');
  const write = (text: string): void => writeFileSync(path.join(own.root, 'Dockerfile'), text);
  for (const version of ['1', '2', '3']) {
    write(`FROM node:20\nLABEL version=${version}\nRUN a \\\n  b\n${version === '3' ? '# new\nUSER node\n' : ''}`);
    git('add', '-A');
    git('commit', '-q', '-m', version);
    git('commit', '-q', '-m', 'other', '--allow-empty');
  }
  write('# not committed\nFROM node:20\nLABEL version=3\nRUN a \\\n  b\n# new\nUSER node\n');
  const { out } = await dfix(own.root, ['explain', '--facts', 'Dockerfile', '--format', 'json']);
  own.remove();
  expect((JSON.parse(out) as unknown[]).at(-1)).toMatchObject({
    project: {
      lines: [
        { line: 2, commits: 1 },
        { line: 3, commits: 3 },
        { line: 4, commits: 1 },
        { line: 7, commits: 1 },
      ],
    },
  });
});

test('explain --facts tells what is known at an instruction', async () => {
  const { code, out } = await dfix(folder.root, ['explain', '--facts', 'Dockerfile:5', '--format', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([
    {
      line: 5,
      instruction: 'RUN npm ci --omit dev',
      stage: 'app',
      state: { user: 'node', workdir: '/app', shell: ['/bin/sh', '-c'], image: { image: 'node', family: 'debian' } },
      body: {
        kind: 'script',
        commands: [{ tool: 'npm', subcommand: 'ci', options: [{ name: '--omit', value: 'dev' }], understood: true }],
      },
    },
  ]);
  const text = (await dfix(folder.root, ['explain', '--facts', 'Dockerfile'])).out;
  expect(text).toContain('5: RUN npm ci --omit dev\n  stage: app\n  state.user: "node"\n');
  expect(text).toMatch(/effects\.network: true\n/);
  expect(text).toContain('  order: may not change places with line ');
  expect(text).toContain('the folder of this file\n');
});

describe('completion', () => {
  test('prints a script', async () => {
    const { code, out } = await dfix(folder.root, ['completion']);
    expect(code).toBe(0);
    expect(out).toContain('--get-yargs-completions');
    expect(out).toContain('dfix');
  });

  test.each([
    [['dfix', ''], 'list'],
    [['dfix', '--o'], '--only'],
    [['dfix', '--allow', ''], 'review'],
    [['dfix', '--format', 'd'], 'diff'],
    [['dfix', 'explain', ''], 'clean-apt-lists'],
  ])('of %j offers %s', async (words, offered) => {
    const { out } = await dfix(folder.root, ['--get-yargs-completions', ...words]);
    expect(out.split('\n')).toContain(offered);
  });
});
