import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRemoteSource, resolveSources } from '../../src/project/copy-sources.js';

const paths = [
  'README.md',
  'app/a.ts',
  'app/b.md',
  'app/deep/c.ts',
  'home.md',
  'home.txt',
  'package-lock.json',
  'package.json',
  'packages/x/package.json',
  'packages/y/package.json',
  'packages/y/src/i.ts',
];
const context = { paths, complete: true };
const all = (source: string, flags = {}) => resolveSources(context, [source], flags);

describe('sources', () => {
  test.each([
    ['.', paths],
    ['./', paths],
    ['/', paths],
    ['../..', paths],
    ['package.json', ['package.json']],
    ['/package.json', ['package.json']],
    ['../package.json', ['package.json']],
    ['./app/', ['app/a.ts', 'app/b.md', 'app/deep/c.ts']],
    ['app/../app/deep', ['app/deep/c.ts']],
    ['package*.json', ['package-lock.json', 'package.json']],
    ['package*', ['package-lock.json', 'package.json', 'packages/x/package.json', 'packages/y/package.json', 'packages/y/src/i.ts']], // prettier-ignore
    ['packages/*/package.json', ['packages/x/package.json', 'packages/y/package.json']],
    ['app/*', ['app/a.ts', 'app/b.md', 'app/deep/c.ts']],
    ['app/**/*.ts', ['app/deep/c.ts']], // `**` is just `*` to Go
    ['hom?.txt', ['home.txt']],
    ['[hR]*.md', ['README.md', 'home.md']],
  ])('%s', (source, files) => {
    expect(all(source)).toEqual({ files, missing: [], unmatched: [], remote: [], malformed: [], complete: true });
  });

  test('what is not there', () => {
    expect(resolveSources(context, ['nope', 'yarn.loc*', 'app/[', 'app'])).toMatchObject({
      missing: ['nope'],
      unmatched: ['yarn.loc*'],
      malformed: ['app/['],
      complete: false,
    });
  });

  test.each([
    ['https://example.com/a.tar.gz', true],
    ['HTTP://example.com', true],
    ['git@example.com:a/b.git', true],
    ['ssh://git@example.com/a.git', true],
    ['git://example.com/a', true],
    ['github.com/a/b', false],
    ['a@b', false],
    ['./https:/x', false],
  ])('%s is remote: %s', (source, remote) => {
    expect(isRemoteSource(source)).toBe(remote);
    expect(resolveSources(context, [source]).remote).toEqual(remote ? [source] : []);
  });
});

describe('--exclude and --parents', () => {
  test('exclude counts from the folder that is copied', () => {
    expect(all('app', { exclude: ['*.md'] }).files).toEqual(['app/a.ts', 'app/deep/c.ts']);
    expect(all('.', { exclude: ['*.md'] }).files).toContain('app/b.md');
    expect(all('.', { exclude: ['**/*.md', '!home.md'] }).files.filter((path) => path.endsWith('.md'))).toEqual([
      'home.md',
    ]);
    expect(all('pack*', { exclude: ['src'] }).files).toContain('packages/y/src/i.ts');
    expect(all('packages/*', { exclude: ['src'] }).files).not.toContain('packages/y/src/i.ts');
  });

  test('a source that is a file is not excluded', () => {
    expect(all('hom*', { exclude: ['*.txt'] }).files).toEqual(['home.md', 'home.txt']);
  });

  test('an exclude pattern that is not valid makes the answer incomplete', () => {
    expect(all('.', { exclude: ['[z-a]'] })).toMatchObject({ malformed: ['[z-a]'], complete: false });
  });

  test.each([
    ['packages/*/package.json', ['packages/x/package.json', 'packages/y/package.json']],
    ['**/package.json', ['package.json', 'packages/x/package.json', 'packages/y/package.json']],
    ['packages/./*/package.json', ['packages/x/package.json', 'packages/y/package.json']],
    ['app/deep', ['app/deep/c.ts']],
  ])('parents %s', (source, files) => {
    expect(all(source, { parents: true }).files).toEqual(files);
  });
});

test('nothing outside the visible files is ever named', () => {
  const source = fc.array(
    fc.constantFrom('..', '.', '', '*', '**', 'app', 'pack*', '[', 'deep', '?', 'packages', '\\'),
  );
  fc.assert(
    fc.property(source, source, fc.boolean(), (parts, exclude, parents) => {
      const found = resolveSources(context, [parts.join('/')], { exclude: [exclude.join('/')], parents });
      for (const file of found.files) expect(paths).toContain(file);
    }),
  );
});
