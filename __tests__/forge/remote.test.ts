import { expect, test } from '@jest/globals';
import { parseRemote } from '../../src/forge/remote.js';

test.each([
  ['git@github.com:o/r.git', 'github.com', 'o/r'],
  ['https://GitHub.com/o/r.git', 'github.com', 'o/r'],
  ['ssh://git@host:2222/o/r', 'host', 'o/r'],
  ['host:o/r', 'host', 'o/r'],
])('%s is an address', (text, host, path) => {
  expect(parseRemote(text)).toMatchObject({ host, path });
});

test.each([
  '-oProxyCommand=touch${IFS}x:o/r',
  '--upload-pack=touch x',
  'ssh://-oProxyCommand=x/o/r',
  'ext::sh -c touch% x',
  'o/r',
])('%s is none that git or ssh would take for an option or a command', (text) => {
  expect(() => parseRemote(text)).toThrow('not one that dfix can use');
});

test('a password is kept apart from the address', () => {
  const remote = parseRemote('https://user:secret@host/o/r');
  expect(remote.password).toBe('secret');
  expect(JSON.stringify({ ...remote, password: undefined })).not.toContain('secret');
});
