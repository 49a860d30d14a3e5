import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryContext } from '../../src/project/context.js';
import { ignoreFileFor, isIgnored, parseDockerignore, visiblePaths } from '../../src/project/dockerignore.js';
import { goMatch } from '../../src/project/go-match.js';
import type { IgnorePattern } from '../../src/project/pattern-matcher.js';
import { compilePattern, expressionOf } from '../../src/project/pattern-matcher.js';

function compile(lines: readonly string[]): IgnorePattern[] {
  return lines.map(compilePattern).filter((pattern) => {
    if (pattern !== undefined && 'why' in pattern) throw new Error(pattern.why);
    return pattern !== undefined;
  }) as IgnorePattern[];
}

// The cases of moby/patternmatcher's TestMatches: pattern, text, matches.
const single: [string, string, boolean][] = [
  ['**', 'file', true],
  ['**', 'file/', true],
  ['**/', 'file', true],
  ['**/', 'file/', true],
  ['**', '/', true],
  ['**/', '/', true],
  ['**', 'dir/file', true],
  ['**/', 'dir/file', true],
  ['**', 'dir/file/', true],
  ['**/', 'dir/file/', true],
  ['**/**', 'dir/file', true],
  ['**/**', 'dir/file/', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir/file/', true],
  ['dir/**', 'dir/dir2/file', true],
  ['dir/**', 'dir/dir2/file/', true],
  ['**/dir', 'dir', true],
  ['**/dir', 'dir/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/*', 'dir/dir2/file/', true],
  ['**/dir2/**', 'dir/dir2/dir3/file', true],
  ['**/dir2/**', 'dir/dir2/dir3/file/', true],
  ['**file', 'file', true],
  ['**file', 'dir/file', true],
  ['**/file', 'dir/file', true],
  ['**file', 'dir/dir/file', true],
  ['**/file', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file.txt', true],
  ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/file*.txt', 'dir/dir/file.txt', true],
  ['**/file*.txt*', 'dir/dir/file.txt', true],
  ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['**/*.txt', 'file.txt', true],
  ['**/**/*.txt', 'file.txt', true],
  ['a**/*.txt', 'a/file.txt', true],
  ['a**/*.txt', 'a/dir/file.txt', true],
  ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a/*.txt', 'a/file.txt', true],
  ['a/*.txt**', 'a/file.txt', true],
  ['a[b-d]e', 'ae', false],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'aae', false],
  ['a[^b-d]e', 'aze', true],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['abc.def', 'abcdef', false],
  ['abc.def', 'abc.def', true],
  ['abc.def', 'abcZdef', false],
  ['abc?def', 'abcZdef', true],
  ['abc?def', 'abcdef', false],
  ['a\\\\', 'a\\', true],
  ['**/foo/bar', 'foo/bar', true],
  ['**/foo/bar', 'dir/foo/bar', true],
  ['**/foo/bar', 'dir/dir2/foo/bar', true],
  ['abc/**', 'abc', false],
  ['abc/**', 'abc/def', true],
  ['abc/**', 'abc/def/ghi', true],
  ['**/.foo', '.foo', true],
  ['**/.foo', 'bar.foo', false],
  ['a(b)c/def', 'a(b)c/def', true],
  ['a(b)c/def', 'a(b)c/xyz', false],
  ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
  ['dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true], // prettier-ignore
  ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
  ['a\\*b', 'a*b', true],
];

const several: [string[], string, boolean][] = [
  [['**', '!util/docker/web'], 'util/docker/web/foo', false],
  [['**', '!util/docker/web', 'util/docker/web/foo'], 'util/docker/web/foo', true],
  [['**', '!dist/p.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl'], 'dist/p.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', false], // prettier-ignore
  [['**', '!dist/*.whl'], 'dist/p.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', false],
  [['!fileutils.go', '*.go'], 'fileutils.go', true],
  [['docs', '!docs/README.md'], 'docs/README.md', false],
  [['docs/', '!docs/README.md'], 'docs/README.md', false],
  [['docs/*', '!docs/README.md'], 'docs/README.md', false],
  [['*.go', '!fileutils.go'], 'fileutils.go', false],
  [['*.go'], '.', false],
  [[], '/any/path/there', false],
];

// The cases of patternmatcher's TestMatch, which are those of Go's filepath.Match: undefined stands for ErrBadPattern.
const globs: [string, string, boolean | undefined][] = [
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*c', 'abc', true],
  ['a*', 'a', true],
  ['a*', 'abc', true],
  ['a*', 'ab/c', true],
  ['a*/b', 'abc/b', true],
  ['a*/b', 'a/c/b', false],
  ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
  ['a*b*c*d*e*/f', 'axbxcxdxexxx/f', true],
  ['a*b*c*d*e*/f', 'axbxcxdxe/xxx/f', false],
  ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^b-d]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a?b', 'a☺b', true],
  ['a[^a]b', 'a☺b', true],
  ['a???b', 'a☺b', false],
  ['a[^a][^a][^a]b', 'a☺b', false],
  ['[a-ζ]*', 'α', true],
  ['*[a-ζ]', 'A', false],
  ['a?b', 'a/b', false],
  ['a*b', 'a/b', false],
  ['[\\]a]', ']', true],
  ['[\\-]', '-', true],
  ['[x\\-]', 'x', true],
  ['[x\\-]', '-', true],
  ['[x\\-]', 'z', false],
  ['[\\-x]', 'x', true],
  ['[\\-x]', '-', true],
  ['[\\-x]', 'a', false],
  ['[]a]', ']', undefined],
  ['[-]', '-', undefined],
  ['[x-]', 'x', undefined],
  ['[x-]', '-', undefined],
  ['[x-]', 'z', undefined],
  ['[-x]', 'x', undefined],
  ['[-x]', '-', undefined],
  ['[-x]', 'a', undefined],
  ['\\', 'a', undefined],
  ['[a-b-c]', 'a', undefined],
  ['[', 'a', undefined],
  ['[^', 'a', undefined],
  ['[^bc', 'a', undefined],
  ['a[', 'a', undefined],
  ['a[', 'ab', undefined],
  ['*x', 'xxx', true],
];

describe('one pattern', () => {
  test.each(single)('%s on %s: %s', (pattern, text, expected) => {
    expect(isIgnored(compile([pattern]), text)).toBe(expected);
  });

  test.each([
    ['*', '[^/]*'],
    ['a*/b', 'a[^/]*/b'],
    ['**/**', '(.*/)?.*'],
    ['**/dir2/*', '(.*/)?dir2/[^/]*'],
    ['**/file*txt', '(.*/)?file[^/]*txt'],
    ['**/**/*.txt', '(.*/)?(.*/)?[^/]*\\.txt'],
    ['a[b-d]e', 'a[b-d]e'],
    ['abc?def', 'abc[^/]def'],
  ])('%s is the expression %s', (pattern, expression) => {
    expect(expressionOf(pattern)).toBe(expression);
  });

  test.each(['[Local-Only]/', '[', '!', 'a\\', '\\e', '[[:alpha:]]'])('%s is refused', (pattern) => {
    expect(compilePattern(pattern)).toHaveProperty('why');
  });

  test.each([
    ['\\d', '7', true], // an escaped letter means what it means to Go's regexp, not the letter
    ['\\d', 'd', false],
    ['[\\w]x', '_x', true],
    ['[a*]', 'a]', true], // becomes [a[^/]*]
    ['x^*', 'x^y', false], // `^` is not escaped
    ['^*', 'y', true],
  ])('%s on %s is %s, as in Go', (pattern, text, expected) => {
    expect(isIgnored(compile([pattern]), text)).toBe(expected);
  });
});

test.each(several)('%j on %s: %s', (patterns, text, expected) => {
  expect(isIgnored(compile(patterns), text)).toBe(expected);
});

describe('glob table', () => {
  test.each(globs)('%s on %s: %s', (pattern, text, expected) => {
    const compiled = compilePattern(pattern);
    if (expected === undefined) expect(compiled).toHaveProperty('why');
    else expect(isIgnored(compile([pattern]), text)).toBe(expected);
  });

  test.each(globs)("Go's Match: %s on %s", (pattern, text, expected) => {
    // patternmatcher also matches parents: the one row where the two differ.
    expect(goMatch(pattern, text)).toBe(pattern === 'a*' && text === 'ab/c' ? false : expected);
  });
});

describe('parseDockerignore', () => {
  test('reads as ignorefile does', () => {
    const text =
      '\ufefftest1\n/test2\n/a/file/here\n\nlastfile\n# comment\n # not a comment\n! /inverted/abs/path\r\n!\n! ';
    const { patterns, malformed } = parseDockerignore(text);
    expect(patterns.map(({ text, negated, line }) => [negated ? `!${text}` : text, line])).toEqual([
      ['test1', 1],
      ['test2', 2],
      ['a/file/here', 3],
      ['lastfile', 5],
      ['# not a comment', 7],
      ['!inverted/abs/path', 8],
    ]);
    expect(malformed.map(({ line }) => line)).toEqual([9, 10]);
  });

  test.each([
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'packages/a/node_modules/b.js', false],
    ['**/node_modules', 'packages/a/node_modules/b.js', true],
    ['FOO', 'foo', false],
    ['./a/../b/', 'b/c', true],
    ['*\n!package.json\n!src', 'src/deep/index.ts', false],
    ['*\n!package.json\n!src', 'other', true],
    ['a\n!a/b\na/b/c', 'a/b/c/d', true],
  ])('%j on %s: %s', (text, path, expected) => {
    expect(isIgnored(parseDockerignore(text).patterns, path)).toBe(expected);
  });
});

describe('ignore files of a context', () => {
  const context = memoryContext({
    '.dockerignore': 'secret\n',
    Dockerfile: '',
    'docker/app.Dockerfile': '',
    'docker/app.Dockerfile.dockerignore': 'docs\n',
    'docs/a.md': '',
    secret: '',
  });

  test.each([
    ['Dockerfile', '.dockerignore', 'docs/a.md', 'secret'],
    ['docker/app.Dockerfile', 'docker/app.Dockerfile.dockerignore', 'secret', 'docs/a.md'],
  ])('%s uses %s', (dockerfile, file, seen, hidden) => {
    expect(ignoreFileFor(context, dockerfile)).toBe(file);
    const { paths, complete } = visiblePaths(context, dockerfile);
    expect(paths).toContain(seen);
    expect(paths).not.toContain(hidden);
    expect(complete).toBe(true);
    expect(visiblePaths(context, dockerfile).paths).toBe(paths);
  });

  test('a malformed pattern makes the answer incomplete', () => {
    expect(visiblePaths(memoryContext({ '.dockerignore': '[z-a]\n', a: '' }), 'Dockerfile').complete).toBe(false);
  });

  test('an ignore file that cannot be read makes the answer incomplete', () => {
    const unreadable = { ...context, read: () => undefined };
    expect(visiblePaths(unreadable, 'Dockerfile').complete).toBe(false);
  });
});

describe('hostile patterns', () => {
  test.each([
    ['**/'.repeat(40) + 'x', 'a/'.repeat(200) + 'y'],
    ['*a'.repeat(200) + 'b', 'a'.repeat(2000)],
    ['**a'.repeat(200) + 'b', 'a/'.repeat(1000)],
    ['?*'.repeat(300), 'b/'.repeat(1000)],
  ])('%# comes to an end', (pattern, path) => {
    expect(isIgnored(compile([pattern]), path)).toBe(false);
  });

  test('no text makes it throw', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '/',
      '[',
      ']',
      '^',
      '-',
      '\\',
      '!',
      '?',
      'a',
      'b.',
      '{',
      '(',
      '\n',
      ' ',
      '#',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, (ignore, path) => {
        expect(typeof isIgnored(parseDockerignore(ignore).patterns, path)).toBe('boolean');
      }),
    );
  });
});
