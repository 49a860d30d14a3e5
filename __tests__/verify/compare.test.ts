import { describe, expect, test } from '@jest/globals';
import type { Announcement } from '../../src/transform/index.js';
import { compareImages, compareTrees, type Scope } from '../../src/verify/compare.js';
import { noiseOf, NO_NOISE, pythonSource } from '../../src/verify/noise.js';
import type { Image, TreeEntry } from '../../src/verify/types.js';
import { entries, file, folder, image, link, tree, withFolders } from './support.js';

function unexplained(after: Image, announces: readonly Announcement[] = [], scope: Scope = 'all'): readonly string[] {
  const claims = announces.map((announcement) => ({ by: 'a-transform', announcement }));
  const { unexplained: left } = compareImages(image(), after, {
    scope,
    claims,
    noise: NO_NOISE,
    copied: ['/usr/bin/less', '/data/'],
  });
  return left.map(({ kind, effect, what }) => `${kind} ${effect} ${what}`);
}

const removed = (...paths: string[]): Announcement => ({ kind: 'files', effect: 'removed', paths, why: 'because' });

test('equal images have no difference', () => {
  expect(unexplained(image())).toEqual([]);
});

describe('a planted difference in the files is caught:', () => {
  const data = entries['/app/data.txt']!;
  const cases: readonly (readonly [string, Readonly<Record<string, TreeEntry | undefined>>, string])[] = [
    ['added', { '/app/new': file('n') }, 'file added /app/new'],
    ['removed', { '/app/data.txt': undefined }, 'file removed /app/data.txt'],
    ['content', { '/app/data.txt': { ...data, sha256: 'else' } }, 'file changed /app/data.txt'],
    ['size', { '/app/data.txt': { ...data, size: 9 } }, 'file changed /app/data.txt'],
    ['mode', { '/app/data.txt': { ...data, mode: 0o600 } }, 'file changed /app/data.txt'],
    ['user', { '/app/data.txt': { ...data, uid: 7 } }, 'file changed /app/data.txt'],
    ['group', { '/app/data.txt': { ...data, gid: 7 } }, 'file changed /app/data.txt'],
    ['link', { '/app/link': link('/etc') }, 'file changed /app/link'],
    ['type', { '/app/link': data }, 'file changed /app/link'],
    ['device', { '/app/null': { ...entries['/app/null']!, device: 'character 1:5' } }, 'file changed /app/null'],
    ['kind alone', { '/app/pipe': folder }, 'file changed /app/pipe'],
    ['pipe', { '/app/pipe': undefined }, 'file removed /app/pipe'],
    ['capability', { '/app/ping': file('ping') }, 'file changed /app/ping'],
    ['user of a folder', { '/app/cache': { ...folder, uid: 5 } }, 'file changed /app/cache'],
    ['folder', { '/app/empty': folder }, 'file added /app/empty'],
    ['folder of logs', { '/var/log/app/out': undefined }, 'file removed /var/log/app/out'],
    ['mode of a folder', { '/app/cache': { ...folder, mode: 0o700 } }, 'file changed /app/cache'],
    [
      'package',
      { '/var/lib/dpkg/status': file('s', { text: 'Package: less\nStatus: install ok installed\nVersion: 1\n' }) },
      'package removed apt/ed',
    ],
  ];
  test.each(cases)('%s', (_name, changes, expected) => {
    expect(unexplained(image(changes))).toEqual([expected]);
  });
  test.each<[TreeEntry, TreeEntry, string]>([
    [file('a', { size: 7 }), file('a'), 'size 7 -> 1'],
    [file('a'), file('b'), 'content'],
    [file('a', { mode: 0o4755 }), file('bc'), 'mode 4755 -> 644, size 1 -> 2'],
    [file('a'), file('a', { uid: 3, gid: 4 }), 'user 0 -> 3, group 0 -> 4'],
    [link('a'), link('b'), 'link to a -> b'],
    [folder, link('b'), 'directory -> link'],
    [
      { ...folder, type: 'device', device: 'block 1:2' },
      { ...folder, type: 'device', device: 'block 1:3' },
      'device block 1:2 -> block 1:3',
    ],
    [file('a'), file('a', { attributes: { x: '1' } }), 'attribute x'],
    [file('a', { attributes: { x: '1', y: '2' } }), file('a', { attributes: { x: '2' } }), 'attribute x, attribute y'],
  ])('%j -> %j', (a, b, detail) => {
    expect(compareTrees(tree({ '/x': a }), tree({ '/x': b }))).toEqual([
      { kind: 'file', effect: 'changed', what: '/x', detail },
    ]);
  });
  test('in the order of the paths, with what was added or removed', () => {
    const found = compareTrees(
      tree({ '/b': file('abc'), '/d': folder }),
      tree({ '/d': folder, '/c': link('x'), '/a': folder }),
    );
    expect(found.map(({ effect, what, detail }) => `${effect} ${what} ${detail}`)).toEqual([
      'added /a directory',
      'removed /b file, 3 bytes',
      'added /c link',
    ]);
  });
  test('of a list of packages its mode and owner, but no bytes', () => {
    const path = '/var/lib/dpkg/status';
    const found = compareTrees(tree({ [path]: file('a') }), tree({ [path]: file('bc', { mode: 0o600 }) }));
    expect(found.map(({ detail }) => detail)).toEqual(['mode 644 -> 600']);
  });
  test('the loader of the entry point is gone', () => {
    expect(unexplained(image({ '/lib/ld-1.so': undefined }), [], 'application')).toEqual([
      'closure removed /lib/ld.so, the loader of /usr/bin/app',
    ]);
  });
  test('a library of the entry point is gone', () => {
    const found = unexplained(image({ '/usr/lib/libx.so.1': undefined }), [removed('/usr/lib/libx.so.1')]);
    expect(found).toEqual(['closure removed libx.so.1, needed by /usr/bin/app']);
  });
  test('of another base the system may differ, the application may not', () => {
    expect(unexplained(image({ '/usr/bin/ed': undefined }), [], 'application')).toEqual([]);
    const cmd = { Cmd: ['/bin/sh', '-c', 'x'] };
    const linked = image({ '/bin': link('usr/bin'), '/usr/bin/sh': file('x') }, cmd);
    const apart = image({ '/bin': folder, '/bin/sh': file('x'), '/usr/bin/sh': undefined }, cmd);
    const how = { scope: 'application', claims: [], noise: NO_NOISE, copied: [] } as const;
    expect(compareImages(linked, apart, how).unexplained).toEqual([]);
    expect(unexplained(image({ '/app/link': undefined }), [], 'application')).toEqual(['file removed /app/link']);
    // The folder that only the old base starts in is that base's own.
    expect(unexplained(image({ '/app/link': undefined }, { WorkingDir: '/' }), [], 'application')).toEqual([
      'config changed WorkingDir',
    ]);
    expect(unexplained(image({ '/usr/bin/less-2': file('x') }), [], 'application')).toEqual([]);
    for (const path of ['/usr/bin/less', '/data/x'])
      expect(unexplained(image({ [path]: undefined }), [], 'application')).toEqual([`file removed ${path}`]);
  });
});

describe('a planted difference is caught between images of other kinds:', () => {
  const between = (before: Image, after: Image, scope: Scope = 'all'): readonly string[] =>
    compareImages(before, after, { scope, claims: [], noise: NO_NOISE, copied: [] }).unexplained.map(
      ({ kind, effect, what }) => `${kind} ${effect} ${what}`,
    );
  test('what would be noise, in a file that the entry point opens', () => {
    const log = (content: string): Image =>
      image({ '/var': folder, '/var/log': folder, '/var/log/page': file(content) }, { Cmd: ['/var/log/page'] });
    expect(between(log('a'), log('b'))).toEqual(['file changed /var/log/page']);
  });
  test('of another base, a file that the entry point opens', () => {
    const settings = (content: string): Image =>
      image({ '/etc': folder, '/etc/app.conf': file(content) }, { Cmd: ['/etc/app.conf'] });
    expect(between(settings('a'), settings('b'), 'application')).toEqual(['file changed /etc/app.conf']);
  });
  test('the program of the entry point, where its folder holds noise', () => {
    const program = { Entrypoint: ['/var/log/run'], Cmd: [] };
    const before = image({ '/var': folder, '/var/log': folder, '/var/log/run': file('x') }, program);
    expect(between(before, image({ '/var': folder, '/var/log': folder }, program))).toEqual([
      'file removed /var/log/run',
      'closure removed /var/log/run, the program of the entry point',
    ]);
    expect(between(image({}, program), image({}, program))).toEqual([]);
    const options = { scope: 'all', claims: [], noise: NO_NOISE, copied: [] } as const;
    expect(compareImages(before, image({}, program), options).unexplained.at(-1)?.detail).toBe('not in the new image');
  });
  test.each([
    ['a script elsewhere', '/srv/usr/run', {}, true],
    ...['/usr/share/run', '/bin/run', '/sbin/run', '/lib/run', '/lib64/run'].map(
      (path) => ['a script of the system', path, {}, false] as const,
    ),
    ['a program', '/opt/run', { elf: { interpreter: undefined, needed: [], runPaths: [] } }, false],
    ['a file that nothing opens', '/srv/other', {}, false],
    ['a file of the working directory', '/home/x', {}, true],
    ['a file beside the working directory', '/homely', {}, false],
  ] as const)('of another base, %s: %s', (_what, path, more, isCaught) => {
    const of = (content: string): Image =>
      image(Object.fromEntries(withFolders(tree({ [path]: file(content, more) }))), {
        Cmd: [path.endsWith('run') ? path : 'y'],
        WorkingDir: '/home//',
      });
    expect(between(of('a'), of('b'), 'application')).toEqual(isCaught ? [`file changed ${path}`] : []);
  });
  test.each([undefined, '/'])(
    'of another base, nothing for being below %j where commands start there',
    (WorkingDir) => {
      const of = (content: string): Image => image({ '/srv/x': file(content) }, { WorkingDir });
      expect(between(of('a'), of('b'), 'application')).toEqual([]);
    },
  );
  test('of another base no package', () => {
    const status = file('s', { text: '' });
    expect(between(image(), image({ '/var/lib/dpkg/status': status }), 'application')).toEqual([]);
  });
  test('a folder that was empty', () => {
    expect(between(image({ '/srv/empty': folder }), image())).toEqual(['file removed /srv/empty']);
  });
});

describe('an announcement', () => {
  test('explains its own effect and path only', () => {
    const without = image({ '/app/cache/one': undefined });
    expect(unexplained(without, [removed('/app/cache/**')])).toEqual([]);
    expect(unexplained(without, [removed('/app/other/**')])).toEqual(['file removed /app/cache/one']);
    const announced: Announcement = { kind: 'files', effect: 'changed', paths: ['/app/cache/**'], why: '' };
    expect(unexplained(without, [announced])).toEqual(['file removed /app/cache/one']);
  });
  test('explains folders that it emptied', () => {
    const without = image({ '/app/cache/one': undefined, '/app/cache': undefined });
    expect(unexplained(without, [removed('/app/cache/one')])).toEqual([]);
    const other = image({ '/app/cache/one': undefined, '/app/cache': { ...folder, mode: 0o700 } });
    expect(unexplained(other, [removed('/app/cache/one')])).toEqual(['file changed /app/cache']);
  });
  test('explains no folder from which something else went, or which stood empty', () => {
    const before = image({
      '/srv/a': folder,
      '/srv/a/b': folder,
      '/srv/a/b/c': file('x'),
      '/srv/a/d': file('y'),
      '/srv/e': folder,
      '/srv/e/f': folder,
    });
    const claims = [{ by: 'x', announcement: removed('/srv/a/b/c') }];
    const after = (...gone: readonly string[]): Image =>
      image(Object.fromEntries([...before.tree].filter(([path]) => !gone.some((one) => path.startsWith(one)))));
    const left = (...gone: readonly string[]): readonly string[] =>
      compareImages(before, after(...gone), { scope: 'all', claims, noise: NO_NOISE, copied: [] }).unexplained.map(
        ({ what }) => what,
      );
    expect(left('/srv/a/b')).toEqual([]);
    expect(left('/srv/a')).toEqual(['/srv/a', '/srv/a/d']);
    expect(left('/srv/e', '/srv/a/b')).toEqual(['/srv/e', '/srv/e/f']);
    claims.push({ by: 'y', announcement: removed('/srv/a/d') });
    expect(left('/srv/a')).toEqual([]);
  });
  test('explains the empty folders above the one that it empties, which a mount takes away', () => {
    const before = image({ '/root': folder, '/root/.cache': folder, '/root/.cache/other': folder });
    const left = (...paths: readonly string[]): readonly string[] =>
      compareImages(before, image(Object.fromEntries([...before.tree].filter(([path]) => path === '/bin/run'))), {
        scope: 'all',
        claims: [{ by: 'x', announcement: removed(...paths) }],
        noise: NO_NOISE,
        copied: [],
      }).unexplained.map(({ what }) => what);
    expect(left('/root/.cache/pip/**')).toEqual(['/root', '/root/.cache/other']);
    expect(left('/root/.npm/**')).toEqual(['/root', '/root/.cache', '/root/.cache/other']);
  });
  test('is told beside what it explains, also of what would be noise', () => {
    const before = image({ '/var/log/x': file('x'), '/var/log/y': file('y') });
    const claims = [
      { by: 'one', announcement: removed('/app/cache/one') },
      { by: 'two', announcement: removed('/var/log/x') },
    ];
    const found = compareImages(before, image({ '/app/cache/one': undefined, '/app/new': link('x') }), {
      scope: 'all',
      claims,
      noise: NO_NOISE,
      copied: [],
    });
    expect(found).toEqual({
      unexplained: [{ kind: 'file', effect: 'added', what: '/app/new', detail: 'link' }],
      announced: [
        { kind: 'file', effect: 'removed', what: '/app/cache/one', detail: 'file, 1 bytes', by: 'one' },
        { kind: 'file', effect: 'removed', what: '/var/log/x', detail: 'file, 1 bytes', by: 'two' },
      ],
      noise: 1,
    });
  });
  test('of packages explains their files, and no others', () => {
    const status = file('s', { text: 'Package: ed\nStatus: install ok installed\nVersion: 2\n' });
    const without = image({
      '/usr/bin/less': undefined,
      '/var/lib/dpkg/info/less.list': undefined,
      '/var/lib/dpkg/status': status,
    });
    const packages: Announcement = { kind: 'packages', effect: 'removed', manager: 'apt', names: ['less'] };
    expect(unexplained(without, [packages])).toEqual([]);
    expect(unexplained(without, [{ ...packages, names: ['ed'] }])).toHaveLength(3);
    expect(unexplained(without, [{ ...packages, effect: 'added' }])).toHaveLength(3);
  });
  test('of configuration explains that field', () => {
    const announced: Announcement = { kind: 'config', field: 'Cmd', why: '' };
    expect(unexplained(image({}, { Cmd: ['x'] }), [announced])).toEqual([]);
    expect(unexplained(image({}, { User: 'x' }), [announced])).toEqual(['config changed User']);
  });
});

describe('noise', () => {
  // Spelled out, and not made from the code's own list: what goes from there is missed here.
  test.each([
    '/var/lib/apt/lists',
    '/var/lib/apt/lists/x',
    ...['apt', 'debconf', 'apk', 'yum', 'dnf', 'man', 'fontconfig'].map((name) => `/var/cache/${name}/x`),
    '/var/lib/apt/extended_states',
    '/etc/apk',
    '/etc/apk/cache',
    '/root/.cache/pip/http/x',
    '/root/.npm/_cacache/x',
    '/tmp/node-compile-cache',
    '/tmp/node-compile-cache/x',
    '/tmp/v8-compile-cache-0',
    '/tmp/v8-compile-cache-0/x',
    '/etc/machine-id',
    '/var/lib/dbus/machine-id',
    '/etc/ld.so.cache',
    '/var/cache/ldconfig/aux-cache',
    '/var/log/dpkg.log',
    ...['status-old', 'lock', 'lock-frontend', 'diversions-old', 'statoverride-old', 'triggers/File'].map(
      (name) => `/var/lib/dpkg/${name}`,
    ),
    ...['passwd-', 'group-', 'shadow-', 'gshadow-', 'subuid-', 'subgid-'].map((name) => `/etc/${name}`),
    ...['hostname', 'hosts', 'resolv.conf', 'mtab'].map((name) => `/etc/${name}`),
    '/.dockerenv',
    '/run/.containerenv',
    '/dev/x',
    '/proc/x',
    '/sys/x',
  ])('%s is set aside', (path) => {
    expect(unexplained(image({ [path]: file('x') }))).toEqual([]);
  });
  test('compiled Python is set aside where its source is in both images', () => {
    const source = { '/app/a.py': file('s'), '/app/__pycache__': folder };
    const pyc = (content: string): Image => image({ ...source, '/app/__pycache__/a.cpython-311.pyc': file(content) });
    const options = { scope: 'all', claims: [], noise: NO_NOISE, copied: [] } as const;
    expect(compareImages(pyc('a'), pyc('b'), options)).toMatchObject({ unexplained: [], noise: 1 });
    expect(compareImages(pyc('a'), image(source), options)).toMatchObject({ unexplained: [], noise: 1 });
  });
  test('the order of packages in the list is not looked at', () => {
    const status = entries['/var/lib/dpkg/status']!;
    const text = status.text!.split('\n\n').reverse().join('\n\n');
    expect(unexplained(image({ '/var/lib/dpkg/status': { ...status, text, sha256: 'other' } }))).toEqual([]);
  });
  test('compiled Python without its source is none', () => {
    const pyc = { '/app/__pycache__': folder, '/app/__pycache__/a.cpython-311.pyc': file('c') };
    expect(unexplained(image(pyc))).toEqual(['file added /app/__pycache__/a.cpython-311.pyc']);
  });
  test.each<[string, Readonly<Record<string, TreeEntry>>, Readonly<Record<string, TreeEntry>>, readonly string[]]>([
    [
      'compiled Python whose source is new',
      {},
      { '/app/a.py': file('s') },
      ['added /app/__pycache__/a.pyc', 'added /app/a.py'],
    ],
    [
      'compiled Python whose source goes',
      { '/app/a.py': file('s') },
      {},
      ['added /app/__pycache__/a.pyc', 'removed /app/a.py'],
    ],
  ])('%s is none', (_name, before, after, expected) => {
    const options = { scope: 'all', claims: [], noise: NO_NOISE, copied: [] } as const;
    const compiled = { '/app/__pycache__': folder, '/app/__pycache__/a.pyc': file('c') };
    const { unexplained: left } = compareImages(
      image({ '/app/__pycache__': folder, ...before }),
      image({ ...compiled, ...after }),
      options,
    );
    expect(left.map(({ effect, what }) => `${effect} ${what}`)).toEqual(expected);
  });
  test('a folder of compiled Python is set aside, what takes its place is not', () => {
    const path = '/app/__pycache__';
    for (const one of [path, '/var/lib/apt/lists']) expect(unexplained(image({ [one]: folder }))).toEqual([]);
    const lists = image({ '/var/lib/apt/lists': folder });
    expect(
      compareImages(lists, image(), { scope: 'all', claims: [], noise: NO_NOISE, copied: [] }).unexplained,
    ).toEqual([]);
    expect(unexplained(image({ [path]: file('x') }))).toEqual([`file added ${path}`]);
    const before = image({ [path]: file('x') });
    const options = { scope: 'all', claims: [], noise: NO_NOISE, copied: [] } as const;
    expect(compareImages(before, image({ [path]: folder }), options).unexplained).toHaveLength(1);
  });
  test.each([
    ['/a/__pycache__/b.cpython-311.pyc', '/a/b.py'],
    ['/a/__pycache__/long_name.cpython-311.opt-1.pyc', '/a/long_name.py'],
    ['/a/__pycache__/b.pyc', '/a/b.py'],
    ['/a/__pycache__/b.cpython-311.pyc.new', undefined],
    ['/a/b.pyc', undefined],
  ])('the source of %s is %s', (path, source) => {
    expect(pythonSource(path)).toBe(source);
  });
  test('of two builds is told by names without their numbers, where it came or went', () => {
    const of = (effect: 'added' | 'changed', what: string) => ({ kind: 'file', effect, what, detail: '' }) as const;
    const noise = noiseOf([of('added', '/t/a-12-x'), of('changed', '/t/b-1'), of('added', '/t/deadbeef01')]);
    expect(noise.count).toBe(3);
    expect(NO_NOISE.count).toBe(0);
    const excused = ['/t/a-3-x', '/t/a-12345-x', '/t/cafecafe99', '/t/b-1', '/t/a--x', '/t/b-2', '/t/a#-x', '/t/abc'];
    expect(excused.filter((what) => noise.excuses(of('changed', what)))).toEqual(excused.slice(0, 4));
  });
  test('of two builds is set aside and counted', () => {
    const noise = noiseOf([{ kind: 'file', effect: 'removed', what: '/app/data.txt', detail: '' }]);
    const options = { scope: 'all', claims: [], noise, copied: [] } as const;
    const found = compareImages(image(), image({ '/app/data.txt': undefined, '/app/link': undefined }), options);
    expect(found).toMatchObject({ unexplained: [{ what: '/app/link' }], noise: 1 });
  });
  test('of two builds excuses the same difference only', () => {
    const noise = noiseOf([
      { kind: 'file', effect: 'changed', what: '/app/stamp', detail: '' },
      { kind: 'file', effect: 'added', what: '/tmp/a-4711', detail: '' },
    ]);
    const difference = { kind: 'file', effect: 'changed', what: '/app/stamp', detail: '' } as const;
    expect(noise.excuses(difference)).toBe(true);
    expect(noise.excuses({ ...difference, effect: 'removed' })).toBe(false);
    expect(noise.excuses({ ...difference, what: '/app/other' })).toBe(false);
    expect(noise.excuses({ ...difference, effect: 'removed', what: '/tmp/a-4712' })).toBe(true);
  });
});
