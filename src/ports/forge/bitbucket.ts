import type { Forge, Pull } from '../../forge/port.js';
import { jsonClient, statusOf } from './http.js';
import { diffFiles } from './patch-lines.js';
import { type ForgeSettings, refusing } from './refusal.js';

interface Side {
  readonly branch: { readonly name: string };
  /** Shortened. */
  readonly commit: { readonly hash: string } | null;
  readonly repository: { readonly full_name: string } | null;
}

interface Answer {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
  readonly draft?: boolean;
  readonly links: { readonly html: { readonly href: string } };
  readonly source: Side;
  readonly destination: Side;
}

interface Comment {
  readonly content: { readonly raw: string };
  readonly inline?: unknown;
}

/** A repository on Bitbucket Cloud. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
export function bitbucketForge(settings: ForgeSettings): Forge {
  const { token, user, origin, path } = settings;
  const basic = Buffer.from(`${user ?? ''}:${token}`).toString('base64');
  const request = jsonClient('bitbucket', settings, user === undefined ? `Bearer ${token}` : `Basic ${basic}`);
  const at = `/repositories/${path}`;
  const call = refusing('bitbucket', settings, statusOf);
  const all = async <T>(first: string, query = {}): Promise<readonly T[]> => {
    const found: T[] = [];
    let page = await request(first, { query: { ...query, pagelen: 50 } });
    for (;;) {
      const { values, next } = page as { readonly values: readonly T[]; readonly next?: string };
      found.push(...values);
      if (next === undefined) return found;
      page = await request(next);
    }
  };
  const show = async (pull: number): Promise<Answer> => (await request(`${at}/pullrequests/${pull}`)) as Answer;

  return {
    platform: 'bitbucket',
    pulls: (branch, fork) =>
      call(async () => {
        const from = (fork?.path ?? path).toLowerCase();
        const query = { q: `source.branch.name = "${branch}"`, state: ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'] };
        const found = await all<Answer>(`${at}/pullrequests`, query);
        return found
          .filter(({ source }) => source.branch.name === branch && source.repository?.full_name.toLowerCase() === from)
          .map(toPull)
          .sort((a, b) => a.number - b.number);
      }),
    open: ({ branch, base, title, body, draft, fork }) =>
      call(async () => {
        const text = {
          ...{ title, description: body, draft },
          source: {
            branch: { name: branch },
            ...(fork === undefined ? {} : { repository: { full_name: fork.path } }),
          },
          destination: { branch: { name: base } },
        };
        return toPull((await request(`${at}/pullrequests`, { method: 'POST', body: text })) as Answer);
      }),
    edit: ({ number, title: now }, { title, body, close }) =>
      call(async () => {
        const one = `${at}/pullrequests/${number}`;
        if (title !== undefined || body !== undefined) {
          const text = { title: title ?? now, ...(body === undefined ? {} : { description: body }) };
          await request(one, { method: 'PUT', body: text });
        }
        if (close === true) await request(`${one}/decline`, { method: 'POST' });
      }),
    // Its interface cannot be told which commit is meant.
    merge: ({ number }) =>
      call(async () => void (await request(`${at}/pullrequests/${number}/merge`, { method: 'POST' }))),
    comments: (pull) =>
      call(async () => {
        const found = await all<Comment>(`${at}/pullrequests/${pull}/comments`);
        return found.filter(({ inline }) => inline === undefined).map(({ content }) => content.raw);
      }),
    comment: (pull, raw) =>
      call(async () => {
        await request(`${at}/pullrequests/${pull}/comments`, { method: 'POST', body: { content: { raw } } });
      }),
    fork: () =>
      call(async () => {
        const forks = await all<{ readonly full_name: string }>(`${at}/forks`, { role: 'owner' });
        const [own] = forks;
        const made = own ?? (await request(`${at}/forks`, { method: 'POST', body: {} }));
        const { full_name: name } = made as { readonly full_name: string };
        return { path: name, url: `${origin}/${name}.git` };
      }),
    reviewed: (pull) =>
      call(async () => {
        const { source } = await show(pull);
        const comments = await all<Comment>(`${at}/pullrequests/${pull}/comments`);
        const from = source.repository?.full_name ?? path;
        return {
          head: source.commit?.hash ?? '',
          ref: `refs/heads/${source.branch.name}`,
          url: from === path ? undefined : `${origin}/${from}.git`,
          files: diffFiles(String(await request(`${at}/pullrequests/${pull}/diff`))),
          remarks: comments.filter(({ inline }) => inline !== undefined).map(({ content }) => content.raw),
        };
      }),
    review: (pull, _head, comments) =>
      call(async () => {
        for (const { path: file, start, end, body } of comments) {
          const inline = { path: file, to: end, ...(start === end ? {} : { start_to: start }) };
          const text = { content: { raw: body }, inline };
          await request(`${at}/pullrequests/${pull}/comments`, { method: 'POST', body: text });
        }
      }),
  };
}

function toPull({ id, title, description, state, draft, links, source, destination }: Answer): Pull {
  return {
    ...{ number: id, url: links.html.href, title, body: description, draft: draft === true },
    ...{ head: source.commit?.hash ?? '', base: destination.branch.name },
    state: state === 'OPEN' ? 'open' : state === 'MERGED' ? 'merged' : 'closed',
  };
}
