import { checkGithub, example } from './github-description.js';
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

/** A GitHub with the repository `o/r`; each call and each answer is held against GitHub's own description. */
export function serveGithub(root: string) {
  const isAllowed = (headers: Json): boolean =>
    /^(?:token|bearer) /i.test(String(headers['authorization'])) && String(headers['authorization']).endsWith(TOKEN);
  return servePlatform(root, '/api/v3', routes, isAllowed, checkGithub);
}

const routes: Routes = (platform, { method, path, query, body }, origin) => {
  const [, repo, rest] = /^\/repos\/([^/]+\/[^/]+)(\/.*)$/.exec(path) ?? [];
  if (repo === undefined) return undefined;
  const on = `${method} ${rest!}`;
  if (on === 'GET /branches') {
    return { status: 200, body: platform.tip(repo, 'trunk') === undefined ? [] : [branch(platform, repo)] };
  }
  if (repo !== 'o/r') return undefined;
  if (on === 'POST /forks')
    return { status: 202, body: { ...example('full-repository'), has_discussions: true, full_name: platform.fork() } };
  if (on === 'GET /pulls') {
    const [owner, name] = query.get('head')!.split(':');
    const state = query.get('state') ?? 'open';
    const found = platform.pulls.filter((pull) => {
      const isWanted = pull.head.repo.startsWith(`${owner!}/`) && pull.head.branch === name;
      return isWanted && (state === 'all' || (state === 'open') === (pull.state === 'open'));
    });
    return listed(
      found.toReversed().map((pull) => simple(platform, pull, origin)),
      query,
      `${origin}/api/v3${path}`,
    );
  }
  if (on === 'POST /pulls') return open(platform, body, origin);
  const number = Number(/^\/(?:pulls|issues)\/(\d+)/.exec(rest!)?.[1]);
  const pull = platform.find(number);
  if (pull === undefined) return undefined;
  const page = (items: readonly Json[]): Reply => listed(items, query, `${origin}/api/v3${path}`);
  switch (on.replace(/\d+/, 'N')) {
    case 'GET /pulls/N':
      return { status: 200, body: full(platform, pull, origin) };
    case 'PATCH /pulls/N':
      platform.headOf(pull);
      if (body['title'] !== undefined) pull.title = body['title'] as string;
      if (body['body'] !== undefined) pull.body = body['body'] as string;
      if (body['state'] === 'closed') pull.state = 'closed';
      return { status: 200, body: full(platform, pull, origin) };
    case 'PUT /pulls/N/merge':
      if (platform.merge(pull, body['sha']))
        return { status: 200, body: example('pull-request-merge-result-response-if-merge-was-successful') };
      return { status: 409, body: { message: 'Head branch was modified. Review and try the merge again.' } };
    case 'GET /issues/N/comments':
      return page(pull.comments.map((text) => ({ ...example('issue-comment'), body: text })));
    case 'POST /issues/N/comments':
      pull.comments.push(body['body'] as string);
      return { status: 201, body: { ...example('issue-comment'), body: body['body'] } };
    case 'GET /pulls/N/comments':
      return page(pull.remarks.map(({ body: text }) => ({ ...remark(), body: text })));
    case 'GET /pulls/N/files':
      return page(files(platform, pull));
    case 'POST /pulls/N/reviews':
      return review(platform, pull, body);
  }
  return undefined;
};

function open(platform: FakePlatform, body: Json, origin: string): Reply {
  const [first, second] = String(body['head']).split(':');
  const head = second === undefined ? { repo: 'o/r', branch: first! } : { repo: `${first!}/r`, branch: second };
  const label = `${head.repo.split('/')[0]!}:${head.branch}`;
  const isSame = (one: FakePull): boolean =>
    one.head.repo === head.repo && one.head.branch === head.branch && one.base === body['base'];
  const refuse = (error: Json): Reply => ({
    status: 422,
    body: {
      message: 'Validation Failed',
      errors: [{ resource: 'PullRequest', ...error }],
      documentation_url: 'https://docs.github.com',
    },
  });
  if (platform.open.some(isSame))
    return refuse({ code: 'custom', message: `A pull request already exists for ${label}.` });
  if (platform.tip(head.repo, head.branch) === undefined) return refuse({ code: 'invalid', field: 'head' });
  const { title, body: text, draft, base } = body as { title: string; body: string; draft: boolean; base: string };
  const pull = platform.add({ title, body: text, draft, base, head });
  return { status: 201, body: full(platform, pull, origin) };
}

function review(platform: FakePlatform, pull: FakePull, body: Json): Reply {
  const shown = new Map(files(platform, pull).map(({ filename, patch }) => [filename, patch as string]));
  for (const one of body['comments'] as Json[]) {
    const patch = shown.get(one['path'] as string);
    if (patch === undefined || body['commit_id'] !== platform.headOf(pull) || !inPatch(patch, one)) {
      return { status: 422, body: { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] } };
    }
    const end = one['line'] as number;
    const start = (one['start_line'] as number | undefined) ?? end;
    pull.remarks.push({ path: one['path'] as string, start, end, body: one['body'] as string });
  }
  return { status: 200, body: example('pull-request-review') };
}

/** Whether a line of the new file is shown by its patch, as GitHub demands. */
function inPatch(patch: string, { line, start_line: start = line }: Json): boolean {
  return [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].some(([, first, count]) => {
    const end = Number(first) + Number(count ?? 1) - 1;
    return Number(start) >= Number(first) && Number(line) <= end;
  });
}

export function files(platform: FakePlatform, pull: FakePull): readonly Json[] {
  const range = `${pull.base}...${platform.headOf(pull)}`;
  const names = platform
    .git('o/r', 'diff', '--name-status', range)
    .split('\n')
    .filter((line) => line !== '');
  return names.map((line) => {
    const [kind, filename] = line.split('\t') as [string, string];
    const patch = platform.git('o/r', 'diff', range, '--', filename).replace(/^[\s\S]*?(?=@@)/, '');
    const status = { A: 'added', D: 'removed', M: 'modified' }[kind] ?? 'modified';
    return { ...(example('diff-entry-items') as unknown as Json[])[0], filename, patch, status };
  });
}

function full(platform: FakePlatform, pull: FakePull, origin: string): Json {
  return { ...example('pull-request'), ...own(platform, pull, origin, 'pull-request') };
}

function simple(platform: FakePlatform, pull: FakePull, origin: string): Json {
  const [one] = example('pull-request-simple-items') as unknown as Json[];
  return { ...one, ...own(platform, pull, origin, 'pull-request') };
}

function own(platform: FakePlatform, pull: FakePull, origin: string, name: string): Json {
  const shown = example(name) as { head: Json; base: Json };
  const { number, title, body, draft } = pull;
  return {
    ...{ number, title, body, draft, html_url: `${origin}/o/r/pull/${number}`, requested_teams: [] },
    state: pull.state === 'open' ? 'open' : 'closed',
    merged_at: pull.state === 'merged' ? '2026-01-01T00:00:00Z' : null,
    head: { ...shown.head, ref: pull.head.branch, sha: platform.headOf(pull), label: `${LOGIN}:${pull.head.branch}` },
    base: { ...shown.base, ref: pull.base },
  };
}

function remark(): Json {
  return (example('pull-request-review-comment-items') as unknown as Json[])[0]!;
}

function branch(platform: FakePlatform, repo: string): Json {
  const [one] = example('short-branch-with-protection-items') as unknown as Json[];
  const commit = { sha: platform.tip(repo, 'trunk'), url: 'https://example.org' };
  return { ...one, name: 'trunk', commit, protection: { enabled: false } };
}

function listed(items: readonly Json[], query: URLSearchParams, url: string): Reply {
  const page = Number(query.get('page') ?? 1);
  const { items: shown, hasNext } = pageOf(items, page, Number(query.get('per_page') ?? 30));
  return { status: 200, body: shown, headers: hasNext ? { Link: `<${url}?page=${page + 1}>; rel="next"` } : {} };
}
