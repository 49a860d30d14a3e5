import { describe, expect, test } from '@jest/globals';
import type { Announcement } from '../../src/transform/index.js';
import { explainer, refusedBecause } from '../../src/verify/announcements.js';
import { closureOf } from '../../src/verify/closure.js';
import type { Difference, TreeEntry } from '../../src/verify/types.js';
import { config, entries, file, folder, image, tree } from './support.js';

type Effect = Difference['effect'];
const files = (effect: Effect, ...paths: readonly string[]): Announcement => ({
  kind: 'files',
  effect,
  paths,
  why: '',
});
const packages = (effect: 'added' | 'removed', manager: string, ...names: readonly string[]): Announcement => ({
  kind: 'packages',
  effect,
  manager,
  names,
});
const field = (name: string, ...names: readonly string[]): Announcement => ({
  kind: 'config',
  field: name,
  ...(names.length === 0 ? {} : { names }),
  why: '',
});

describe('an announcement is refused:', () => {
  const opened = closureOf(config, image().tree);
  const refused = (announcement: Announcement, more: Readonly<Record<string, TreeEntry>> = {}) =>
    refusedBecause(announcement, opened, image(more).tree);

  test.each([
    ['/**', 'matches in the whole image'],
    ['/**/*.pyc', 'matches in the whole image'],
    ['/*', 'matches in the whole image'],
    ['/{usr,app}/**', 'matches in the whole image'],
    ['/[u]sr/x', 'matches in the whole image'],
    ['/?sr/x', 'matches in the whole image'],
    ['/usr/*/**', 'covers a whole root folder'],
    ['/usr/*/*', 'covers a whole root folder'],
    ['/usr/?*', 'covers a whole root folder'],
    ['/usr/[a-z]*', 'covers a whole root folder'],
    ['/usr/lib*/**', 'covers a whole root folder'],
    ['/usr/lib/**/*.so', 'covers a whole root folder'],
    ['/app', 'is a whole root folder'],
    ['/usr/lib/', 'is a whole root folder'],
    ['cache/**', 'is no absolute path'],
    ['/app/[', 'is no absolute path'],
    ['/app/data.*', 'covers /app/data.txt, which the entry point opens'],
    ['/app/dat?.txt', 'covers /app/data.txt, which the entry point opens'],
    ['/app/dat[a].txt', 'covers /app/data.txt, which the entry point opens'],
    ['/app/data.txt', 'is opened by the entry point'],
    ['/usr/lib/libx.so.1', 'is opened by the entry point'],
  ])('%s', (path, why) => {
    expect(refused(files('removed', '/app/cache/one', path))).toBe(`${path} ${why}`);
  });
  test.each(
    'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var app workspace usr/bin usr/lib usr/lib64 usr/libexec usr/local usr/sbin usr/share usr/src usr/include usr/local/bin usr/local/lib usr/local/share usr/local/sbin usr/local/etc var/lib var/cache var/log var/www etc/ssl'.split(
      ' ',
    ),
  )('all that is in /%s', (root) => {
    for (const rest of ['**', '*']) expect(refused(files('changed', `/${root}/${rest}`))).toContain('root folder');
    expect(refused(files('removed', `/${root}`), { [`/${root}`]: folder })).toContain('root folder');
    expect(refused(files('removed', `/${root}`), { [`/${root}`]: file('x') }) ?? '').not.toContain('root folder');
  });
  test.each([
    [files('changed', '/app/data.*'), 'covers /app/data.txt'],
    [packages('removed', 'apt'), 'names no package'],
    [packages('added', 'apt'), 'names no package'],
    [field('Env'), 'announces all of Env, not one name'],
    [field('Labels'), 'announces all of Labels, not one name'],
    [field('Colour'), '"Colour" is no field of an image\'s configuration'],
    [field('Env.MODE'), 'is no field'],
  ])('%j', (announcement, why) => {
    expect(refused(announcement)).toContain(why);
  });
  test.each([
    ...['/app/cache/**', '/var/lib/apt/lists/**', '/root/.npm/**', '/usr/local/go/**', '/app/*.go'].map((path) =>
      files('removed', path),
    ),
    ...['/usr/*/x', '/app/cache', '/app/cache/', '/usr/bin/x[ab]'].map((path) => files('removed', path)),
    files('changed', '/app/data.txt'),
    files('added', '/app/data.*'),
    files('added', '/app/data.txt'),
    packages('added', 'apt', 'less'),
    packages('removed', 'apt', 'ed'),
    field('Cmd'),
    field('Volumes'),
    field('ExposedPorts', '80/tcp'),
    field('Env', 'MODE', 'OTHER'),
    field('Labels', 'a'),
  ])('but %j is taken', (announcement) => {
    expect(refused(announcement)).toBeUndefined();
  });
  test('packages that hold a file which the entry point opens, where they go', () => {
    const reader = closureOf({ Cmd: ['/usr/bin/less'] }, image().tree);
    expect(refusedBecause(packages('removed', 'apt', 'less'), reader, image().tree)).toBe(
      '/usr/bin/less, which the entry point opens, goes with these packages',
    );
    expect(refusedBecause(packages('added', 'apt', 'less'), reader, image().tree)).toBeUndefined();
  });
});

describe('an announcement explains', () => {
  const before = tree(entries);
  const list = file('list', { text: '/usr/bin/new\n' });
  const after = tree({ ...entries, '/var/lib/dpkg/info/new.list': list, '/app/made': folder });
  const explains = (announcement: Announcement, kind: Difference['kind'], effect: Effect, what: string): boolean =>
    explainer([{ by: 'x', announcement }], before, after)({ kind, effect, what, detail: '' }) === 'x';
  const many = files('removed', '/app/none', '/app/cache/**');

  test.each<[Announcement, Difference['kind'], Effect, string, boolean]>([
    [many, 'file', 'removed', '/app/cache/one', true],
    [many, 'file', 'changed', '/app/cache/one', false],
    [many, 'file', 'added', '/app/cache/one', false],
    [many, 'closure', 'removed', '/app/cache/one', false],
    [many, 'behaviour', 'removed', '/app/cache', false],
    [many, 'file', 'removed', '/app/cache', true],
    [many, 'file', 'added', '/app/cache', true],
    [many, 'file', 'changed', '/app/cache', false],
    [many, 'file', 'removed', '/app', false],
    [many, 'file', 'removed', '/app/data.txt', false],
    // The folder itself, and no file that stands in its place.
    [files('changed', '/app/data.txt/**'), 'file', 'removed', '/app/data.txt', false],
    [files('removed', '/app/made/**'), 'file', 'added', '/app/made', true],
    [files('removed', '/app/**/x'), 'file', 'removed', '/app', false],
    [files('changed', '/app/data.txt'), 'file', 'changed', '/app/data.txt', true],
    [packages('removed', 'apt', 'less'), 'package', 'removed', 'apt/less', true],
    [packages('removed', 'apt', 'less'), 'package', 'changed', 'apt/less', false],
    [packages('removed', 'apt', 'less'), 'package', 'removed', 'apk/less', false],
    [packages('removed', 'apt', 'less'), 'package', 'removed', 'apt/ed', false],
    [packages('removed', 'apt', 'less'), 'file', 'removed', '/usr/bin/less', true],
    [packages('removed', 'apt', 'less'), 'file', 'removed', '/var/lib/dpkg/info/less.list', true],
    [packages('removed', 'apt', 'less'), 'file', 'changed', '/usr/bin/less', false],
    [packages('removed', 'apt', 'less'), 'closure', 'removed', '/usr/bin/less', false],
    [packages('removed', 'apt', 'less'), 'config', 'removed', '/usr/bin/less', false],
    [packages('removed', 'apt', 'new'), 'file', 'removed', '/usr/bin/new', false],
    [packages('added', 'apt', 'new'), 'file', 'added', '/usr/bin/new', true],
    [packages('added', 'apt', 'less', 'new'), 'package', 'added', 'apt/less', true],
    [field('Cmd'), 'config', 'changed', 'Cmd', true],
    [field('Cmd'), 'behaviour', 'changed', 'Cmd', false],
    [field('Cmd'), 'config', 'changed', 'User', false],
    [field('Volumes'), 'config', 'removed', 'Volumes./data', true],
    [field('Env', 'MODE'), 'config', 'removed', 'Env.MODE', true],
    [field('Env', 'MODE'), 'config', 'removed', 'Env.PATH', false],
    [field('Env', 'MODE'), 'config', 'removed', 'Labels.MODE', false],
  ])('%j: %s %s %s: %j', (announcement, kind, effect, what, expected) => {
    expect(explains(announcement, kind, effect, what)).toBe(expected);
  });
  test('what the manager notes beside packages of a project, but no note that is new', () => {
    const project = { folders: ['/app/node_modules'], kept: [] };
    const some: Announcement = { kind: 'packages', effect: 'removed', manager: 'npm', names: ['mocha'], project };
    const note = '/app/node_modules/.package-lock.json';
    expect((['changed', 'removed', 'added'] as const).map((effect) => explains(some, 'file', effect, note))).toEqual([
      true,
      true,
      false,
    ]);
  });
  test('in the name of the first that does', () => {
    const claims = ['a', 'b', 'c'].map((by) => ({ by, announcement: files('removed', by === 'a' ? '/x' : '/y') }));
    expect(explainer(claims, before, after)({ kind: 'file', effect: 'removed', what: '/y', detail: '' })).toBe('b');
  });
});
