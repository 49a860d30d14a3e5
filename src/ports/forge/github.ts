import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { DfixError } from '../../errors.js';
import type { Forge, Fork, Pull, ReviewedPull } from '../../forge/port.js';
import { patchLines } from './patch-lines.js';
import { fetchInTime, type ForgeSettings, LONGEST_WAIT, refusing } from './refusal.js';

const Client = Octokit.plugin(throttling, retry);
const MOST_WAITS = 3;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** A call that must not be made twice: what it leaves behind shows to people. */
const once = { request: { retries: 0 } };

/** What all answers about a pull request have. */
interface Answer {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft?: boolean | undefined;
  readonly merged_at?: string | null | undefined;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
}

interface PageNumber {
  readonly per_page: number;
  readonly page: number;
}

interface Page<T> {
  readonly data: readonly T[];
  readonly headers: { readonly link?: string | undefined };
}

/** A repository on GitHub or GitHub Enterprise. https://docs.github.com/en/rest/pulls */
export function githubForge(settings: ForgeSettings): Forge {
  const [owner, repo] = settings.path.split('/') as [string, string];
  const here = { owner, repo };
  const client = new Client({
    auth: settings.token,
    baseUrl: settings.api,
    userAgent: 'dfix',
    log: silent,
    request: { fetch: fetchInTime },
    retry: { retryAfterBaseValue: settings.second },
    throttle: {
      retryAfterBaseValue: settings.second,
      onRateLimit: waits(settings, 'rate limit'),
      onSecondaryRateLimit: waits(settings, 'secondary rate limit'),
      ...(settings.second < 1000 ? { write: unpaced, notifications: unpaced } : {}),
    },
  });
  const call = refusing('github', settings, statusOf);
  /** All pages of a list. */
  const all = async <T>(one: (page: PageNumber) => Promise<Page<T>>): Promise<T[]> => {
    const found: T[] = [];
    for (let page = 1; ; page++) {
      const { data, headers } = await one({ per_page: 100, page });
      found.push(...data);
      if (!/rel="next"/.test(headers.link ?? '')) return found;
    }
  };

  return {
    platform: 'github',
    pulls: (branch, fork) =>
      call(async () => {
        const head = `${(fork?.path ?? settings.path).split('/')[0]!}:${branch}`;
        const found = await all((page) =>
          client.request('GET /repos/{owner}/{repo}/pulls', { ...here, ...page, head, state: 'all' }),
        );
        // A platform that does not know the filter would answer with all of them.
        return found
          .filter((one) => one.head.ref === branch)
          .map(toPull)
          .sort((a, b) => a.number - b.number);
      }),
    open: ({ branch, base, title, body, draft, fork }) =>
      call(async () => {
        const from = fork === undefined ? { head: branch } : forkHead(fork, branch);
        try {
          const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
            ...here,
            ...{ base, title, body, draft, maintainer_can_modify: true },
            ...from,
          });
          return toPull(data);
        } catch (error) {
          if (statusOf(error) === 422 && /pull request already exists/i.test(String(error))) return undefined;
          throw error;
        }
      }),
    edit: ({ number }, { title, body, close }) =>
      call(async () => {
        await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...here,
          pull_number: number,
          ...(title === undefined ? {} : { title }),
          ...(body === undefined ? {} : { body }),
          ...(close === true ? { state: 'closed' as const } : {}),
        });
      }),
    merge: ({ number, head }) =>
      call(async () => {
        const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';
        await client.request(route, { ...here, ...once, pull_number: number, sha: head });
      }),
    comments: (pull) =>
      call(async () => {
        const found = await all((page) =>
          client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            ...{ ...here, ...page, issue_number: pull },
          }),
        );
        return found.map(({ body }) => body ?? '');
      }),
    comment: (pull, body) =>
      call(async () => {
        const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
        await client.request(route, { ...here, ...once, issue_number: pull, body });
      }),
    fork: () =>
      call(async () => {
        const { data } = await client.request('POST /repos/{owner}/{repo}/forks', here);
        const [login, name] = data.full_name.split('/') as [string, string];
        const ready = async (): Promise<boolean> => {
          const route = 'GET /repos/{owner}/{repo}/branches';
          const { data: branches } = await client.request(route, { owner: login, repo: name, per_page: 1 });
          return branches.length > 0;
        };
        // GitHub copies in the background.
        for (let tries = 0; tries < 30; tries++) {
          if (await ready()) return { path: data.full_name, url: `${settings.origin}/${data.full_name}.git` };
          await new Promise((resolve) => setTimeout(resolve, 2 * settings.second));
        }
        throw new DfixError('fork', `the fork ${data.full_name} is not ready`, { hint: 'run again in some minutes' });
      }),
    reviewed: (pull) => call(() => reviewed(pull)),
    review: (pull, head, comments) =>
      call(async () => {
        await client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
          ...{ ...here, ...once, pull_number: pull, commit_id: head, event: 'COMMENT' as const },
          body: 'dfix looked at the Dockerfiles that this pull request touches.',
          comments: comments.map(({ path, start, end, body }) => ({
            ...{ path, body, line: end, side: 'RIGHT' },
            ...(start === end ? {} : { start_line: start, start_side: 'RIGHT' }),
          })),
        });
      }),
  };

  async function reviewed(pull: number): Promise<ReviewedPull> {
    const at = { ...here, pull_number: pull };
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', at);
    const files = await all((page) =>
      client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...at, ...page }),
    );
    const remarks = await all((page) =>
      client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...at, ...page }),
    );
    return {
      head: data.head.sha,
      ref: `refs/pull/${pull}/head`,
      url: undefined,
      files: files
        .filter(({ status }) => status !== 'removed')
        .map(({ filename, patch }) => ({ path: filename, lines: patchLines(patch ?? '') })),
      remarks: remarks.map(({ body }) => body),
    };
  }
}

function forkHead(fork: Fork, branch: string): { readonly head: string; readonly head_repo: string } {
  const [owner, name] = fork.path.split('/') as [string, string];
  return { head: `${owner}:${branch}`, head_repo: name };
}

function toPull({ number, html_url, state, title, body, draft, merged_at, head, base }: Answer): Pull {
  const ended = merged_at === null || merged_at === undefined ? 'closed' : 'merged';
  return {
    ...{ number, title, url: html_url, body: body ?? '', draft: draft === true },
    ...{ head: head.sha, base: base.ref },
    state: state === 'open' ? 'open' : ended,
  };
}

function statusOf(error: unknown): number | undefined {
  // Octokit calls it 500 when no answer came.
  if (!(error instanceof Error) || !('status' in error) || !('response' in error) || error.response === undefined)
    return undefined;
  return error.status as number;
}

function waits({ say }: ForgeSettings, what: string) {
  return (seconds: number, _options: unknown, _octokit: unknown, retries: number): boolean => {
    if (retries >= MOST_WAITS || seconds > LONGEST_WAIT) return false;
    say(`GitHub's ${what} is reached; going on in ${seconds} s`);
    return true;
  };
}

/** Stands for a limiter of the throttling plugin that lets everything through. */
const unpaced = { key: () => ({ schedule: (_options: unknown, work: () => unknown) => work() }) } as never;
