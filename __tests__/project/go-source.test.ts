import { describe, expect, test } from '@jest/globals';
import { readGoSource } from '../../src/project/go-source.js';

describe('imports of a Go file', () => {
  test.each([
    ['none', 'package main\n', []],
    ['one', 'package main\n\nimport "fmt"\n', ['fmt']],
    ['a list with names', 'package a\nimport (\n\tx "a/b"\n\t_ `c`\n\t. "d"\n)\n', ['a/b', 'c', 'd']],
    ['several declarations', 'package a; import "b"; import ("c"; "d")\nvar x = "e"\n', ['b', 'c', 'd']],
    ['an empty list', 'package a\nimport ()\nimport "b"\n', ['b']],
    [
      'comments',
      '// import "x"\n/* import "y" */\npackage a // z\nimport /* n */ "b" // c\nimport (\n// "d"\n"e")',
      ['b', 'e'],
    ],
    ['cgo', 'package a\n\n// #include <x.h>\nimport "C"\n', ['C']],
    ['a mark of the byte order', '\ufeffpackage a\r\nimport "b"\r\n', ['b']],
    ['what only looks like one', 'package a\n\nfunc f() string { return `\nimport "b"` }\n', []],
  ])('%s', (_, text, imports) => {
    expect(readGoSource(text)?.imports).toEqual(imports);
  });

  test.each(['', 'import "b"\n', 'package a\nimport b\n', 'package a\nimport (\n"b"\n', 'package a\nimport (x y)\n'])(
    'are not known of %j',
    (text) => {
      expect(readGoSource(text)).toBeUndefined();
    },
  );
});

test('embedded files are those of directives, in a block of variables too', () => {
  const text = [
    'package a',
    '//go:embed static',
    'var a embed.FS',
    'var (',
    '\t//go:embed all:b "c d" `e`\tf/*.html',
    '\tb embed.FS',
    ')',
    '// go:embed no',
    'x //go:embed no',
    '//go:embedded no',
  ].join('\n');
  expect(readGoSource(text)?.embeds).toEqual(['static', 'b', 'c d', 'e', 'f/*.html']);
});
