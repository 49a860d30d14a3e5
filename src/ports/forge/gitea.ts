import type { Forge, Fork, Pull } from '../../forge/port.js';
import { HttpError, jsonClient, statusOf } from './http.js';
import { diffFiles } from './patch-lines.js';
import { type ForgeSettings, refusing } from './refusal.js';

/** What Gitea takes for the mark of a draft unless it is set otherwise (`[repository.pull-request] WORK_IN_PROGRESS_PREFIXES`). */
const DRAFT = 'WIP: ';
const PAGE = 50;

interface Side {
  /** The name of the branch; also when it is gone. */
  readonly label: string;
  readonly ref: string;
  readonly sha: string;
  readonly repo: { readonly full_name: string } | null;
}

interface Answer {
  readonly number: number;
  readonly html_url: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
  readonly head: Side;
  readonly base: Side;
}

/** A repository on Gitea or Forgejo, whose interfaces are alike here. https://docs.gitea.com/api/ */
export function giteaForge(settings: ForgeSettings): Forge {
  const request = jsonClient('gitea', settings, `token ${settings.token}`);
  const at = `/repos/${settings.path}`;
  const call = refusing('gitea', settings, statusOf);
  const all = async <T>(path: string, query = {}): Promise<readonly T[]> => {
    const found: T[] = [];
    for (let page = 1; ; page++) {
      const items = ((await request(path, { query: { ...query, page, limit: PAGE } })) ?? []) as readonly T[];
      found.push(...items);
      // A server may give smaller pages than it is asked for.
      if (items.length === 0) return found;
    }
  };

  return {
    platform: 'gitea',
    pulls: (branch, fork) =>
      call(async () => {
        const from = fork?.path ?? settings.path;
        const found = await all<Answer>(`${at}/pulls`, { state: 'all' });
        return found
          .filter(({ head }) => branchOf(head) === branch && isFrom(head, from, fork))
          .map(toPull)
          .sort((a, b) => a.number - b.number);
      }),
    open: ({ branch, base, title, body, draft, fork }) =>
      call(async () => {
        const head = fork === undefined ? branch : `${fork.path.split('/')[0]!}:${branch}`;
        try {
          const text = { head, base, body, title: draft ? DRAFT + title : title };
          return toPull((await request(`${at}/pulls`, { method: 'POST', body: text })) as Answer);
        } catch (error) {
          if (error instanceof HttpError && error.status === 409) return undefined;
          throw error;
        }
      }),
    edit: ({ number, draft }, { title, body, close }) =>
      call(async () => {
        const text = {
          ...(title === undefined ? {} : { title: draft ? DRAFT + title : title }),
          ...(body === undefined ? {} : { body }),
          ...(close === true ? { state: 'closed' } : {}),
        };
        await request(`${at}/pulls/${number}`, { method: 'PATCH', body: text });
      }),
    merge: ({ number, head }) =>
      call(async () => {
        const text = { Do: 'merge', head_commit_id: head };
        await request(`${at}/pulls/${number}/merge`, { method: 'POST', body: text });
      }),
    comments: (pull) =>
      call(async () => {
        // This list has no pages.
        const found = await request(`${at}/issues/${pull}/comments`);
        return (found as readonly { readonly body: string }[]).map(({ body }) => body);
      }),
    comment: (pull, body) =>
      call(async () => void (await request(`${at}/issues/${pull}/comments`, { method: 'POST', body: { body } }))),
    fork: () =>
      call(async () => {
        const { login } = (await request('/user')) as { readonly login: string };
        const path = `${login}/${settings.path.split('/')[1]!}`;
        try {
          await request(`${at}/forks`, { method: 'POST', body: {} });
        } catch (error) {
          // It is there already.
          if (!(error instanceof HttpError && error.status === 409)) throw error;
        }
        return { path, url: `${settings.origin}/${path}.git` };
      }),
    reviewed: (pull) =>
      call(async () => {
        const { head } = (await request(`${at}/pulls/${pull}`)) as Answer;
        const files = diffFiles(String(await request(`${at}/pulls/${pull}.diff`)));
        const reviews = await all<{ readonly id: number }>(`${at}/pulls/${pull}/reviews`);
        const remarks: string[] = [];
        for (const { id } of reviews) {
          const comments = await request(`${at}/pulls/${pull}/reviews/${id}/comments`);
          remarks.push(...(comments as readonly { readonly body: string }[]).map(({ body }) => body));
        }
        return { head: head.sha, ref: `refs/pull/${pull}/head`, url: undefined, files, remarks };
      }),
    review: (pull, head, comments) =>
      call(async () => {
        const text = {
          ...{
            commit_id: head,
            event: 'COMMENT',
            body: 'dfix looked at the Dockerfiles that this pull request touches.',
          },
          // A remark stands at one line here; its text says which it is about.
          comments: comments.map(({ path, end, body }) => ({ path, body, new_position: end, old_position: 0 })),
        };
        await request(`${at}/pulls/${pull}/reviews`, { method: 'POST', body: text });
      }),
  };
}

function branchOf({ label, ref }: Side): string {
  return label.includes(':') ? ref : label;
}

function isFrom({ repo }: Side, path: string, fork: Fork | undefined): boolean {
  // A fork that is gone belongs to nobody; then only its branch's name is left.
  return repo === null ? fork !== undefined : repo.full_name.toLowerCase() === path.toLowerCase();
}

function toPull({ number, html_url, state, merged, title, body, head, base }: Answer): Pull {
  const draft = /^(?:WIP:|\[WIP\])\s*/i.exec(title)?.[0] ?? '';
  return {
    ...{ number, url: html_url, body, title: title.slice(draft.length), draft: draft !== '' },
    ...{ head: head.sha, base: base.ref },
    state: state === 'open' ? 'open' : merged ? 'merged' : 'closed',
  };
}
