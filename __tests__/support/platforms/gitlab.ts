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
const DRAFT = 'Draft: ';
const IDS: Readonly<Record<string, number>> = { 'o/r': 1, [`${LOGIN}/r`]: 2 };

/** A GitLab with the project `o/r`; it answers as https://docs.gitlab.com/api/merge_requests/ says. */
export function serveGitlab(root: string) {
  return servePlatform(root, '/api/v4', routes, (headers) => headers['authorization'] === `Bearer ${TOKEN}`, check);
}

const routes: Routes = (platform, { method, path, query, body }, origin) => {
  if (`${method} ${path}` === 'GET /user') return { status: 200, body: { id: 7, username: LOGIN } };
  const [, id, rest = ''] = /^\/projects\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const project = Object.keys(IDS).find((name) => name === decodeURIComponent(id ?? '') || String(IDS[name]) === id);
  if (project === undefined || (project !== 'o/r' && platform.tip(project, 'trunk') === undefined)) return undefined;
  const on = `${method} ${rest}`;
  if (on === 'GET ') return { status: 200, body: shown(project) };
  if (on === 'POST /fork') return { status: 201, body: shown(platform.fork()) };
  if (on === 'POST /merge_requests') return open(platform, project, body, origin);
  if (project !== 'o/r') return undefined;
  if (on === 'GET /merge_requests') {
    const found = platform.pulls.filter(({ head }) => head.branch === query.get('source_branch'));
    return listed(
      found.toReversed().map((pull) => toAnswer(platform, pull, origin)),
      query,
    );
  }
  const pull = platform.find(Number(/^\/merge_requests\/(\d+)/.exec(rest)?.[1]));
  if (pull === undefined) return undefined;
  switch (on.replace(/\d+/, 'N')) {
    case 'GET /merge_requests/N':
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'PUT /merge_requests/N':
      platform.headOf(pull);
      if (body['title'] !== undefined) retitle(pull, body['title'] as string);
      if (body['description'] !== undefined) pull.body = body['description'] as string;
      if (body['state_event'] === 'close') pull.state = 'closed';
      return { status: 200, body: toAnswer(platform, pull, origin) };
    case 'PUT /merge_requests/N/merge':
      if (platform.merge(pull, body['sha'])) return { status: 200, body: toAnswer(platform, pull, origin) };
      return { status: 409, body: { message: 'SHA does not match HEAD of source branch' } };
    case 'GET /merge_requests/N/notes':
      return listed(
        pull.comments.map((text) => ({ body: text })),
        query,
      );
    case 'POST /merge_requests/N/notes':
      pull.comments.push(body['body'] as string);
      return { status: 201, body: { body: body['body'] } };
    case 'GET /merge_requests/N/diffs':
      return listed(diffs(platform, pull), query);
    case 'GET /merge_requests/N/discussions':
      return listed(
        pull.remarks.map((remark) => ({ id: 'x', notes: [{ body: remark.body }] })),
        query,
      );
    case 'POST /merge_requests/N/discussions':
      return discuss(platform, pull, body);
  }
  return undefined;
};

function open(platform: FakePlatform, project: string, body: Json, origin: string): Reply {
  const { source_branch: branch, target_branch: base, title, description } = body as Record<string, string>;
  const isFork = project !== 'o/r';
  if (isFork && body['target_project_id'] !== 1)
    return { status: 400, body: { error: 'target_project_id is missing' } };
  const same = platform.open.find(({ head }) => head.repo === project && head.branch === branch);
  if (same !== undefined) {
    const message = [`Another open merge request already exists for this source branch: !${same.number}`];
    return { status: 409, body: { message } };
  }
  const draft = title!.startsWith(DRAFT);
  const made = { body: description!, draft, base: base!, head: { repo: project, branch: branch! } };
  const pull = platform.add({ ...made, title: draft ? title!.slice(DRAFT.length) : title! });
  return { status: 201, body: toAnswer(platform, pull, origin) };
}

function retitle(pull: FakePull, title: string): void {
  const draft = title.startsWith(DRAFT);
  Object.assign(pull, { draft, title: draft ? title.slice(DRAFT.length) : title });
}

function discuss(platform: FakePlatform, pull: FakePull, body: Json): Reply {
  const position = body['position'] as Json;
  const path = position['new_path'] as string;
  const line = Number(position['new_line']);
  const old = position['old_line'] === undefined ? undefined : Number(position['old_line']);
  const diff = diffs(platform, pull).find((one) => one['new_path'] === path)?.['diff'] as string | undefined;
  // A context line is known by both numbers, a new one by the new one alone.
  if (diff === undefined || position['head_sha'] !== platform.headOf(pull) || !isLine(diff, line, old)) {
    return { status: 400, body: { message: '400 (Bad request) "Note {:line_code=>["can\'t be blank"]}" not given' } };
  }
  const reach = Number(/```suggestion:-(\d+)/.exec(body['body'] as string)?.[1] ?? 0);
  pull.remarks.push({ path, start: line - reach, end: line, body: body['body'] as string });
  return { status: 201, body: { id: 'x', notes: [] } };
}

function isLine(diff: string, line: number, old: number | undefined): boolean {
  let [before, after] = [0, 0];
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -(\d+)\S* \+(\d+)/.exec(text);
    if (hunk !== null) [before, after] = [Number(hunk[1]), Number(hunk[2])];
    else if (text.startsWith('+')) {
      if (after++ === line) return old === undefined;
    } else if (text.startsWith('-')) before++;
    else {
      if (after === line) return old === before;
      [before, after] = [before + 1, after + 1];
    }
  }
  return false;
}

function diffs(platform: FakePlatform, pull: FakePull): readonly Json[] {
  return files(platform, pull).map(({ filename, patch, status }) => {
    return { old_path: filename, new_path: filename, diff: patch, deleted_file: status === 'removed' };
  });
}

function shown(project: string): Json {
  return { id: IDS[project], path_with_namespace: project, import_status: 'finished' };
}

function toAnswer(platform: FakePlatform, pull: FakePull, origin: string): Json {
  const { number, body, draft, base } = pull;
  const sha = platform.headOf(pull);
  return {
    ...{ iid: number, description: body, draft, sha, target_branch: base, source_branch: pull.head.branch },
    ...{ source_project_id: IDS[pull.head.repo], target_project_id: 1 },
    title: draft ? DRAFT + pull.title : pull.title,
    state: pull.state === 'open' ? 'opened' : pull.state,
    web_url: `${origin}/o/r/-/merge_requests/${number}`,
    diff_refs: { base_sha: 'b', start_sha: 'b', head_sha: sha },
  };
}

function listed(items: readonly Json[], query: URLSearchParams): Reply {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('per_page') ?? 20);
  const { items: body, hasNext } = pageOf(items, page, size);
  const next = hasNext ? `<http://x/?${nextQuery(query, page)}>; rel="next"` : '';
  const headers = { 'X-Page': String(page), 'X-Next-Page': hasNext ? String(page + 1) : '', Link: next };
  return { status: 200, body, headers: { ...headers, 'X-Per-Page': String(size) } };
}

/** The next page is asked for as this one was. */
function nextQuery(query: URLSearchParams, page: number): string {
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  return next.toString();
}

/** Parameters that GitLab documents for the calls that change something. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  'POST /merge_requests': [
    'source_branch',
    'target_branch',
    'title',
    'description',
    'target_project_id',
    'allow_collaboration',
    'id',
  ],
  'PUT /merge_requests/N': ['title', 'description', 'state_event'],
  'PUT /merge_requests/N/merge': ['sha'],
  'POST /merge_requests/N/notes': ['body'],
  'POST /merge_requests/N/discussions': ['body', 'position', 'id'],
  'POST /fork': [],
};

function check({ method, path, body }: { method: string; path: string; body: Json }): void {
  const known = TAKES[`${method} ${path.replace(/^\/projects\/[^/]+/, '').replace(/\d+/, 'N')}`];
  const strange = Object.keys(body).filter((name) => known?.includes(name) !== true);
  if (strange.length > 0) throw new Error(`${method} ${path} takes no ${strange.join(', ')}`);
}
