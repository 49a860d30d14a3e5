import { describe, expect, test } from '@jest/globals';
import { comparePackages, filesOfPackages } from '../../src/verify/packages.js';
import { file, tree } from './support.js';

const found = (path: string, before: string, after: string): readonly string[] =>
  comparePackages(tree({ [path]: file('a', { text: before }) }), tree({ [path]: file('b', { text: after }) })).map(
    ({ effect, what, detail }) => `${effect} ${what} ${detail}`,
  );
const apt = (name: string, version: string, status = 'install ok installed'): string =>
  `Package: ${name}\nStatus: ${status}\nVersion: ${version}\n`;

describe('a planted difference in the packages of apt is caught:', () => {
  const path = '/var/lib/dpkg/status';
  test.each([
    ['version', apt('a', '1'), apt('a', '2'), 'changed apt/a 1 -> 2'],
    ['removed', `${apt('a', '1')}\n${apt('b', '1')}`, apt('a', '1'), 'removed apt/b 1 -> absent'],
    ['added', apt('a', '1'), `${apt('a', '1')}\n${apt('b', '1')}`, 'added apt/b absent -> 1'],
    ['only its settings left', apt('a', '1'), apt('a', '1', 'deinstall ok config-files'), 'removed apt/a 1 -> absent'],
  ])('%s', (_name, before, after, expected) => {
    expect(found(path, before, after)).toEqual([expected]);
  });
});

test('names and versions of more than a letter, other fields of like names beside, in the order of the names', () => {
  const status = (path: string, ...versions: readonly string[]): string =>
    path.includes('dpkg')
      ? `${apt('zlib', versions[0]!)}\n\n\nX-Package: no\n${apt('less', versions[1]!)}X-Version: 9\n\nStatus: install ok installed\n`
      : `C:x\nP:zlib\nV:${versions[0]!}\n\n\nP:less\nV:${versions[1]!}\nxP:no\nxV:9\n\nV:1\n`;
  for (const [path, manager] of [
    ['/var/lib/dpkg/status', 'apt'],
    ['/lib/apk/db/installed', 'apk'],
  ] as const) {
    expect(found(path, status(path, '1.2', '551-1'), status(path, '1.3', '551-2'))).toEqual([
      `changed ${manager}/less 551-1 -> 551-2`,
      `changed ${manager}/zlib 1.2 -> 1.3`,
    ]);
  }
});

test('the files of packages of apt: their lists, scripts and all that the lists name', () => {
  const info = '/var/lib/dpkg/info';
  const files = tree({
    [`${info}/less.list`]: file('l', { text: '/.\n/usr\n/usr/bin/less\n' }),
    [`${info}/less.postinst`]: file('p', { text: '#!/bin/sh\n/x\n' }),
    [`${info}/libc6:amd64.list`]: file('c', { text: '/lib/libc.so.6\n' }),
    [`${info}/lesser.list`]: file('e', { text: '/usr/bin/lesser\n' }),
    [`/srv${info}/less.list`]: file('o', { text: '/other\n' }),
    [`${info}/less.md5sums`]: file('m'),
  });
  const of = (...names: readonly string[]) => [...filesOfPackages(files, 'apt', new Set(names))];
  expect(of('less')).toEqual([
    `${info}/less.list`,
    '/usr',
    '/usr/bin/less',
    `${info}/less.postinst`,
    `${info}/less.md5sums`,
  ]);
  expect(of('libc6')).toEqual([`${info}/libc6:amd64.list`, '/lib/libc.so.6']);
  expect([...filesOfPackages(files, 'apk', new Set(['less']))]).toEqual([]);
});

describe.each(['/lib/apk/db/installed', '/usr/lib/apk/db/installed'])(
  'a planted difference in %s is caught:',
  (path) => {
    const text = 'P:a\nV:1\nF:usr/bin\nR:a\nR:a2\n\nP:b\nV:1\nF:etc\nR:b\n';
    test.each([
      ['version', text.replace('V:1', 'V:2'), 'changed apk/a 1 -> 2'],
      ['removed', text.slice(text.indexOf('P:b')), 'removed apk/a 1 -> absent'],
    ])('%s', (_name, after, expected) => {
      expect(found(path, text, after)).toEqual([expected]);
    });
    test('the files of a package are those that the list names', () => {
      const files = filesOfPackages(tree({ [path]: file('a', { text }) }), 'apk', new Set(['a']));
      expect([...files]).toEqual(['/usr/bin', '/usr/bin/a', '/usr/bin/a2']);
    });
  },
);
