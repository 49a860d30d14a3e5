import { expect, test } from '@jest/globals';
import { changesBelow, commitsThatChange, parseGitLog } from '../../src/project/git-history.js';

const hash = (digit: string) => `\x1e${digit.repeat(40)}`;

test('counts the commits that touch a path', () => {
  // As git 2.39 prints it: header, NUL, newline and paths for a commit with files; header and NUL for an empty one.
  const output = `${hash('a')}\0\na\0${hash('b')}\0${hash('c')}\0\na\0d/é b\0a\0`;
  const counts = parseGitLog(output);
  expect(counts.commits).toBe(3);
  expect([...counts.byPath]).toEqual([
    ['a', 2],
    ['d/é b', 1],
  ]);
  expect([...changesBelow(counts, 'd').byPath]).toEqual([['é b', 1]]);
  expect(commitsThatChange(counts, ['a', 'd/é b'])).toBe(2);
  expect(commitsThatChange(changesBelow(counts, 'd'), ['é b', 'no'])).toBe(1);
});

test.each(['', 'a\0b\0', '\0\0', 'fatal: not a git repository'])('%j counts nothing', (output) => {
  expect(parseGitLog(output)).toEqual({ commits: 0, byPath: new Map(), byCommit: [] });
});
