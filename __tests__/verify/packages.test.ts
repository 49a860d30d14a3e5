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
