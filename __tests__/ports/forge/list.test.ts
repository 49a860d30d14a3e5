import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Platform } from '../../../src/forge/types.js';
import { type ListQuery, listRepositories } from '../../../src/ports/forge/list.js';
import { checkGithub, example } from '../../support/platforms/github-description.js';

type Json = Readonly<Record<string, unknown>>;

let server: Server;
const asked: string[] = [];
const said: string[] = [];
afterEach(() => {
  server.close();
  asked.length = said.length = 0;
});

/** Asks a platform that answers each page as told. */
async function list(platform: Platform, query: ListQuery, answer: (page: number, size: number) => unknown) {
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const of = (name: string): number => Number(url.searchParams.get(name));
    const body = answer(of('page'), of('per_page') || of('pagelen'));
    if (platform === 'github') {
      url.searchParams.delete('limit');
      const call = { method: 'GET', path: url.pathname, query: url.searchParams, body: {}, headers: {} };
      checkGithub(call, { status: 200, body });
    }
    asked.push(decodeURIComponent(request.url!));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const say = (text: string): void => void said.push(text);
  return listRepositories(
    platform,
    { api: origin, origin, path: '', token: 't', user: undefined, say, second: 1 },
    query,
  );
}

const github = (name: string, more: Json = {}): Json => {
  const [shown] = example('minimal-repository-items') as unknown as Json[];
  return { ...shown, clone_url: `https://github.com/acme/${name}.git`, fork: false, archived: false, ...more };
};

test('an organisation of GitHub, page by page, with what is a fork and what is archived', async () => {
  const pages = [[github('a'), github('b', { fork: true })], [github('c', { archived: true })], []];
  expect(await list('github', { by: 'org', name: 'acme' }, (page) => pages[page - 1])).toEqual([
    { url: 'https://github.com/acme/a.git', isFork: false, isArchived: false },
    { url: 'https://github.com/acme/b.git', isFork: true, isArchived: false },
    { url: 'https://github.com/acme/c.git', isFork: false, isArchived: true },
  ]);
  expect(asked.map((url) => url.split('?')[0])).toEqual(Array(3).fill('/orgs/acme/repos'));
});

test("GitHub's search ends with its thousandth repository, and that is said", async () => {
  const { items } = example('repo-search-result-item-paginated') as { items: Json[] };
  const page = { total_count: 4000, incomplete_results: false, items: Array<Json>(100).fill(items[0]!) };
  expect(await list('github', { by: 'topic', name: 'docker' }, () => page)).toHaveLength(1000);
  expect(asked).toHaveLength(10);
  expect(asked[0]).toContain('q=topic:docker+fork:true');
  expect(said).toEqual(["GitHub's search gives the first 1000 repositories only"]);
});

test.each<[Platform, ListQuery, string, (page: number) => unknown, Json]>([
  [
    'gitlab',
    { by: 'group', name: 'acme/web' },
    '/groups/acme/web/projects?include_subgroups=true',
    (page) => (page > 1 ? [] : [{ http_url_to_repo: 'https://gitlab.com/acme/web/a.git', archived: true }]),
    { url: 'https://gitlab.com/acme/web/a.git', isFork: false, isArchived: true },
  ],
  [
    'gitlab',
    { by: 'search', name: 'api' },
    '/projects?search=api',
    (page) => (page > 1 ? [] : [{ http_url_to_repo: 'https://gitlab.com/me/api.git', forked_from_project: { id: 1 } }]),
    { url: 'https://gitlab.com/me/api.git', isFork: true, isArchived: false },
  ],
  [
    'gitea',
    { by: 'topic', name: 'docker' },
    '/repos/search?q=docker&topic=true',
    (page) => ({
      ok: true,
      data: page > 1 ? [] : [{ clone_url: 'https://gitea.com/o/a.git', fork: false, archived: false }],
    }),
    { url: 'https://gitea.com/o/a.git', isFork: false, isArchived: false },
  ],
  [
    'bitbucket',
    { by: 'user', name: 'me' },
    '/repositories/me?',
    (page) => ({
      values:
        page > 1
          ? []
          : [
              {
                links: {
                  clone: [
                    { name: 'ssh', href: 'git@x' },
                    { name: 'https', href: 'https://me@bitbucket.org/me/a.git' },
                  ],
                },
                parent: {},
              },
            ],
    }),
    { url: 'https://bitbucket.org/me/a.git', isFork: true, isArchived: false },
  ],
])('%s: %j', async (platform, query, address, answer, repository) => {
  expect(await list(platform, query, answer)).toEqual([repository]);
  expect(asked[0]).toContain(address);
});

test('a list that a platform does not have', async () => {
  await expect(async () => list('bitbucket', { by: 'topic', name: 'x' }, () => [])).rejects.toThrow(
    'Bitbucket has no list by topic',
  );
});
