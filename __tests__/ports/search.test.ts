import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatError } from '../../src/errors.js';
import { findDockerfiles, repositoryRoot } from '../../src/ports/search.js';
import { compareCodePoints } from '../../src/ports/walk.js';

let base: string;
let cwd: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'dfix-search-'));
  cwd = join(base, 'start');
  mkdirSync(cwd);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Makes files by their paths; a path that ends in `/` is a folder, a value is the content. */
function tree(...entries: (string | readonly [string, string])[]): void {
  for (const entry of entries) {
    const [path, content] = typeof entry === 'string' ? [entry, 'FROM a\n'] : entry;
    mkdirSync(join(cwd, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(cwd, path), content);
  }
}

function find(...paths: string[]): { files: string[]; problems: string[] } {
  const { files, problems } = findDockerfiles(paths, { cwd });
  return {
    files: files.map(({ path, explicit }) => (explicit ? `${path} (explicit)` : path)),
    problems: problems.map((problem) => formatError(problem)),
  };
}

test('a folder is searched by name, in a fixed order', () => {
  tree(
    'b/Dockerfile',
    'Dockerfile',
    'a/api.Dockerfile',
    'a/Dockerfile.prod',
    'a/Dockerfile.md',
    'a/Dockerfile.dockerignore',
  );
  tree('Containerfile', '.devcontainer/Dockerfile', 'z/README.md');
  const files = [
    '.devcontainer/Dockerfile',
    'Containerfile',
    'Dockerfile',
    'a/Dockerfile.prod',
    'a/api.Dockerfile',
    'b/Dockerfile',
  ];
  expect(find('.')).toEqual({ files, problems: [] });
  expect(find()).toEqual({ files, problems: [] });
  expect(find('./b/', 'a').files).toEqual(['a/Dockerfile.prod', 'a/api.Dockerfile', 'b/Dockerfile']);
});

test('a file is taken whatever it is called, once', () => {
  tree('Dockerfile', 'odd.txt', '.git/Dockerfile', 'node_modules/x/Dockerfile');
  expect(find('odd.txt', '.', './Dockerfile', 'node_modules/x/Dockerfile')).toEqual({
    files: ['Dockerfile (explicit)', 'node_modules/x/Dockerfile (explicit)', 'odd.txt (explicit)'],
    problems: [],
  });
});

test('absolute and outer paths keep the form that the user gave', () => {
  writeFileSync(join(base, 'Dockerfile'), '');
  expect(find('..').files).toEqual(['../Dockerfile']);
  expect(find(base).files).toEqual([join(base, 'Dockerfile')]);
  expect(find(join(base, 'Dockerfile'), '../Dockerfile').files).toHaveLength(1);
});

test('folders of others are skipped unless named', () => {
  tree('.git/Dockerfile', 'node_modules/a/Dockerfile', 'vendor/Dockerfile', 'x/vendor/y/Dockerfile', 'x/Dockerfile');
  expect(find('.').files).toEqual(['x/Dockerfile']);
  expect(find('vendor').files).toEqual(['vendor/Dockerfile']);
});

describe('.gitignore', () => {
  test('holds at every level, nearer files over outer ones', () => {
    tree(['.gitignore', 'build/\n*.Dockerfile\n/top/Dockerfile\n'], ['keep/.gitignore', '!ok.Dockerfile\nno/\n']);
    tree(
      'build/Dockerfile',
      'x/build/Dockerfile',
      'a.Dockerfile',
      'keep/ok.Dockerfile',
      'keep/b.Dockerfile',
      'keep/no/Dockerfile',
    );
    tree('top/Dockerfile', 'sub/top/Dockerfile');
    expect(find('.').files).toEqual(['keep/ok.Dockerfile', 'sub/top/Dockerfile']);
  });

  test('holds from above, up to the root of the repository', () => {
    writeFileSync(join(base, '.gitignore'), '*\n');
    tree(
      '.git/',
      ['.gitignore', 'out/\n/app/gen.Dockerfile\n'],
      'app/out/Dockerfile',
      'app/Dockerfile',
      'app/gen.Dockerfile',
    );
    expect(find('app').files).toEqual(['app/Dockerfile']);
    tree(['.git/info/exclude', 'private.*\n'], 'app/private.Dockerfile');
    expect(find('app').files).toEqual(['app/Dockerfile']);
  });

  test('does not hold against a folder that the user names', () => {
    tree('.git/', ['.gitignore', 'out/\n'], 'out/Dockerfile');
    expect(find('out').files).toEqual(['out/Dockerfile']);
  });

  test('a hostile pattern costs no time', () => {
    tree(['.gitignore', `${'**/a/'.repeat(30)}b\n${'*a'.repeat(40)}b\n`]);
    const deep = `${'a/'.repeat(60)}Dockerfile.${'a'.repeat(200)}c`;
    tree(deep);
    expect(find('.').files).toEqual([deep]);
  });
});

test('links: not to folders, not out of the tree, and one file once', () => {
  mkdirSync(join(base, 'outer'));
  writeFileSync(join(base, 'outer', 'Dockerfile'), '');
  tree('real/Dockerfile', 'real/plain.txt', 'real/Dockerfile.md');
  symlinkSync(join(base, 'outer'), join(cwd, 'linked'));
  symlinkSync(join(base, 'outer', 'Dockerfile'), join(cwd, 'Dockerfile.out'));
  symlinkSync(join('real', 'Dockerfile'), join(cwd, 'Dockerfile'));
  symlinkSync(join('real', 'plain.txt'), join(cwd, 'Dockerfile.one'));
  symlinkSync(join('real', 'plain.txt'), join(cwd, 'Dockerfile.two'));
  symlinkSync('nowhere', join(cwd, 'Dockerfile.broken'));
  symlinkSync('.', join(cwd, 'loop'));
  expect(find('.')).toEqual({ files: ['Dockerfile.one', 'real/Dockerfile'], problems: [] });
  expect(find('Dockerfile').files).toEqual(['Dockerfile (explicit)']);
  expect(find('Dockerfile.broken').problems).toEqual(['Dockerfile.broken: a symbolic link to nothing']);
});

describe('globs', () => {
  beforeEach(() => tree('Dockerfile', 'a/x.build', 'a/b/y.build', 'a/Dockerfile.dev', 'a/notes.md', 'vendor/z.build'));
  test.each<[string, string[]]>([
    ['**/*.build', ['a/b/y.build', 'a/x.build']],
    ['a/*.build', ['a/x.build']],
    ['a/**', ['a/Dockerfile.dev']],
    ['*/*', ['a/Dockerfile.dev']],
    ['**/{x,y}.build', ['a/b/y.build', 'a/x.build']],
    ['./a/[x-z].build', ['a/x.build']],
    ['**/Dockerfile*', ['Dockerfile', 'a/Dockerfile.dev']],
    ['../start/a/?.build', ['../start/a/x.build']],
  ])('%s', (glob, files) => expect(find(glob)).toEqual({ files, problems: [] }));

  test('a name with brackets that exists is that file', () => {
    tree('[x].build');
    expect(find('[x].build').files).toEqual(['[x].build (explicit)']);
  });

  test.each([
    ['*.none', '*.none: no file matches this pattern'],
    ['[a', '[a: this pattern cannot be read'],
    [`${'{a,b}'.repeat(20)}`, `${'{a,b}'.repeat(20)}: this pattern cannot be read`],
  ])('%s', (glob, problem) => expect(find(glob)).toEqual({ files: [], problems: [problem] }));
});

describe('problems', () => {
  test('each is one line, and the others are still done', () => {
    tree('Dockerfile', 'empty/', 'x/Dockerfile/', 'lower/dockerfile/', 'file');
    expect(find('empty', 'none', 'file/x', 'x/Dockerfile', 'Dockerfile', 'evil\u001b]2;J')).toEqual({
      files: ['Dockerfile (explicit)'],
      problems: [
        'empty: no Dockerfile found in this folder (a file with another name has to be named)',
        'none: no such file or folder',
        'file/x: cannot search: a part of the path is not a directory',
        'x/Dockerfile:1:1: is a directory, not a Dockerfile',
        'evil\\x1b]2;J: no such file or folder',
      ],
    });
  });

  (process.getuid?.() === 0 ? test.skip : test)('an unreadable folder', () => {
    tree('Dockerfile', 'shut/Dockerfile');
    chmodSync(join(cwd, 'shut'), 0);
    expect(find('.')).toEqual({ files: ['Dockerfile'], problems: ['shut: cannot search: permission denied'] });
    chmodSync(join(cwd, 'shut'), 0o755);
  });
});

test('a folder called Dockerfile in a searched tree is told', () => {
  tree('a/Dockerfile/', 'b/Dockerfile/Dockerfile');
  expect(find('.')).toEqual({
    files: ['b/Dockerfile/Dockerfile'],
    problems: ['a/Dockerfile:1:1: is a directory, not a Dockerfile'],
  });
});

test('repositoryRoot', () => {
  tree('a/b/', ['a/.git', 'gitdir: elsewhere\n']);
  expect(repositoryRoot(join(cwd, 'a', 'b'))).toBe(join(cwd, 'a'));
  expect(repositoryRoot(join(cwd, 'a', 'none', 'deep'))).toBe(join(cwd, 'a'));
});

test.each([
  ['a', 'b', -1],
  ['\u{10000}', '\uffff', 1],
  ['x\u{1f433}', 'x\u{1f434}', -1],
  ['a', 'ab', -1],
  ['B', 'a', -1],
  ['a', 'a', 0],
])('compareCodePoints(%j, %j)', (a, b, sign) => {
  expect(Math.sign(compareCodePoints(a, b))).toBe(sign);
  expect(Math.sign(compareCodePoints(b, a))).toBe(sign === 0 ? 0 : -sign);
});
