import { files } from './github.js';
import { type FakePlatform, type FakePull, pageOf, type Reply, type Routes, servePlatform, TOKEN } from './platform.js';

type Json = Record<string, unknown>;
const PREFIX = '/2.0';

interface Side {
  readonly branch: { readonly name: string };
  readonly repository?: { readonly full_name: string };
}

interface Opened {
  readonly title: string;
  readonly description: string;
  readonly draft: boolean;
  readonly source: Side;
  readonly destination: Side;
}

/**
 * A Bitbucket Cloud with the repository `o/r`; it answers as https://developer.atlassian.com/cloud/bitbucket/rest/ says.
 * A second pull request from the same branch is not documented to be refused, so it is not.
 */
export function serveBitbucket(root: string) {
  return servePlatform(root, PREFIX, routes, (headers) => headers['authorization'] === `Bearer ${TOKEN}`);
}

const routes: Routes = (platform, { method, path, query, body }, origin) => {
  const [, rest] = /^\/repositories\/o\/r(\/.*)$/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const on = `${method} ${rest}`;
  const page = (items: readonly Json[]): Reply => listed(items, query, origin + PREFIX + path);
  if (on === 'GET /forks') return page([]);
  if (on === 'POST /forks') return { status: 201, body: { full_name: platform.fork() } };
  if (on === 'GET /pullrequests') {
    const branch = /^source\.branch\.name = "(.*)"$/.exec(query.get('q') ?? '')?.[1];
    const states = query.getAll('state');
    const found = platform.pulls.filter((pull) => pull.head.branch === branch && states.includes(stateOf(pull)));
    return page(found.toReversed().map((pull) => toAnswer(platform, pull, origin)));
  }
  if (on === 'POST /pullrequests') {
    const { title, description, draft, source, destination } = body as unknown as Opened;
    const head = { repo: source.repository?.full_name ?? 'o/r', branch: source.branch.name };
    const pull = platform.add({ title, body: description, draft, base: destination.branch.name, head });
    return { status: 201, body: toAnswer(platform, pull, origin) };
  }
  const pull = platform.find(Number(/^\/pullrequests\/(\d+)/.exec(rest)?.[1]));
  if (pull === undefined) return undefined;
  switch (on.replace(/\d+/, 'N')) {
    case 'GET /pullrequests/N':
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'PUT /pullrequests/N':
      if (typeof body['title'] !== 'string') return { status: 400, body: { error: { message: 'title is required' } } };
      pull.title = body['title'];
      if (body['description'] !== undefined) pull.body = body['description'] as string;
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'POST /pullrequests/N/decline':
      platform.headOf(pull);
      pull.state = 'closed';
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'POST /pullrequests/N/merge':
      platform.merge(pull, platform.headOf(pull));
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'GET /pullrequests/N/comments':
      return page([
        ...pull.comments.map((raw) => ({ content: { raw } })),
        ...pull.remarks.map(({ path: file, end, body: raw }) => ({
          content: { raw },
          inline: { path: file, to: end },
        })),
      ]);
    case 'POST /pullrequests/N/comments':
      return comment(pull, body);
    case 'GET /pullrequests/N/diff':
      return { status: 200, body: diffOf(platform, pull) };
  }
  return undefined;
};

function comment(pull: FakePull, body: Json): Reply {
  const { raw } = body['content'] as { raw: string };
  const inline = body['inline'] as { path: string; to: number; start_to?: number } | undefined;
  if (inline === undefined) pull.comments.push(raw);
  else pull.remarks.push({ path: inline.path, start: inline.start_to ?? inline.to, end: inline.to, body: raw });
  return { status: 201, body: { content: { raw } } };
}

function diffOf(platform: FakePlatform, pull: FakePull): string {
  return files(platform, pull)
    .map(
      ({ filename, patch }) =>
        `diff --git a/${String(filename)} b/${String(filename)}\n--- a/x\n+++ b/${String(filename)}\n${String(patch)}\n`,
    )
    .join('');
}

function stateOf({ state }: FakePull): string {
  return { open: 'OPEN', closed: 'DECLINED', merged: 'MERGED' }[state];
}

function toAnswer(platform: FakePlatform, pull: FakePull, origin: string): Json {
  const { number, title, body, draft, base, head } = pull;
  return {
    ...{ id: number, title, description: body, draft, state: stateOf(pull) },
    links: { html: { href: `${origin}/o/r/pull-requests/${number}` } },
    source: {
      branch: { name: head.branch },
      commit: { hash: platform.headOf(pull).slice(0, 12) },
      repository: { full_name: head.repo },
    },
    destination: { branch: { name: base }, commit: { hash: '' }, repository: { full_name: 'o/r' } },
  };
}

function listed(items: readonly Json[], query: URLSearchParams, url: string): Reply {
  const page = Number(query.get('page') ?? 1);
  const { items: values, hasNext } = pageOf(items, page, Number(query.get('pagelen') ?? 10));
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  return { status: 200, body: { values, ...(hasNext ? { next: `${url}?${next.toString()}` } : {}) } };
}
