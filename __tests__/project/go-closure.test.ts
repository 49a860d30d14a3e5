import { expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { goClosure } from '../../src/project/go-closure.js';
import { readProject } from '../../src/project/project.js';

const files = {
  'go.mod': 'module example.com/a\n\ngo 1.22\n\nrequire example.com/a/far v1.0.0\n\nreplace example.com/b => ./b\n',
  'go.sum': '',
  'b/go.mod': 'module example.com/b\n',
  'b/b.go': 'package b\n',
  'cmd/x/main.go':
    'package main\nimport ("example.com/a/in"; "example.com/a/far/y"; "example.com/b"; "fmt"; "example.org/z")\n',
  'cmd/x/main_test.go': 'package main\nimport "example.com/a/other"\n',
  'cmd/x/_draft.go': 'package main\nimport "example.com/a/other"\n',
  'in/in_windows.go': 'package in\nimport "example.com/a/win"\n',
  'in/in.go': 'package in\n\n//go:embed data/*.txt\nvar s string\n',
  'in/data/a.txt': '',
  'win/win.go': 'package win\n',
  'other/other.go': 'package other\n',
};

function read(given: Readonly<Record<string, string>>, links: readonly string[] = []) {
  const context = { ...memoryContext(given), links: new Set(links) };
  return goClosure(readProject(context), context.paths, '', [{ folder: 'cmd/x', files: undefined }]);
}

test('what a build reads is followed through the module, local replacements and build constraints', () => {
  const found = read(files);
  if (typeof found === 'string') throw new Error(found);
  expect(found.manifests).toEqual(['b/go.mod', 'go.mod', 'go.sum']);
  expect(Object.fromEntries(found.folders)).toEqual({
    'cmd/x': { whole: false },
    in: { whole: true },
    b: { whole: false },
    win: { whole: false },
  });
  expect(found.external).toEqual(['example.com/a/far/y', 'example.org/z']);
});

test.each([
  ['a link to a source', ['in/in.go'], 'in/in.go is a symbolic link'],
  ['a link to the module file', ['go.mod'], 'go.mod is a symbolic link'],
])('%s is not followed', (_, links, reason) => {
  expect(read(files, links)).toBe(reason);
});

test('a link beside what is read changes nothing', () => {
  expect(read(files, ['other/other.go', 'cmd/x/main_test.go'])).toEqual(read(files));
});

test('a package of a module inside is not one of the module around it', () => {
  expect(read({ ...files, 'in/go.mod': 'module example.com/in\n' })).toBe(
    'cmd/x/main.go imports example.com/a/in, whose source is not in the build context',
  );
});
