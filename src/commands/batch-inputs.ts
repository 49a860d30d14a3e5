import type { Campaign } from '../batch/campaign.js';
import { compileGlob } from '../discovery/glob.js';
import { DfixError, printable } from '../errors.js';
import { addressOf } from '../forge/address.js';
import { parseRemote } from '../forge/remote.js';
import type { Platform } from '../forge/types.js';
import { findRepositories } from '../ports/campaign/repositories.js';
import { findCredentials, tokenHint } from '../ports/forge/credentials.js';
import { type ListedRepository, listRepositories, LISTS } from '../ports/forge/list.js';
import type { Io } from './io.js';
import { isRemote } from './pr-arguments.js';

/**
 * The repositories of a campaign, each once: folders by their real path, then addresses, each in code point order.
 * @throws DfixError for what leads nowhere, and for a list that the platform does not give
 */
export async function repositoriesOf(campaign: Campaign, io: Io): Promise<readonly string[]> {
  const { repos = [], repoExclude = [], repoInclude = [] } = campaign;
  const folders = findFolders(repos, io.cwd);
  const out = new Set(
    findFolders(
      repoExclude.filter((path) => mayBeFolder(path, io.cwd)),
      io.cwd,
    ),
  );
  const named = repos.filter(isRemote).map(addressOnly);
  const listed = (await fromLists(campaign, io))
    .filter(({ isFork }) => campaign.forks === true || !isFork)
    .filter(({ isArchived }) => campaign.archived === true || !isArchived)
    .map(({ url }) => url);
  const isExcluded = matcher(repoExclude);
  const isIncluded = repoInclude.length === 0 ? () => true : matcher(repoInclude);
  const addresses = [...new Set([...named, ...listed])].filter((url) => !isExcluded(url) && isIncluded(url)).sort();
  return [...folders.filter((folder) => !out.has(folder)), ...addresses];
}

function findFolders(paths: readonly string[], cwd: string): readonly string[] {
  const folders = paths.filter((path) => !isRemote(path));
  return folders.length === 0 ? [] : findRepositories(folders, cwd);
}

/** Whether an exclusion leads to folders; else it is about addresses. */
function mayBeFolder(path: string, cwd: string): boolean {
  if (isRemote(path)) return false;
  try {
    return findRepositories([path], cwd).length > 0;
  } catch {
    return false;
  }
}

function addressOnly(text: string): string {
  const remote = parseRemote(text);
  if (remote.password === undefined) return remote.url;
  throw new DfixError('usage', 'others can read a password in the address of a repository', {
    hint: 'give a token in the environment',
  });
}

/** Whether an address is one of these, or its `owner/name` matches one of these globs. */
function matcher(patterns: readonly string[]): (url: string) => boolean {
  const urls = new Set(patterns.filter(isRemote).map(addressOnly));
  const globs = patterns.filter((pattern) => !isRemote(pattern)).map((pattern) => compileGlob(pattern));
  return (url) => urls.has(url) || globs.some((matches) => matches?.(parseRemote(url).path) === true);
}

const HOSTS: Readonly<Record<Platform, string>> = {
  github: 'https://github.com',
  gitlab: 'https://gitlab.com',
  gitea: 'https://gitea.com',
  bitbucket: 'https://bitbucket.org',
};

async function fromLists(campaign: Campaign, io: Io): Promise<readonly ListedRepository[]> {
  const queries = LISTS.flatMap((by) => (campaign[by] ?? []).map((name) => ({ by, name })));
  if (queries.length === 0) return [];
  const { platform = 'github', baseUrl } = campaign;
  const origin = baseUrl === undefined ? HOSTS[platform] : new URL(baseUrl).origin;
  const remote = parseRemote(`${origin}/owner/name`);
  const address = addressOf(platform, remote, baseUrl);
  const named = baseUrl !== undefined;
  const found = await findCredentials(platform, { ...remote, origin: address.origin }, { env: io.env, named });
  if (found === undefined) {
    throw new DfixError('token', `there is no token for ${remote.host}`, { hint: tokenHint(platform) });
  }
  const say = (text: string): void => void io.stderr.write(`${printable(text)}\n`);
  const { token, user } = found;
  const all: ListedRepository[] = [];
  for (const query of queries) {
    const settings = { ...address, path: query.name, token, user, say, second: 1000 };
    all.push(...(await listRepositories(platform, settings, query)));
  }
  return all;
}
