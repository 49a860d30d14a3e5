import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileHistory } from '../../src/ports/file-history.js';
import { openObjects } from '../../src/ports/git-objects.js';
import { recentChanges, recentPatches } from '../../src/ports/git.js';
import { timesOfLines } from '../../src/project/line-history.js';

const FILE = 'docker/Dockerfile';
let root: string;
const run = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', root, ...args], {
    encoding: 'utf8',
  });
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};
const text = (): string => readFileSync(path.join(root, FILE), 'utf8');
/** Lines that are all different, so that there is one way to tell what changed. */
const version = (at: number): string =>
  [...Array(400).keys()].map((line) => `ENV L${line}=${line % 7 === at % 7 ? at : 0}\n`).join('');

/** Commits of which all but every third change the file, with a branch that was merged. */
function history(): void {
  run('init', '-q', '-b', 'main');
  for (let at = 0; at < 12; at++) {
    if (at === 6) run('checkout', '-q', '-b', 'side');
    write(at % 3 === 2 ? 'other' : FILE, at % 3 === 2 ? `${at}` : version(at));
    run('add', '-A');
    run('commit', '-q', '-m', `${at}`);
    if (at !== 8) continue;
    run('checkout', '-q', 'main');
    run('merge', '-q', '--no-ff', '-m', 'merge', 'side');
  }
}

/** What is read of the objects, and whether it is what git says. */
function compare(commits: number) {
  const changes = recentChanges(root, commits)!;
  const own = changes.filter((paths) => paths.includes(FILE)).length;
  const patches = recentPatches(root, FILE, own)!;
  const read = fileHistory(root, FILE, text(), { commits, fewest: 0 })!;
  expect(read.commits).toBe(changes.length);
  expect(read.patches).toEqual(patches);
  expect(timesOfLines(text(), read.patches)).toEqual(timesOfLines(text(), patches));
  return read;
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dfix-history-'));
  history();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the objects of git, read where they lie', () => {
  const isRead = (): void => openObjects(root).close();

  test('tell the same as git does: loose, packed, with deltas, and what is not committed', () => {
    isRead();
    for (const commits of [1, 3, 200]) compare(commits);
    run('gc', '-q', '--aggressive');
    expect(readdirSync(path.join(root, '.git/objects/pack')).filter((name) => name.endsWith('.idx'))).toHaveLength(1);
    isRead();
    for (const commits of [1, 3, 200]) compare(commits);
    appendFileSync(path.join(root, FILE), 'USER app\n');
    expect(compare(200).patches[0]).toEqual([{ from: 400, removed: 0, to: 401, added: 1 }]);
  });

  test('are found in packs whose deltas name their base, and where another repository lends them', () => {
    run('-c', 'repack.useDeltaBaseOffset=false', 'repack', '-q', '-a', '-d', '-f');
    isRead();
    compare(200);
    const lender = root;
    const own = `${root}-own`;
    execFileSync('git', ['clone', '-q', '--shared', lender, own]);
    try {
      root = own;
      isRead();
      compare(200);
    } finally {
      rmSync(own, { recursive: true });
      root = lender;
    }
  });

  test('of a head that is no branch, and of a clone that was cut off', () => {
    run('checkout', '-q', '--detach', 'HEAD~1');
    isRead();
    compare(200);
    const whole = root;
    root = `${whole}-cut`;
    try {
      execFileSync('git', ['-c', 'advice.detachedHead=false', 'clone', '-q', '--depth=3', `file://${whole}`, root]);
      isRead();
      expect(compare(200).commits).toBe(3);
    } finally {
      rmSync(root, { recursive: true });
      root = whole;
    }
  });

  test.each([
    ['another hash', ['--object-format=sha256']],
    ['a folder elsewhere', ['--separate-git-dir']],
  ])('are left to git with %s', (_, words) => {
    rmSync(root, { recursive: true });
    mkdirSync(root);
    const elsewhere = `${root}-git`;
    run('init', '-q', '-b', 'main', ...words.map((word) => (word.endsWith('dir') ? `${word}=${elsewhere}` : word)));
    for (const at of [1, 2, 3]) {
      write(FILE, version(at));
      run('add', '-A');
      run('commit', '-q', '-m', `${at}`);
    }
    expect(isRead).toThrow();
    expect(compare(200).patches).toHaveLength(4);
    rmSync(elsewhere, { recursive: true, force: true });
  });

  test('that are damaged are left to git, which says nothing of them either', () => {
    run('gc', '-q', '--aggressive');
    const folder = path.join(root, '.git/objects/pack');
    const pack = path.join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.pack'))!,
    );
    const whole = readFileSync(pack);
    for (let at = 12; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes.fill(at % 256, at, Math.min(at + 40, bytes.length));
      rmSync(pack, { force: true });
      writeFileSync(pack, bytes);
      // Whatever it is, it comes to an end, and throws nothing.
      fileHistory(root, FILE, text(), { commits: 200, fewest: 100 });
    }
    rmSync(pack);
    expect(fileHistory(root, FILE, text(), { commits: 200, fewest: 1 })).toBeUndefined();
  });
});

test('a file that few commits touched has no history, nor has one outside of repositories', () => {
  const settings = { commits: 200, fewest: 9 };
  expect(fileHistory(root, FILE, text(), settings)).toBeUndefined();
  expect(fileHistory(tmpdir(), FILE, '', settings)).toBeUndefined();
});
