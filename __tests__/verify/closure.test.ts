import { describe, expect, test } from '@jest/globals';
import { clean, closureOf, folderOf, resolvePath } from '../../src/verify/closure.js';
import { file, folder, link, tree, withFolders } from './support.js';

const SYSTEM = { '/bin': folder, '/bin/sh': file('sh'), '/opt': folder, '/opt/lib': folder, '/srv': folder };
const of = (
  words: readonly string[],
  files: Parameters<typeof tree>[0],
  more: Readonly<Record<string, unknown>> = {},
) => closureOf({ Cmd: words, ...more }, tree({ ...SYSTEM, ...files }));

describe('what a command opens:', () => {
  test('the program that PATH leads to, through links', () => {
    const { files, missing } = of(
      ['run'],
      { '/opt/run-1': file('r'), '/opt/run': link('run-1') },
      { Env: { PATH: '/opt' } },
    );
    expect([...files].sort()).toEqual(['/opt/run', '/opt/run-1']);
    expect(missing).toEqual([]);
  });
  test('of a script its interpreter and the absolute paths in it', () => {
    const script = file('s', { text: '#!/bin/sh\nexec /srv/server --config=/srv/conf\n' });
    const { files } = of(['/srv/start'], { '/srv/start': script, '/srv/server': file('x'), '/srv/conf': file('c') });
    expect([...files].sort()).toEqual(['/bin/sh', '/srv/conf', '/srv/server', '/srv/start']);
  });
  test('files that its words name, in the working directory too', () => {
    const { files } = of(['/bin/sh', 'main.js'], { '/srv/main.js': file('m') }, { WorkingDir: '/srv' });
    expect([...files].sort()).toEqual(['/bin/sh', '/srv/main.js']);
  });
  test('a library of its own folder before any other of the name', () => {
    const elf = { interpreter: undefined, needed: ['liby.so'], runPaths: ['$ORIGIN/lib'] };
    const libraries = { '/bin/liby.so': file('other'), '/opt/lib/liby.so': file('own') };
    const { files } = of(['/opt/run'], { ...libraries, '/opt/run': file('r', { elf }) });
    expect([...files].sort()).toEqual(['/opt/lib/liby.so', '/opt/run']);
  });
});

test.each([
  [['nothing'], {}, 'nothing, the program of the entry point'],
  [['/srv/x'], { '/srv/x': file('x', { text: '#!/bin/bash\n' }) }, '/bin/bash, the interpreter of /srv/x'],
  [
    ['/srv/x'],
    { '/srv/x': file('x', { elf: { interpreter: '/lib/ld-musl.so.1', needed: [], runPaths: [] } }) },
    '/lib/ld-musl.so.1, the loader of /srv/x',
  ],
  [
    ['/srv/x'],
    { '/srv/x': file('x', { elf: { interpreter: undefined, needed: ['libz.so.1'], runPaths: [] } }) },
    'libz.so.1, needed by /srv/x',
  ],
])('what %j misses is told', (words, files, missed) => {
  expect(of(words, files as Parameters<typeof tree>[0]).missing).toEqual([missed]);
});

describe('a library is found', () => {
  const elf = { interpreter: undefined, needed: ['libz.so.1'], runPaths: ['/own', '${ORIGIN}/beside'] };
  const triplets =
    'x86_64-linux-gnu aarch64-linux-gnu arm-linux-gnueabihf i386-linux-gnu s390x-linux-gnu powerpc64le-linux-gnu riscv64-linux-gnu';
  // Each before the one of the same name that comes first among all files.
  test.each([
    ...['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib', '/own', '/srv/beside'],
    ...triplets.split(' ').flatMap((triplet) => [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
  ])('in %s', (where) => {
    const files = { '/any/libz.so.1': file('a'), [`${where}/libz.so.1`]: file('z'), '/srv/run': file('r', { elf }) };
    const found = closureOf({ Cmd: ['/srv/run'] }, withFolders(tree(files)));
    expect([...found.files]).toEqual(['/srv/run', `${where}/libz.so.1`]);
  });
  test('anywhere else, and under the path that it has', () => {
    const files = { '/any/libz.so.1': file('a'), '/srv/run': file('r', { elf }) };
    expect([...closureOf({ Cmd: ['/srv/run'] }, withFolders(tree(files))).files]).toContain('/any/libz.so.1');
    const fixed = { ...elf, needed: ['/any/libz.so.1', '/any/liby.so.1'] };
    const found = closureOf(
      { Cmd: ['/srv/run'] },
      withFolders(tree({ ...files, '/srv/run': file('r', { elf: fixed }) })),
    );
    expect([...found.files]).toContain('/any/libz.so.1');
    expect(found.missing).toEqual(['/any/liby.so.1, needed by /srv/run']);
  });
});

describe('a program is found', () => {
  test.each('/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin'.split(' '))(
    'in %s where PATH is not set',
    (where) => {
      const found = closureOf({ Cmd: ['run'] }, withFolders(tree({ [`${where}/run`]: file('r') })));
      expect([...found.files]).toEqual([`${where}/run`]);
    },
  );
  test('in the root where no folder is set, and nowhere where nothing is declared', () => {
    expect([...closureOf({ Cmd: ['./run'] }, tree({ '/run': file('r') })).files]).toEqual(['/run']);
    const both = withFolders(tree({ '/usr/bin/run': file('r'), '/run': file('r') }));
    expect([...closureOf({ Cmd: ['run'] }, both).files]).toEqual(['/usr/bin/run']);
    expect(closureOf({}, tree({ '/run': file('r') }))).toEqual({ files: new Set(), missing: [] });
  });
  test('by name in the words of a shell, the first of PATH, and no option', () => {
    const files = {
      '/a/x': file('1'),
      '/b/x': file('2'),
      '/b/-c': file('3'),
      '/b/y+z.1': file('4'),
      '/b/sh': file('5'),
    };
    const env = { Env: { PATH: '/a:/b' }, WorkingDir: '/w' };
    const found = closureOf(
      { Cmd: ['sh', '-c', '(x;"y+z.1")&&  none|\'/b/../a/x\''], ...env },
      withFolders(tree(files)),
    );
    expect([...found.files].sort()).toEqual(['/a/x', '/b/sh', '/b/y+z.1']);
  });
  test('by env in the first line of a script', () => {
    const script = (line: string) => ({
      '/srv/run': file('r', { text: line }),
      '/usr/bin/env': file('e'),
      '/bin/ruby': file('r'),
    });
    const of = (line: string) => closureOf({ Cmd: ['/srv/run'] }, withFolders(tree(script(line))));
    expect([...of('#!/usr/bin/env ruby').files]).toContain('/bin/ruby');
    expect([...of('#! /usr/bin/env -S ruby\n').files]).not.toContain('/bin/ruby');
    expect([...of('no script /usr/bin/env').files]).toEqual(['/srv/run']);
    expect(of('#!/bin/none\nruby').missing).toEqual(['/bin/none, the interpreter of /srv/run']);
  });
});

describe('a path is followed', () => {
  const many = Object.fromEntries(Array.from({ length: 41 }, (_one, n) => [`/l${n}`, link(`/l${n + 1}`)]));
  const files = withFolders(
    tree({
      ...many,
      '/l41': file('x'),
      '/d/f': file('f'),
      '/e': link('/d'),
      '/g/up': link('../d/./f'),
      '/loop': link('loop'),
    }),
  );
  test.each([
    ['/e/f', '/d/f', ['/e']],
    ['/g/up', '/d/f', ['/g/up']],
    ['/l1', '/l41', Array.from({ length: 40 }, (_one, n) => `/l${n + 1}`)],
  ])('%s to %s', (from, to, links) => {
    expect(resolvePath(files, from)).toMatchObject({ path: to, links });
  });
  test.each(['/l0', '/loop', '/none', '/d/f/none'])('%s to nothing', (from) => {
    expect(resolvePath(files, from)).toBeUndefined();
  });
  test('the file of Entrypoint and those that Cmd names', () => {
    const found = closureOf({ Entrypoint: ['/d/f'], Cmd: ['/e/f', '/d'] }, files);
    expect([...found.files]).toEqual(['/d/f', '/e']);
  });
  test('without what means nothing', () => {
    expect(['/a//b/', '/a/./b', '/a/c/../b', '/../a/b'].map(clean)).toEqual(['/a/b', '/a/b', '/a/b', '/a/b']);
    expect(['/a/b', '/a'].map(folderOf)).toEqual(['/a', '/']);
  });
});
