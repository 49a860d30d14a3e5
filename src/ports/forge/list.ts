import { DfixError } from '../../errors.js';
import type { Platform } from '../../forge/types.js';
import { jsonClient, type JsonCall, statusOf } from './http.js';
import { type ForgeSettings, PLATFORM_NAMES, refusing } from './refusal.js';

/** What a list of repositories is asked for by. `org` is a group on GitLab and a workspace on Bitbucket. */
export const LISTS = ['org', 'group', 'user', 'topic', 'search'] as const;
export interface ListQuery {
  readonly by: (typeof LISTS)[number];
  readonly name: string;
}

/** A repository of a list. */
export interface ListedRepository {
  /** What git clones, over HTTPS. */
  readonly url: string;
  readonly isFork: boolean;
  readonly isArchived: boolean;
}

type Answer = Readonly<Record<string, unknown>>;
type Address = readonly [path: string, query?: JsonCall['query']];

const PER_PAGE = 100;
/** GitHub's search gives no more than the first thousand, and refuses to be asked for more. */
const LAST_PAGE_OF_SEARCH = 10;

/** The list's address below the interface; undefined where the platform has no such list. */
function addressOf(platform: Platform, { by, name }: ListQuery): Address | undefined {
  const one = encodeURIComponent(name);
  const isGroup = by === 'org' || by === 'group';
  switch (platform) {
    case 'github':
      if (isGroup) return [`/orgs/${one}/repos`];
      if (by === 'user') return [`/users/${one}/repos`];
      return ['/search/repositories', { q: by === 'topic' ? `topic:${name} fork:true` : name }];
    case 'gitlab':
      if (isGroup) return [`/groups/${one}/projects`, { include_subgroups: 'true' }];
      if (by === 'user') return [`/users/${one}/projects`];
      return ['/projects', by === 'topic' ? { topic: name } : { search: name }];
    case 'gitea':
      if (isGroup) return [`/orgs/${one}/repos`];
      if (by === 'user') return [`/users/${one}/repos`];
      return ['/repos/search', { q: name, topic: String(by === 'topic') }];
    case 'bitbucket':
      if (by === 'topic' || by === 'search') return undefined;
      return [`/repositories/${one}`];
  }
}

/**
 * All repositories of a list, page by page.
 * https://docs.github.com/en/rest/repos/repos, https://docs.gitlab.com/api/projects/, https://docs.gitea.com/api/,
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
 * @throws DfixError for what the platform refuses, and for a list that it does not have
 */
export function listRepositories(
  platform: Platform,
  settings: ForgeSettings,
  query: ListQuery,
): Promise<readonly ListedRepository[]> {
  const address = addressOf(platform, query);
  if (address === undefined) {
    throw new DfixError('usage', `${PLATFORM_NAMES[platform]} has no list by ${query.by}`);
  }
  const { token, user } = settings;
  const basic = `Basic ${Buffer.from(`${user ?? ''}:${token}`).toString('base64')}`;
  const word = platform === 'gitea' ? 'token' : 'Bearer';
  const request = jsonClient(platform, settings, user === undefined ? `${word} ${token}` : basic);
  return refusing(
    platform,
    settings,
    statusOf,
  )(async () => {
    const found: ListedRepository[] = [];
    for (let page = 1; ; page++) {
      const [path, more = {}] = address;
      const size = platform === 'bitbucket' ? { pagelen: PER_PAGE } : { per_page: PER_PAGE, limit: PER_PAGE };
      const items = itemsOf(await request(path, { query: { ...more, ...size, page } }));
      found.push(...items.map(repositoryOf));
      if (items.length === 0) return found;
      if (path === '/search/repositories' && page === LAST_PAGE_OF_SEARCH) {
        settings.say(`GitHub's search gives the first ${found.length} repositories only`);
        return found;
      }
    }
  });
}

/** A list as such, or below `items` (GitHub's search), `data` (Gitea's), `values` (Bitbucket). */
function itemsOf(answer: unknown): readonly Answer[] {
  const { items, data, values } = (answer ?? {}) as Answer;
  const list = [answer, items, data, values].find((one) => Array.isArray(one));
  return (list ?? []) as readonly Answer[];
}

function repositoryOf(answer: Answer): ListedRepository {
  const { links } = answer as { readonly links?: { readonly clone?: readonly { name: string; href: string }[] } };
  const url =
    answer['clone_url'] ?? answer['http_url_to_repo'] ?? links?.clone?.find(({ name }) => name === 'https')?.href;
  if (typeof url !== 'string') throw new Error('a repository has no address');
  return {
    url: withoutUser(url),
    isFork: answer['fork'] === true || answer['forked_from_project'] !== undefined || Boolean(answer['parent']),
    isArchived: answer['archived'] === true,
  };
}

/** Bitbucket puts the name of whoever asks into the address. */
function withoutUser(text: string): string {
  const url = new URL(text);
  [url.username, url.password] = ['', ''];
  return url.href;
}
