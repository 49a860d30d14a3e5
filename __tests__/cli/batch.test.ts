import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { openLedger } from '../../src/ports/campaign/ledger.js';
import { root } from '../support/paths.js';
import { dfix, type Folder, folderWith } from './harness.js';

let folder: Folder | undefined;
afterEach(() => folder?.remove());

const FILES = {
  'dfix-batch.yaml': 'repos: [repos/*]\n',
  'repos/a/Dockerfile': 'FROM debian:12\nRUN echo hi\nRUN echo bye\n',
  'repos/b/Dockerfile': 'FROM debian:12\n',
  'repos/c/README': 'none\n',
};

function ledger(root: string): readonly { repository: string; outcome: string; artefacts: { diff?: string } }[] {
  const text = readFileSync(join(root, '.dfix-batch/ledger.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line.slice(17)) as never);
}

test('plans each repository once, writes nothing into it, and only what is safe', async () => {
  folder = folderWith(FILES);
  const first = await dfix(folder.root, ['batch', 'plan']);
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
  const records = ledger(folder.root);
  expect(records.map(({ outcome }) => outcome)).toEqual(['done', 'skipped', 'skipped']);
  const diff = folder.read(join('.dfix-batch', records[0]!.artefacts.diff!));
  expect(diff).toContain('+RUN echo hello');
  expect(diff).not.toContain('farewell');
  expect(folder.read('repos/a/Dockerfile')).toBe(FILES['repos/a/Dockerfile']);
  expect(await dfix(folder.root, ['batch', 'plan'])).toEqual({ code: 0, out: '', err: '' });
  expect(ledger(folder.root)).toHaveLength(3);
});

test('a repository that changed is planned again, even with its old size and time', async () => {
  folder = folderWith(FILES);
  await dfix(folder.root, ['batch', 'plan']);
  const file = join(folder.root, 'repos/a/Dockerfile');
  writeFileSync(file, FILES['repos/a/Dockerfile'].replace('hi', 'ho'));
  utimesSync(file, 0, 0);
  const { out } = await dfix(folder.root, ['batch', 'plan']);
  expect(out).toBe(`skipped  ${join(folder.root, 'repos/a')}  nothing to change\n`);
});

test('a repository with another commit is planned again: an order may hang on its history', async () => {
  folder = folderWith({ ...FILES, 'repos/b/.git/logs/HEAD': 'one\n', 'repos/c/.git': 'gitdir: x\n' });
  await dfix(folder.root, ['batch', 'plan']);
  appendFileSync(join(folder.root, 'repos/b/.git/logs/HEAD'), 'two\n');
  const { out } = await dfix(folder.root, ['batch', 'plan']);
  expect(out).toBe(`skipped  ${join(folder.root, 'repos/b')}  nothing to change\n`);
});

test('another commit is seen where no log of HEAD is kept, be its reference loose or packed, and in a linked work tree', async () => {
  const [one, two] = ['1', '2'].map((digit) => digit.repeat(40));
  const head = 'ref: refs/heads/main\n';
  folder = folderWith({
    ...FILES,
    'repos/a/.git/HEAD': head,
    'repos/a/.git/refs/heads/main': `${one}\n`,
    'repos/b/.git/HEAD': head,
    'repos/b/.git/packed-refs': `${one} refs/heads/main\n`,
    'repos/c/.git': 'gitdir: ../../common/worktrees/c\n',
    'common/worktrees/c/HEAD': head,
    'common/worktrees/c/commondir': '../..\n',
    'common/refs/heads/main': `${one}\n`,
  });
  await dfix(folder.root, ['batch', 'plan']);
  expect((await dfix(folder.root, ['batch', 'plan'])).out).toBe('');
  const { root } = folder;
  for (const [path, text, repository] of [
    ['repos/a/.git/refs/heads/main', `${two}\n`, 'a'],
    ['repos/b/.git/packed-refs', `${two} refs/heads/main\n`, 'b'],
    ['common/refs/heads/main', `${two}\n`, 'c'],
  ] as const) {
    writeFileSync(join(root, path), text);
    const { out } = await dfix(root, ['batch', 'plan']);
    expect([...out.matchAll(/repos\/(\w)/g)].map(([, name]) => name)).toEqual([repository]);
  }
});

test('a campaign of nothing says how to name repositories, and of no step which there are', async () => {
  folder = folderWith({ a: '' });
  const { code, err } = await dfix(folder.root, ['batch', 'plan']);
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/^dfix-batch.yaml: no such campaign file \(.*--org/),
  });
  expect((await dfix(folder.root, ['batch'])).err).toMatch(/^batch takes one of plan, verify/);
  expect((await dfix(folder.root, ['batch', 'plna'])).err).toMatch(/^batch takes plan, .* did you mean "plan"/);
});

test('a configuration above a repository counts, unless the repository is one of Git', async () => {
  folder = folderWith({ ...FILES, 'repos/b/.git/HEAD': '' });
  await dfix(folder.root, ['batch', 'plan']);
  writeFileSync(join(folder.root, 'repos/dfix.config.yaml'), 'skip: [say-hello]\n');
  const { out } = await dfix(folder.root, ['batch', 'plan']);
  expect(out).toContain(`skipped  ${join(folder.root, 'repos/a')}  nothing to change\n`);
  expect(out).not.toContain('repos/b');
});

test('goes on after a record that a crash cut off', async () => {
  folder = folderWith(FILES);
  await dfix(folder.root, ['batch', 'plan']);
  const file = join(folder.root, '.dfix-batch/ledger.jsonl');
  writeFileSync(file, readFileSync(file).subarray(0, -9));
  const { out } = await dfix(folder.root, ['batch', 'plan']);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(ledger(folder.root)).toHaveLength(3);
});

test('no code of a repository is loaded, and it fails alone', async () => {
  const trap = 'import fs from "node:fs"; fs.writeFileSync(new URL("ran", import.meta.url), ""); export default {};\n';
  folder = folderWith({
    ...FILES,
    'repos/js/Dockerfile': FILES['repos/a/Dockerfile'],
    'repos/js/dfix.config.mjs': trap,
    'repos/use/Dockerfile': FILES['repos/a/Dockerfile'],
    'repos/use/dfix.config.yaml': 'use: [./own.mjs]\n',
    'repos/use/own.mjs': trap,
  });
  const { code, out } = await dfix(folder.root, ['batch', 'plan']);
  expect(code).toBe(1);
  expect(out.match(/^failed .* is not run here/gm)).toHaveLength(2);
  expect(out).toMatch(/^done /m);
  for (const name of ['js', 'use']) expect(existsSync(join(folder.root, 'repos', name, 'ran'))).toBe(false);
});

test('poisoned repositories fail alone, with their reason and nothing that a terminal obeys', async () => {
  folder = folderWith({
    ...FILES,
    'repos/bytes/Dockerfile': Uint8Array.of(0x46, 0xff, 0xfe),
    'repos/\u001b[31mred/Dockerfile': Uint8Array.of(0xff),
    'secret/Dockerfile': FILES['repos/a/Dockerfile'],
  });
  symlinkSync('../../secret/Dockerfile', join(folder.root, 'repos/c/Dockerfile'));
  symlinkSync('../secret', join(folder.root, 'repos/linked'));
  const { code, out } = await dfix(folder.root, ['batch', 'plan']);
  expect(code).toBe(1);
  expect(out).not.toContain('\u001b');
  expect(out.match(/^failed /gm)).toHaveLength(2);
  expect(out).toContain(`skipped  ${join(folder.root, 'repos/c')}  no Dockerfile`);
  expect(out).not.toContain('secret');
  expect(readdirSync(join(folder.root, '.dfix-batch/artefacts'))).toHaveLength(1);
});

(process.platform === 'win32' ? test.skip : test)(
  'a file of 2 GB and a pipe nobody writes to cost nothing',
  async () => {
    folder = folderWith({ ...FILES, 'repos/huge/Dockerfile': '', 'repos/pipe/README': '' });
    truncateSync(join(folder.root, 'repos/huge/Dockerfile'), 2 ** 31);
    execFileSync('mkfifo', [join(folder.root, 'repos/pipe/Dockerfile')]);
    const { code, out } = await dfix(folder.root, ['batch', 'plan']);
    expect(code).toBe(1);
    expect(out).toMatch(/^failed .*huge {2}Dockerfile:1:1: .*large/m);
    expect(out).toContain(`skipped  ${join(folder.root, 'repos/pipe')}  no Dockerfile`);
    expect(out).toMatch(/^done /m);
  },
);

(existsSync(join(root, 'dist/cli.cjs')) ? test : test.skip)(
  'killed again and again, each is planned once',
  async () => {
    const count = 150;
    const names = Array.from({ length: count }, (_, index) => `repos/r${index}/Dockerfile`);
    folder = folderWith({
      'dfix-batch.yaml': FILES['dfix-batch.yaml'],
      ...Object.fromEntries(
        names.map((name) => [name, 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n']),
      ),
    });
    const plan = () => spawn(process.execPath, [join(root, 'bin/dfix.js'), 'batch', 'plan'], { cwd: folder!.root });
    const ended = (child: ReturnType<typeof plan>) =>
      new Promise<string | number | null>((done) => child.on('close', (code, signal) => done(signal ?? code)));
    for (let kills = 0; kills < 3; kills++) {
      const child = plan();
      child.stdout.once('data', () => child.kill('SIGKILL'));
      expect(await ended(child)).toBe('SIGKILL');
    }
    const last = plan().on('error', () => undefined);
    last.stdout.resume();
    expect(await ended(last)).toBe(0);
    const repositories = ledger(folder.root).map(({ repository }) => repository);
    expect([repositories.length, new Set(repositories).size]).toEqual([count, count]);
  },
  180_000,
);

(existsSync(join(root, 'dist/cli.js')) ? test : test.skip)(
  'a queue without the packages that it needs is one line that says which',
  () => {
    folder = folderWith({ 'repos/a/README': '', 'dfix/node_modules/x': '' });
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(root, part), join(folder.root, 'dfix', part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules/zod'), join(folder.root, 'dfix/node_modules/zod'));
    for (const words of [['batch', 'plan', 'repos/*'], ['worker']]) {
      const command = [join(folder.root, 'dfix/bin/dfix.js'), ...words, '--queue', 'redis://localhost'];
      const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder.root, encoding: 'utf8' });
      const message = 'a queue on Redis needs two more packages (npm install bullmq ioredis)\n';
      expect([status, stderr]).toEqual([2, message]);
    }
  },
);

test('canary, failed, fail-fast, exclude', async () => {
  folder = folderWith({ ...FILES, 'repos/0/Dockerfile': Uint8Array.of(0xff) });
  const lines = async (...argv: string[]) =>
    (await dfix(folder!.root, ['batch', 'plan', ...argv])).out.split('\n').filter(Boolean).length;
  expect(await lines('--fail-fast')).toBe(1);
  expect(await lines('--canary', '2')).toBe(2);
  expect(await lines('--failed')).toBe(1);
  expect(await lines('--repo-exclude', 'repos/0')).toBe(2);
});

test('a glob means no folder with a dot at its start, such as that of the campaign, unless it has one', async () => {
  folder = folderWith({ 'a/README': '', '.b/README': '' });
  const planned = async (glob: string) => (await dfix(folder!.root, ['batch', 'plan', glob])).out.match(/\S+ {2}no/g);
  expect(await planned('*')).toEqual([`${folder.root}/a  no`]);
  expect(await planned('*')).toBe(null);
  expect(await planned('.b*')).toEqual([`${folder.root}/.b  no`]);
});

test('status tells while another process has the campaign, which may not plan', async () => {
  folder = folderWith(FILES);
  await dfix(folder.root, ['batch', 'plan']);
  const held = openLedger(join(folder.root, '.dfix-batch'));
  try {
    expect((await dfix(folder.root, ['batch', 'status'])).out).toMatch(/^plan: 1 done, 2 skipped, 0 failed\n/);
    expect(await dfix(folder.root, ['batch', 'plan'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('works in it'),
    });
  } finally {
    await held.close();
  }
});

test('status groups by cause', async () => {
  folder = folderWith({ ...FILES, 'repos/d/README': 'none\n' });
  expect((await dfix(folder.root, ['batch', 'status'])).out).toBe('nothing was done yet\n');
  await dfix(folder.root, ['batch', 'plan']);
  expect(await dfix(folder.root, ['batch', 'status'])).toEqual({
    code: 0,
    out: 'plan: 1 done, 3 skipped, 0 failed\n  2 skipped: no Dockerfile\n  1 skipped: nothing to change\n',
    err: '',
  });
});

test('the report shows each repository, and the matrix shares them out', async () => {
  folder = folderWith({ ...FILES, 'repos/<b onclick=x>/Dockerfile': FILES['repos/a/Dockerfile'] });
  await dfix(folder.root, ['batch', 'plan']);
  const { out: page } = await dfix(folder.root, ['batch', 'report']);
  expect(page).toContain('4 repositories: 2 would change, 0 built, 0 failed.');
  expect(page).toContain('<code>RUN echo hello</code>');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toContain('<b onclick');
  const { out } = await dfix(folder.root, ['batch', 'matrix', '-C', '3']);
  const { include } = JSON.parse(out) as { include: { job: number; repos: string }[] };
  expect(include.map(({ job }) => job)).toEqual([0, 1, 2]);
  expect(include.flatMap(({ repos }) => repos.split('\n'))).toHaveLength(4);
});

test.each([
  ['repo: [a]\n', 'dfix-batch.yaml:1:1: repo: unknown key; did you mean "repos"?'],
  ['repos: [a]\nskipp: [x]\n', 'dfix-batch.yaml:2:1: skipp: unknown key; did you mean "skip"?'],
  ['repos: []\n', 'dfix-batch.yaml:1:1: repos: expected at least one, got list'],
  ['repos: [1]\n', 'dfix-batch.yaml:1:9: repos[0]: expected string, got 1'],
  ['repos: [gone/*]\n', 'gone/*: no such folder'],
  ['', 'dfix-batch.yaml: names no repositories (repos, or org)'],
  ['allow: review\n', 'dfix-batch.yaml: names no repositories (repos, or org)'],
  [
    'repos: [.]\nbaseUrl: git.example\n',
    'dfix-batch.yaml:2:1: baseUrl: expected an address, https://…, got "git.example"',
  ],
  [
    'repos: [.]\nskip: [say-helo]\n',
    'skip[0]: no transform is called "say-helo"; did you mean "say-hello"? (dfix list shows them all)',
  ],
])('a campaign file that holds %j', async (text, message) => {
  folder = folderWith({ 'dfix-batch.yaml': text });
  const { code, err } = await dfix(folder.root, ['batch', 'plan']);
  expect({ code, err: err.trim() }).toEqual({ code: 2, err: message });
});
