import { files } from './github.js';
import {
  type FakePlatform,
  type FakePull,
  LOGIN,
  pageOf,
  type Reply,
  type Routes,
  servePlatform,
  TOKEN,
} from './platform.js';

type Json = Record<string, unknown>;
/** Pages are smaller than what is asked for, as an administrator may set. */
const LARGEST_PAGE = 40;

/** A Gitea (or Forgejo) with the repository `o/r`, as https://docs.gitea.com/api/ says; `described-types.ts` checks it. */
export function serveGitea(root: string) {
  return servePlatform(root, '/api/v1', routes, (headers) => headers['authorization'] === `token ${TOKEN}`);
}

const routes: Routes = (platform, { method, path, query, body }, origin) => {
  if (`${method} ${path}` === 'GET /user') return { status: 200, body: { login: LOGIN } };
  const [, rest] = /^\/repos\/o\/r(\/.*)$/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const on = `${method} ${rest}`;
  if (on === 'POST /forks') {
    if (platform.tip(`${LOGIN}/r`, 'trunk') !== undefined) {
      return { status: 409, body: { message: 'repository is already forked by user' } };
    }
    return { status: 202, body: { full_name: platform.fork() } };
  }
  if (on === 'GET /pulls') {
    const state = query.get('state') ?? 'open';
    const found = platform.pulls.filter((pull) => state === 'all' || pull.state === 'open');
    return listed(found.toReversed(), query, (pull) => toAnswer(platform, pull, origin));
  }
  if (on === 'POST /pulls') return open(platform, body, origin);
  const pull = platform.find(Number(/^\/(?:pulls|issues)\/(\d+)/.exec(rest)?.[1]));
  if (pull === undefined) return undefined;
  switch (on.replace(/\d+/, 'N').replace(/\d+/, 'M')) {
    case 'GET /pulls/N':
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'PATCH /pulls/N':
      platform.headOf(pull);
      if (body['title'] !== undefined) retitle(pull, body['title'] as string);
      if (body['body'] !== undefined) pull.body = body['body'] as string;
      if (body['state'] === 'closed') pull.state = 'closed';
      return { status: 201, body: toAnswer(platform, pull, origin) };
    case 'POST /pulls/N/merge':
      if (body['Do'] === 'merge' && platform.merge(pull, body['head_commit_id'])) return { status: 200 };
      return { status: 409, body: { message: 'head out of date' } };
    case 'GET /issues/N/comments':
      return { status: 200, body: pull.comments.map((text) => ({ body: text })) };
    case 'POST /issues/N/comments':
      pull.comments.push(body['body'] as string);
      return { status: 201, body: { body: body['body'] } };
    case 'GET /pulls/N.diff':
      return { status: 200, body: diffOf(platform, pull) };
    case 'GET /pulls/N/reviews':
      return listed([...pull.remarks.keys()], query, (id) => ({ id: id + 1 }));
    case 'GET /pulls/N/reviews/M/comments':
      return { status: 200, body: [{ body: pull.remarks[Number(/(\d+)\/comments$/.exec(rest)![1]) - 1]!.body }] };
    case 'POST /pulls/N/reviews':
      for (const one of body['comments'] as Json[]) {
        const end = one['new_position'] as number;
        pull.remarks.push({ path: one['path'] as string, start: end, end, body: one['body'] as string });
      }
      return { status: 200, body: { id: 1 } };
  }
  return undefined;
};

function open(platform: FakePlatform, body: Json, origin: string): Reply {
  const { head, base, title, body: text } = body as Record<string, string>;
  const [first, second] = head!.split(':');
  const from = second === undefined ? { repo: 'o/r', branch: first! } : { repo: `${first!}/r`, branch: second };
  const same = platform.open.some(
    (one) => one.head.repo === from.repo && one.head.branch === from.branch && one.base === base,
  );
  if (same) return { status: 409, body: { message: 'pull request already exists for these targets' } };
  const pull = platform.add({ title: title!, body: text!, draft: false, base: base!, head: from });
  retitle(pull, title!);
  return { status: 201, body: toAnswer(platform, pull, origin) };
}

function retitle(pull: FakePull, title: string): void {
  const draft = title.startsWith('WIP: ');
  Object.assign(pull, { draft, title: draft ? title.slice(5) : title });
}

function diffOf(platform: FakePlatform, pull: FakePull): string {
  return files(platform, pull)
    .map(
      ({ filename, patch }) =>
        `diff --git a/${String(filename)} b/${String(filename)}\n--- a/x\n+++ b/${String(filename)}\n${String(patch)}\n`,
    )
    .join('');
}

function toAnswer(platform: FakePlatform, pull: FakePull, origin: string): Json {
  const { number, body, draft, base, head } = pull;
  const isGone = platform.tip(head.repo, head.branch) === undefined;
  return {
    ...{ number, body, title: draft ? `WIP: ${pull.title}` : pull.title, merged: pull.state === 'merged' },
    state: pull.state === 'open' ? 'open' : 'closed',
    html_url: `${origin}/o/r/pulls/${number}`,
    head: {
      label: head.branch,
      ref: isGone ? `refs/pull/${number}/head` : head.branch,
      sha: platform.headOf(pull),
      repo: { full_name: head.repo },
    },
    base: { label: base, ref: base, sha: '', repo: { full_name: 'o/r' } },
  };
}

function listed<T>(items: readonly T[], query: URLSearchParams, show: (item: T) => Json): Reply {
  const size = Math.min(LARGEST_PAGE, Number(query.get('limit') ?? 30));
  return { status: 200, body: pageOf(items, Number(query.get('page') ?? 1), size).items.map(show) };
}
