import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { editedFiles, fileDiff } from '../../src/report/diff.js';

let root = '';
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What `git apply` makes of a file. */
function applied(name: string, before: string | undefined, patch: string): string {
  root = mkdtempSync(path.join(tmpdir(), 'dfix-diff-'));
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  if (before !== undefined) writeFileSync(file, before);
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['-c', 'core.autocrlf=false', 'apply', '-'], { cwd: root, input: patch });
  return readFileSync(file, 'utf8');
}

const lines = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('');

describe('git apply gives the same bytes', () => {
  test.each<[string, string | undefined, string]>([
    ['LF', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['CRLF', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'],
    ['mixed line ends', 'a\r\nb\nc\r\n', 'a\r\nB\nc\r\n'],
    ['no final newline before', 'a\nb', 'a\nb\n'],
    ['no final newline after', 'a\nb\n', 'a\nB'],
    ['no final newline on both sides', 'a\nb', 'a\nB'],
    ['a byte order mark', '\uFEFFa\nb\n', '\uFEFFa\nB\n'],
    ['a carriage return inside a line', 'a\rx\nb\n', 'a\rx\nB\n'],
    ['form feeds and Unicode line ends', 'a\fx\u2028y\u0085\nb\n', 'a\fx\u2028y\u0085\nB\n'],
    ['trailing blanks', 'a  \n\t\nb\n', 'a  \n\t\nB \n'],
    ['a new file', undefined, '.git\nnode_modules\n'],
    ['a new file without a final newline', undefined, '.git'],
    ['an emptied file', 'a\n', ''],
    ['lines that look like a patch', '-- a\n++ b\n@@ c\n', '-- a\n++ B\n@@ c\n'],
    ['two hunks', lines(40, (i) => `${i}\n`), lines(40, (i) => (i === 3 || i === 35 ? `x${i}\n` : `${i}\n`))],
  ])('%s', (_name, before, after) => {
    expect(applied('Dockerfile', before, fileDiff('Dockerfile', before, after))).toBe(after);
  });

  test.each([
    'a b/Dockerfile',
    'é/Dockerfile',
    'quote"d',
    'back\\slash',
    'tab\there',
    'b/a/Dockerfile',
    ' Dockerfile ',
  ])('for the name %j', (name) => {
    expect(applied(name, 'a\n', fileDiff(name, 'a\n', 'b\n'))).toBe('b\n');
  });

  test('where nothing is alike and the search for the smallest diff is given up', () => {
    const before = lines(6000, (i) => `line ${i}\n`);
    const after = before.trimEnd().split('\n').reverse().join('\n');
    const patch = fileDiff('Dockerfile', before, after);
    expect(applied('Dockerfile', before, patch)).toBe(after);
  }, 30_000);
});

test('equal texts have no diff', () => {
  expect(fileDiff('Dockerfile', 'a\n', 'a\n')).toBe('');
});

test('several edits of one file become one', () => {
  const edit = (before: string | undefined, after: string) => ({ path: '.dockerignore', before, after });
  const files = [edit(undefined, 'a\n'), edit('a\n', 'a\nb\n')];
  expect(editedFiles({ files })).toEqual([edit(undefined, 'a\nb\n')]);
});

test('lines that several changes add to one file are all kept, each once', () => {
  const edit = (before: string | undefined, after: string) => ({ path: '.dockerignore', before, after });
  const files = [edit('x', 'x\na\nb\n'), edit('x', 'x\nb\nc\n')];
  expect(editedFiles({ files })).toEqual([edit('x', 'x\na\nb\nc\n')]);
});
