import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { dfix, type Folder, folderWith } from './harness.js';

jest.setTimeout(120_000);

let folder: Folder;
let server: Server;
let origin: string;
const asked: string[] = [];

/** A platform whose every list holds a repository, a fork and one that is archived, all called after the list. */
beforeEach(async () => {
  folder = folderWith({ a: '' });
  asked.length = 0;
  server = createServer((request, response) => {
    const url = new URL(request.url!, origin);
    asked.push(`${url.pathname}${url.searchParams.get('q') ?? ''} ${request.headers.authorization ?? ''}`);
    const list = url.searchParams.get('q') ?? url.pathname.split('/').at(-2)!;
    const items = [{}, { fork: true }, { archived: true }].map((more, index) => {
      return { clone_url: `${origin}/${list}/${['own', 'fork', 'old'][index]!}.git`, ...more };
    });
    const found = url.searchParams.get('page') === '1' ? items : [];
    const isSearch = url.pathname.includes('search');
    response.end(JSON.stringify(isSearch ? { ok: true, data: found, items: found } : found));
  });
  // A connection that is kept is not closed while a slow machine is about to use it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  folder.remove();
});

/** The repositories of a campaign, without the platform's address. */
async function repositories(...words: readonly string[]): Promise<readonly string[]> {
  const env = { GITEA_TOKEN: 'secret' };
  const { out, err } = await dfix(folder.root, ['batch', 'matrix', '-C', '1', ...words], { env });
  expect(err).toBe('');
  const { include } = JSON.parse(out) as { include: readonly { repos: string }[] };
  return include.flatMap(({ repos }) => repos.split('\n')).map((url) => url.replace(`${origin}/`, ''));
}
const flags = (): readonly string[] => ['-p', 'gitea', '-g', origin];

test('lists leave out forks and what is archived, unless they are asked for', async () => {
  expect(await repositories('-O', 'acme', ...flags())).toEqual(['acme/own.git']);
  expect(await repositories('-O', 'acme', '--forks', ...flags())).toEqual(['acme/fork.git', 'acme/own.git']);
  expect(await repositories('-O', 'acme', '--archived', ...flags())).toEqual(['acme/old.git', 'acme/own.git']);
  expect(new Set(asked)).toEqual(new Set(['/api/v1/orgs/acme/repos token secret']));
});

test.each([
  ['--org', '/orgs/x/repos'],
  ['--group', '/orgs/x/repos'],
  ['-G', '/orgs/x/repos'],
  ['--user', '/users/x/repos'],
  ['-U', '/users/x/repos'],
  ['--topic', '/repos/searchx'],
  ['--repo-search', '/repos/searchx'],
])('%s asks the platform for that list', async (flag, path) => {
  expect(await repositories(flag, 'x', '--platform', 'gitea', '--base-url', origin)).toEqual(['x/own.git']);
  expect(asked[0]).toBe(`/api/v1${path} token secret`);
});

test('what is included and excluded, by flags and by a campaign file of another name', async () => {
  const two = ['-O', 'acme', '-U', 'me', ...flags()];
  expect(await repositories(...two)).toEqual(['acme/own.git', 'me/own.git']);
  expect(await repositories(...two, '--repo-include', 'm*/*')).toEqual(['me/own.git']);
  expect(await repositories(...two, '--repo-exclude', 'me/*')).toEqual(['acme/own.git']);
  folder.remove();
  const lists = `org: [acme]\nuser: [me]\nplatform: gitea\nbaseUrl: ${origin}\n`;
  folder = folderWith({ 'other.yaml': `${lists}forks: true\nrepoExclude: [me/own]\n` });
  expect(await repositories('--campaign', 'other.yaml')).toEqual(['acme/fork.git', 'acme/own.git', 'me/fork.git']);
});

test('without a token, a server that is not there and a word that is no folder are one line each', async () => {
  const ask = async (...words: readonly string[]) => {
    const env = { GITEA_TOKEN: words.includes('-O') && !words.includes('anonymous') ? 'secret' : undefined };
    const { code, err } = await dfix(folder.root, ['batch', 'plan', ...words], { env });
    return { code, err: err.replaceAll(origin.slice('http://'.length), 'HOST') };
  };
  expect(await ask('-O', 'anonymous', ...flags())).toEqual({
    code: 2,
    err: expect.stringMatching(/^there is no token for HOST \(set GITEA_TOKEN.*\)\n$/),
  });
  server.closeAllConnections();
  server.close();
  expect(await ask('-O', 'acme', ...flags())).toEqual({ code: 2, err: expect.stringMatching(/^[^\n]*HOST[^\n]*\n$/) });
  expect(await ask('gone')).toEqual({ code: 2, err: 'gone: no such folder\n' });
});
