import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseRemote, platformOf } from '../../../src/forge/remote.js';
import type { Platform } from '../../../src/forge/types.js';
import { findCredentials, gitCredentials } from '../../../src/ports/forge/credentials.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dfix-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function token(platform: Platform, url: string, env: Record<string, string> = {}, named = false) {
  const found = await findCredentials(platform, parseRemote(url), { env: { HOME: home, PATH: '', ...env }, named });
  return found?.token;
}

test.each([
  [
    'https://u:p%40w@GitHub.com/o/r.git',
    { url: 'https://github.com/o/r.git', host: 'github.com', path: 'o/r', password: 'p@w' },
  ],
  ['git@gitlab.com:g/s/r.git', { url: 'git@gitlab.com:g/s/r.git', host: 'gitlab.com', path: 'g/s/r' }],
  ['ssh://git@codeberg.org:22/o/r', { host: 'codeberg.org', path: 'o/r', origin: 'https://codeberg.org' }],
  ['http://127.0.0.1:81/o/r/', { host: '127.0.0.1:81', path: 'o/r', origin: 'http://127.0.0.1:81' }],
])('the address %s', (text, parts) => {
  expect(parseRemote(text)).toMatchObject(parts);
});

test.each(['ext::sh -c x', '--upload-pack=x', 'relative/folder', '-oProxyCommand=x:y'])('no address: %s', (text) => {
  expect(() => parseRemote(text)).toThrow('not one that dfix can use');
});

test('platforms by host', () => {
  const hosts = [
    'github.com',
    'x.ghe.com',
    'gitlab.corp',
    'codeberg.org',
    'bitbucket.org',
    'example.org',
    'notgithub.com',
  ];
  expect(hosts.map(platformOf)).toEqual(['github', 'github', 'gitlab', 'gitea', 'bitbucket', undefined, undefined]);
});

test('a token of the environment goes only where it is for', async () => {
  const env = { GITHUB_TOKEN: 'a', GH_ENTERPRISE_TOKEN: 'b', GITLAB_TOKEN: 'c' };
  expect(await token('github', 'https://github.com/o/r', env)).toBe('a');
  expect(await token('github', 'https://github.evil.example/o/r', env)).toBeUndefined();
  expect(await token('github', 'https://github.corp/o/r', { ...env, GH_HOST: 'github.corp' })).toBe('b');
  expect(await token('github', 'https://github.corp/o/r', env, true)).toBe('b');
  expect(await token('gitlab', 'https://gitlab.evil.example/o/r', env)).toBeUndefined();
  expect(await token('gitlab', 'https://gitlab.corp/o/r', { ...env, CI_SERVER_URL: 'https://gitlab.corp' })).toBe('c');
  expect(await token('github', 'http://github.com/o/r', env)).toBeUndefined();
});

test('a token that the command line of the platform keeps', async () => {
  const keep = (folder: string, file: string, text: string): void => {
    mkdirSync(join(home, '.config', folder), { recursive: true });
    writeFileSync(join(home, '.config', folder, file), text);
  };
  keep('gh', 'hosts.yml', 'github.com:\n    oauth_token: gh1\n    user: me\n');
  keep('glab-cli', 'config.yml', 'hosts:\n    gitlab.com:\n        token: gl1\n        api_host: gitlab.com\n');
  keep('tea', 'config.yml', 'logins:\n    - name: cb\n      url: https://codeberg.org\n      token: cb1\n');
  expect(await token('github', 'https://github.com/o/r')).toBe('gh1');
  expect(await token('github', 'https://github.com/o/r', { GH_TOKEN: 'e' })).toBe('e');
  expect(await token('gitlab', 'git@gitlab.com:o/r')).toBe('gl1');
  expect(await token('gitea', 'https://codeberg.org/o/r')).toBe('cb1');
  expect(await token('gitea', 'https://gitea.com/o/r')).toBeUndefined();
  keep('gh', 'hosts.yml', 'github.com: [');
  expect(await token('github', 'https://github.com/o/r')).toBeUndefined();
});

test('git gets a token for one host only', () => {
  const settings = gitCredentials('bitbucket', 'https://bitbucket.org', { token: 't', user: 'a@b' });
  expect(settings['GIT_CONFIG_KEY_0']).toBe('http.https://bitbucket.org/.extraHeader');
  const basic = settings['GIT_CONFIG_VALUE_0']!.replace('Authorization: Basic ', '');
  expect(Buffer.from(basic, 'base64').toString()).toBe('x-bitbucket-api-token-auth:t');
});
