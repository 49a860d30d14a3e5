import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Clone } from '../../../src/forge/port.js';
import { parseRemote } from '../../../src/forge/remote.js';
import { clone } from '../../../src/ports/forge/clone.js';
import { gitCredentials } from '../../../src/ports/forge/credentials.js';
import { canServe, type GitServer, serveGit } from '../../support/git-server.js';

const TOKEN = 'tok-3n';
const AUTHOR = { name: 'dfix', email: 'dfix@example.org' };
const COMMIT = { family: 'a', message: 'x\n\nDfix-Transform: a\n', files: [{ path: 'Dockerfile', text: 'FROM b\n' }] };
const BASIC = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

let root = '';
let work = '';
let server: GitServer;
let url = '';
const open: Clone[] = [];

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', work, '-c', 'user.name=p', '-c', 'user.email=p@example.org', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

async function cloned(): Promise<Clone> {
  const environment = gitCredentials('github', parseRemote(url).origin, { token: TOKEN });
  const one = await clone(url, { base: undefined, environment, secrets: [TOKEN] });
  open.push(one);
  return one;
}

(canServe ? describe : describe.skip)('a repository over smart HTTP', () => {
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'dfix-served-'));
    work = join(root, 'work');
    execFileSync('git', ['init', '-q', '--bare', '-b', 'trunk', join(root, 'o', 'r.git')]);
    execFileSync('git', ['-C', join(root, 'o', 'r.git'), 'config', 'uploadpack.allowFilter', 'true']);
    mkdirSync(work);
    git('init', '-q', '-b', 'trunk');
    writeFileSync(join(work, 'Dockerfile'), 'FROM a\n');
    writeFileSync(join(work, '.gitattributes'), '* text eol=crlf filter=evil\n*.bin filter=lfs\n');
    writeFileSync(join(work, 'big.bin'), 'version https://git-lfs.github.com/spec/v1\n');
    symlinkSync('Dockerfile', join(work, 'link'));
    git('add', '-A');
    git('commit', '-qm', 'feat: start');
    git('push', '-q', join(root, 'o', 'r.git'), 'trunk');
    server = await serveGit(root, BASIC);
    url = `${server.url}/o/r.git`;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });

  test('is checked out as it is stored, with the token on no disk', async () => {
    const { folder, base, subjects } = await cloned();
    expect(base).toEqual({ branch: 'trunk', sha: git('rev-parse', 'HEAD') });
    expect(subjects).toEqual(['feat: start']);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM a\n');
    expect(readFileSync(join(folder, 'big.bin'), 'utf8')).toBe('version https://git-lfs.github.com/spec/v1\n');
    expect(server.authorizations).toContain(BASIC);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const texts = files.map((one) => readFileSync(join(one.parentPath, one.name), 'latin1'));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((text) => text.includes(TOKEN) || text.includes(BASIC.slice(6)))).toEqual([]);
  });

  test('takes a branch, says when it moved, and gives it up', async () => {
    const one = await cloned();
    const other = await cloned();
    expect(await one.branch('dfix/x')).toBeUndefined();
    const { sha, tree } = await one.commit([COMMIT], AUTHOR);
    expect(await other.commit([COMMIT], AUTHOR)).toEqual({ sha, tree });
    expect(await one.push('dfix/x', sha, undefined)).toBe(true);
    const later = await other.commit([{ ...COMMIT, message: 'y\n' }], AUTHOR);
    expect(await other.push('dfix/x', later.sha, undefined)).toBe(false);
    const branch = await other.branch('dfix/x');
    expect(branch).toMatchObject({ sha, tree, base: one.base.sha });
    expect(branch!.commits).toMatchObject([{ author: AUTHOR.email, committer: AUTHOR.email, untouched: true }]);
    expect(await other.push('dfix/x', undefined, sha)).toBe(true);
    expect(await one.branch('dfix/x')).toBeUndefined();
  });

  test('shows the commits of a person, amended ones too, and where an old branch starts', async () => {
    const one = await cloned();
    const { sha } = await one.commit([COMMIT], AUTHOR);
    await one.push('dfix/x', sha, undefined);
    const served = join(root, 'o', 'r.git');
    git('commit', '-q', '--allow-empty', '-m', 'fix: moved');
    git('push', '-q', served, 'trunk');
    git('fetch', '-q', served, 'dfix/x');
    git('checkout', '-q', 'FETCH_HEAD');
    git('commit', '-q', '--amend', '--no-edit', '--allow-empty', '--date=2001-01-01T00:00:00Z');
    git('commit', '-q', '--allow-empty', '-m', 'mine');
    git('push', '-qf', served, 'HEAD:dfix/x');
    const branch = await (await cloned()).branch('dfix/x');
    expect(branch!.base).toBe(one.base.sha);
    expect(branch!.commits.map(({ message }) => message.split('\n')[0])).toEqual(['mine', 'x']);
    expect(branch!.commits[1]!.committer).toBe('p@example.org');
  });

  test('shows where a branch starts that is older than what was fetched, and a fork that is behind takes it', async () => {
    const one = await cloned();
    const { sha } = await one.commit([COMMIT], AUTHOR);
    await one.push('dfix/x', sha, undefined);
    const fork = join(root, 'o', 'fork.git');
    execFileSync('git', ['clone', '-q', '--bare', join(root, 'o', 'r.git'), fork]);
    const tree = git('rev-parse', 'HEAD^{tree}');
    let tip = git('rev-parse', 'HEAD');
    for (let count = 0; count < 120; count++) tip = git('commit-tree', tree, '-p', tip, '-m', `fix: ${count}`);
    git('push', '-q', join(root, 'o', 'r.git'), `${tip}:trunk`);
    const later = await cloned();
    expect(later.base.sha).toBe(tip);
    for (const url of [undefined, fork]) {
      const branch = await later.branch('dfix/x', url);
      expect(branch!.base).toBe(one.base.sha);
      expect(branch!.commits).toHaveLength(1);
      expect(branch!.commits[0]).toMatchObject({ author: AUTHOR.email, untouched: true });
    }
    const again = await cloned();
    const next = await again.commit([COMMIT], AUTHOR);
    expect(await again.push('dfix/x', next.sha, sha, `${server.url}/o/fork.git`)).toBe(true);
    expect(execFileSync('git', ['-C', fork, 'rev-list', '--count', 'dfix/x'], { encoding: 'utf8' })).toBe('122\n');
  });

  test('has a branch that shares no commit with the base', async () => {
    git('checkout', '-q', '--orphan', 'other');
    git('commit', '-qm', 'mine');
    git('push', '-q', join(root, 'o', 'r.git'), 'other:dfix/x');
    const branch = await (await cloned()).branch('dfix/x');
    expect(branch).toMatchObject({ base: '', commits: [{ author: 'p@example.org', untouched: false }] });
  });

  test('never writes through a link', async () => {
    const one = await cloned();
    const through = { ...COMMIT, files: [{ path: 'link', text: 'x' }] };
    await expect(one.commit([through], AUTHOR)).rejects.toThrow('symbolic link');
  });

  test('that refuses says why and leaves no folder', async () => {
    const environment = gitCredentials('github', server.url, { token: 'wrong' });
    await expect(clone(url, { base: undefined, environment, secrets: ['wrong'] })).rejects.toThrow(
      /Authentication|Username|401|403/,
    );
    await expect(clone(`${server.url}/o/none.git`, { base: 'trunk', environment: {}, secrets: [] })).rejects.toThrow();
    const one = await cloned();
    await one.close();
    expect(existsSync(one.folder)).toBe(false);
  });
});
