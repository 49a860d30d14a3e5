import { expect, test } from '@jest/globals';
import { changesBelow, commitsThatChange, countChanges, parseGitLog } from '../../src/project/git-history.js';

const hash = (digit: string) => `\x1e${digit.repeat(40)}`;

test('tells what each commit touches, and how often each path is touched', () => {
  // As git 2.39 prints it: header, NUL, newline and paths for a commit with files; header and NUL for an empty one.
  const output = `${hash('a')}\0\na\0${hash('b')}\0${hash('c')}\0\na\0d/é b\0a\0`;
  const history = parseGitLog(output);
  expect(history).toEqual([['a'], [], ['a', 'd/é b']]);
  expect([...countChanges(history)]).toEqual([
    ['a', 2],
    ['d/é b', 1],
  ]);
  expect(changesBelow(history, 'd')).toEqual([[], [], ['é b']]);
  expect(commitsThatChange(history, ['a', 'd/é b'])).toBe(2);
  expect(commitsThatChange(changesBelow(history, 'd'), ['é b', 'no'])).toBe(1);
});

test.each(['', 'a\0b\0', '\0\0', 'fatal: not a git repository'])('%j has no commits', (output) => {
  expect(parseGitLog(output)).toEqual([]);
});
