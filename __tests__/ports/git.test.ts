import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pathInRepository, readHistory, recentChanges } from '../../src/ports/git.js';
import type { Commit } from '../../src/replay/index.js';

let root: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};
const commit = (subject: string): void => {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', subject);
};

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dfix-git-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function read(commits: number, below: readonly string[] = []) {
  const history = await readHistory(root, { commits, below });
  try {
    const all: Commit[] = [];
    for await (const one of history.commits) all.push(one);
    return { ...history, all };
  } finally {
    history.close();
  }
}

test('the recent changes are those along first parents, a merge with all that it brings, the newest first', async () => {
  write('a', '1');
  commit('one');
  git('checkout', '-q', '-b', 'side');
  write('d/b', '1');
  commit('two');
  write('d/ü c', '1');
  commit('three');
  git('checkout', '-q', 'main');
  git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
  rmSync(path.join(root, 'a'));
  commit('four');
  expect(recentChanges(root, 3)).toEqual([['a'], ['d/b', 'd/ü c'], ['a']]);
  expect(recentChanges(root, 1)).toEqual([['a']]);
  expect(recentChanges(root, 1, 'HEAD^')).toEqual([['d/b', 'd/ü c']]);
  expect(recentChanges(tmpdir(), 1)).toBeUndefined();
});

describe('the history of a repository', () => {
  test('holds the tree at the start and every change after it, oldest first', async () => {
    write('a', '1');
    write('ü b/c\td', '1');
    commit('one');
    write('a', '2');
    chmodSync(path.join(root, 'ü b/c\td'), 0o755);
    commit('two');
    commit('nothing');
    rmSync(path.join(root, 'a'));
    symlinkSync('x', path.join(root, 'link'));
    commit('three');
    const { tree, all, length } = await read(3);
    expect([...tree.keys()].sort()).toEqual(['a', 'ü b/c\td']);
    expect(length).toBe(3);
    expect(all.map(({ subject }) => subject)).toEqual(['two', 'nothing', 'three']);
    expect(all.map(({ changes }) => changes.map((one) => [one.path, one.before?.mode, one.after?.mode]))).toEqual([
      [
        ['a', '100644', '100644'],
        ['ü b/c\td', '100644', '100755'],
      ],
      [],
      [
        ['a', '100644', undefined],
        ['link', undefined, '120000'],
      ],
    ]);
  });

  test('follows first parents: a merge is one commit with all that it brings', async () => {
    write('a', '1');
    commit('one');
    git('checkout', '-q', '-b', 'side');
    write('b', '1');
    commit('side');
    git('checkout', '-q', 'main');
    write('a', '2');
    commit('two');
    git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    const { all } = await read(10);
    expect(all.map(({ subject, changes }) => [subject, ...changes.map((one) => one.path)])).toEqual([
      ['two', 'a'],
      ['merge', 'b'],
    ]);
  });

  test('is cut at the number of commits, and may be one commit', async () => {
    for (const text of ['1', '2', '3']) {
      write('a', text);
      commit(text);
    }
    expect((await read(1)).all.map(({ subject }) => subject)).toEqual(['3']);
    git('checkout', '-q', '--orphan', 'new');
    commit('alone');
    expect((await read(5)).all).toEqual([]);
  });

  test('gives texts of blobs, in any order and at the same time', async () => {
    write('a', 'one\n');
    write('big', 'x'.repeat(2_100_000));
    write('empty', '');
    write('binary', '\u00ff');
    writeFileSync(path.join(root, 'latin'), Buffer.from([0xe4]));
    commit('one');
    const history = await readHistory(root, { commits: 5 });
    const text = (name: string) => history.text(history.tree.get(name)!.id);
    expect(await Promise.all([text('a'), text('big'), text('empty'), text('latin'), text('a')])).toEqual([
      'one\n',
      undefined,
      '',
      undefined,
      'one\n',
    ]);
    expect(await history.text('0'.repeat(40))).toBeUndefined();
    history.close();
  });

  test('runs nothing that the repository configures', async () => {
    write('.gitattributes', '* diff=evil filter=evil\n');
    write('a', '1');
    commit('one');
    write('a', '2');
    commit('two');
    const evil = path.join(root, 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\ntouch ${path.join(root, 'was-run')}\n`, { mode: 0o755 });
    for (const name of [
      'core.fsmonitor',
      'core.pager',
      'diff.external',
      'diff.evil.textconv',
      'diff.evil.command',
      'gpg.program',
    ]) {
      git('config', name, evil);
    }
    git('config', 'log.showSignature', 'true');
    await read(5);
    expect(() => execFileSync('ls', [path.join(root, 'was-run')], { stdio: 'pipe' })).toThrow();
  });

  test('of a folder without one, or without commits, is an error that says so', async () => {
    await expect(readHistory(root, { commits: 1 })).rejects.toThrow(/HEAD|no commits/);
    const bare = mkdtempSync(path.join(tmpdir(), 'dfix-none-'));
    await expect(readHistory(bare, { commits: 1 })).rejects.toThrow(/not a git repository/);
    rmSync(bare, { recursive: true });
    await expect(readHistory(root, { commits: 1, until: '--output=x' })).rejects.toThrow(/is no commit/);
  });
});

test('a path inside a repository', () => {
  expect(pathInRepository('/a', '/a')).toBe('');
  expect(pathInRepository('/a', '/a/b/c')).toBe('b/c');
  expect(pathInRepository('/a', '/b')).toBeUndefined();
  expect(pathInRepository('/a', '/a/..b')).toBe('..b');
});
