import { setTimeout as wait } from 'node:timers/promises';
import { MergeRequestDiscussions, MergeRequestNotes, MergeRequests, Projects, Users } from '@gitbeaker/rest';
import { createRequesterFn } from '@gitbeaker/requester-utils';
import { DfixError } from '../../errors.js';
import type { Forge, Pull } from '../../forge/port.js';
import { callPatiently, HttpError, statusOf } from './http.js';
import { patchLines } from './patch-lines.js';
import { type ForgeSettings, refusing } from './refusal.js';

const DRAFT = 'Draft: ';
const PAGE = { perPage: 100 };

interface Answer {
  readonly iid: number;
  readonly web_url: string;
  readonly state: string;
  readonly title: string;
  readonly description: string | null;
  readonly draft: boolean;
  readonly sha: string;
  readonly target_branch: string;
}

/** A project on GitLab. https://docs.gitlab.com/api/merge_requests/ */
export function gitlabForge(settings: ForgeSettings): Forge {
  const { path } = settings;
  const options = {
    host: settings.api.replace(/\/api\/v4$/, ''),
    oauthToken: settings.token,
    // Gitbeaker's own does not wait as long as it is asked to.
    requesterFn: patientRequester(settings),
  };
  const requests = new MergeRequests(options);
  const notes = new MergeRequestNotes(options);
  const discussions = new MergeRequestDiscussions(options);
  const projects = new Projects(options);
  const call = refusing('gitlab', settings, statusOf);
  const idOf = async (project: string): Promise<number> => (await projects.show(project)).id;

  return {
    platform: 'gitlab',
    pulls: (branch, fork) =>
      call(async () => {
        const filter = { projectId: path, sourceBranch: branch, scope: 'all', ...PAGE } as const;
        const found = await requests.all(filter);
        const from = fork === undefined ? undefined : await idOf(fork.path);
        return found
          .filter((one) => one.source_project_id === (from ?? one.target_project_id))
          .map(toPull)
          .sort((a, b) => a.number - b.number);
      }),
    open: ({ branch, base, title, body, draft, fork }) =>
      call(async () => {
        const target = fork === undefined ? {} : { targetProjectId: await idOf(path) };
        const more = { description: body, allowCollaboration: fork !== undefined, ...target };
        try {
          return toPull(await requests.create(fork?.path ?? path, branch, base, draft ? DRAFT + title : title, more));
        } catch (error) {
          if (error instanceof HttpError && error.status === 409) return undefined;
          throw error;
        }
      }),
    edit: ({ number, draft }, { title, body, close }) =>
      call(async () => {
        await requests.edit(path, number, {
          ...(title === undefined ? {} : { title: draft ? DRAFT + title : title }),
          ...(body === undefined ? {} : { description: body }),
          ...(close === true ? { stateEvent: 'close' as const } : {}),
        });
      }),
    merge: ({ number, head }) => call(async () => void (await requests.merge(path, number, { sha: head }))),
    comments: (pull) => call(async () => (await notes.all(path, pull, PAGE)).map(({ body }) => body)),
    comment: (pull, text) => call(async () => void (await notes.create(path, pull, text))),
    fork: () => call(() => fork()),
    reviewed: (pull) =>
      call(async () => {
        const { sha } = await requests.show(path, pull);
        const diffs = await requests.allDiffs(path, pull, PAGE);
        const found = await discussions.all(path, pull, PAGE);
        return {
          head: sha,
          ref: `refs/merge-requests/${pull}/head`,
          url: undefined,
          files: diffs
            .filter((one) => !one.deleted_file)
            .map(({ new_path, diff }) => ({ path: new_path, lines: patchLines(diff) })),
          remarks: found.flatMap((one) => one.notes ?? []).map(({ body }) => body),
        };
      }),
    review: (pull, head, comments) =>
      call(async () => {
        const { diff_refs: refs } = await requests.show(path, pull);
        const diffs = new Map((await requests.allDiffs(path, pull, PAGE)).map((one) => [one.new_path, one]));
        for (const { path: file, end, body } of comments) {
          const { old_path: oldPath, diff } = diffs.get(file)!;
          const old = patchLines(diff).get(end);
          await discussions.create(path, pull, body, {
            position: {
              ...{ baseSha: refs.base_sha, startSha: refs.start_sha, headSha: head, positionType: 'text' as const },
              ...{ oldPath, newPath: file, newLine: String(end) },
              // A line that was there before is known by both numbers.
              ...(old === undefined ? {} : { oldLine: String(old) }),
            },
          });
        }
      }),
  };

  async function fork() {
    const { username } = await new Users(options).showCurrentUser();
    const own = `${username}/${path.split('/').at(-1)!}`;
    const known = await projects.show(own).catch((error: unknown) => {
      if (error instanceof HttpError && error.status === 404) return undefined;
      throw error;
    });
    const made = known ?? (await projects.fork(path));
    // GitLab copies in the background.
    for (let tries = 0; tries < 30; tries++) {
      const { import_status: state, path_with_namespace: name } = await projects.show(made.id);
      if (state === 'finished' || state === 'none') return { path: name, url: `${settings.origin}/${name}.git` };
      await wait(2 * settings.second);
    }
    throw new DfixError('fork', `the fork ${own} is not ready`, { hint: 'run again in some minutes' });
  }
}

function patientRequester(settings: ForgeSettings) {
  return createRequesterFn(
    (_, request) => Promise.resolve(request),
    async (endpoint, request = {}) => {
      const { prefixUrl, searchParams, method, headers, body } = request as Readonly<Record<string, string>> & {
        readonly headers: Record<string, string>;
      };
      const url = new URL(endpoint, prefixUrl!.endsWith('/') ? prefixUrl : `${prefixUrl!}/`);
      url.search = searchParams ?? '';
      const answer = await callPatiently('gitlab', settings, url, { method: method!, headers, body });
      return {
        status: answer.status,
        body: answer.data as Record<string, unknown>,
        headers: Object.fromEntries(answer.headers.entries()),
      };
    },
  );
}

function toPull({ iid, web_url, state, title, description, draft, sha, target_branch }: Answer): Pull {
  return {
    ...{ number: iid, url: web_url, body: description ?? '', draft, head: sha, base: target_branch },
    title: draft ? title.replace(/^(?:Draft: |\[Draft\] ?|\(Draft\) ?)/i, '') : title,
    state: state === 'merged' ? 'merged' : state === 'opened' || state === 'locked' ? 'open' : 'closed',
  };
}
