import { describe, expect, test } from '@jest/globals';
import { compileGlob, expandBraces } from '../../src/discovery/glob.js';
import { ignores, parseGitignore } from '../../src/discovery/gitignore.js';

describe('compileGlob', () => {
  test.each<[string, string[], string[]]>([
    ['*.x', ['a.x', '.x', '.a.x'], ['a/b.x', 'a.xy']],
    ['**/a', ['a', 'b/a', 'b/c/a'], ['ab', 'a/b']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    ['?[!a-c][]-]', ['xd]', 'xd-'], ['xa]', 'd]']],
    ['{a,b{c,d}}/e', ['a/e', 'bc/e', 'bd/e'], ['b/e', 'cd/e']],
    ['\\*', ['*'], ['a', '\\*']],
    ['./x', ['x'], []],
    ['{a}', ['{a}'], ['a']],
  ])('%s', (glob, yes, no) => {
    const matches = compileGlob(glob)!;
    expect(yes.filter((path) => !matches(path))).toEqual([]);
    expect(no.filter((path) => matches(path))).toEqual([]);
  });

  test.each(['[', 'a\\', '[[:none:]]', '{a,b}'.repeat(9)])('%j cannot be read', (glob) => {
    expect(compileGlob(glob)).toBeUndefined();
  });

  test('braces keep their order', () => expect(expandBraces('{a,b}{1,2}')).toEqual(['a1', 'a2', 'b1', 'b2']));
});

/** As Git does: a path is ignored when it, or a folder above it, is. A path that ends in `/` is a folder. */
function ignored(text: string, path: string): boolean {
  const rules = parseGitignore(text);
  const parts = path.replace(/\/$/, '').split('/');
  return parts.some(
    (_, i) => ignores(rules, parts.slice(0, i + 1).join('/'), i < parts.length - 1 || path.endsWith('/')) === true,
  );
}

// Each row agrees with `git check-ignore --no-index`.
describe('.gitignore', () => {
  test.each<[string, string, boolean]>([
    ['a', 'x/a', true],
    ['/a', 'x/a', false],
    ['a/b', 'x/a/b', false],
    ['a/', 'a', false],
    ['a/', 'x/a/b', true],
    ['*.log\n!keep.log', 'd/keep.log', false],
    ['*.log\n!keep.log', 'd/x.log', true],
    ['d/\n!d/keep', 'd/keep', true],
    ['# note\n\\#a\n\\!b', '#a', true],
    ['# note\n\\#a\n\\!b', '!b', true],
    ['a  ', 'a', true],
    ['a\\ ', 'a ', true],
    ['a\r\n', 'a', true],
    ['\ufeffa', 'a', true],
    ['**/a/b', 'x/y/a/b', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**/b', 'a/b', true],
    ['[ab].x', 'b.x', true],
    ['[', '[', false],
    ['A', 'a', false],
    ['a/*\n!a/b', 'a/b/c', false],
  ])('%j, %s: %s', (text, path, expected) => expect(ignored(text, path)).toBe(expected));
});
