import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isPublicHost, type Remote } from '../../forge/remote.js';
import type { Platform } from '../../forge/types.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What proves to a platform who is asking. */
export interface Credentials {
  readonly token: string;
  /** For platforms where a token goes with a name. */
  readonly user?: string | undefined;
}

/** Variables that hold a token; those of the platform's own command line come first. */
const TOKENS: Readonly<Record<Platform, readonly string[]>> = {
  github: ['GH_TOKEN', 'GITHUB_TOKEN'],
  gitlab: ['GITLAB_TOKEN', 'GITLAB_ACCESS_TOKEN', 'OAUTH_TOKEN'],
  gitea: ['GITEA_TOKEN', 'FORGEJO_TOKEN'],
  bitbucket: ['BITBUCKET_TOKEN', 'BITBUCKET_ACCESS_TOKEN', 'BITBUCKET_API_TOKEN', 'BITBUCKET_APP_PASSWORD'],
};
/** What to do where no token is found. */
export function tokenHint(platform: Platform): string {
  const store = {
    github: ', or run gh auth login',
    gitlab: ', or run glab auth login',
    gitea: ', or run tea login add',
  };
  const login = platform === 'bitbucket' ? '' : store[platform];
  return `set ${TOKENS[platform][0]!}${login}; name a server of your own with --base-url`;
}

/** Variables that say which host of one's own those tokens are for. */
const SERVERS: Readonly<Record<Platform, readonly string[]>> = {
  github: ['GITHUB_SERVER_URL'],
  gitlab: ['CI_SERVER_URL', 'GITLAB_HOST', 'GITLAB_URI', 'GL_HOST'],
  gitea: ['GITEA_SERVER_URL', 'FORGEJO_SERVER_URL', 'GITHUB_SERVER_URL'],
  bitbucket: [],
};
/** GitHub's own command line keeps tokens for other hosts than github.com apart. */
const ENTERPRISE = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];

/**
 * Finds a token: in the environment, then in what the platform's command line (gh, glab, tea) keeps, then in the address
 * itself. A token goes only to a host that it is for: the platform's public one, the one that the environment names, or
 * the one that the user named with `--base-url`.
 */
export async function findCredentials(
  platform: Platform,
  remote: Remote,
  { env, named }: { readonly env: Environment; readonly named: boolean },
): Promise<Credentials | undefined> {
  if (!isProtected(remote)) return undefined;
  const token =
    fromEnvironment(platform, remote, env, named) ?? (await fromStore(platform, remote.host, env)) ?? remote.password;
  if (token === undefined) return undefined;
  const user = platform === 'bitbucket' ? (env['BITBUCKET_EMAIL'] ?? env['BITBUCKET_USERNAME']) : undefined;
  return { token, user };
}

/** No token goes over a line that others can read. */
function isProtected({ origin }: Remote): boolean {
  return origin.startsWith('https://') || /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(origin);
}

function fromEnvironment(platform: Platform, { host }: Remote, env: Environment, named: boolean): string | undefined {
  const isServer = SERVERS[platform].some((name) => hostOf(env[name]) === host);
  const isEnterprise = platform === 'github' && (isServer || named || hostOf(env['GH_HOST']) === host);
  const variables = [
    ...(isEnterprise && !isPublicHost(host, platform) ? ENTERPRISE : []),
    ...(isPublicHost(host, platform) || isServer || named ? TOKENS[platform] : []),
  ];
  return variables.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '');
}

function hostOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = text.includes('://') ? text : `https://${text}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** What `gh auth login`, `glab auth login` or `tea login` kept for a host. */
async function fromStore(platform: Platform, host: string, env: Environment): Promise<string | undefined> {
  const home = env['HOME'] ?? homedir();
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  if (platform === 'github') {
    const entry = await entryIn(join(env['GH_CONFIG_DIR'] ?? join(config, 'gh'), 'hosts.yml'), [host]);
    return entry === undefined ? undefined : (text(entry, 'oauth_token') ?? (await ghToken(host, env)));
  }
  if (platform === 'gitlab') {
    const folder = env['GLAB_CONFIG_DIR'] ?? join(config, 'glab-cli');
    const entry = await entryIn(join(folder, 'config.yml'), ['hosts', host]);
    return entry && text(entry, 'token');
  }
  if (platform === 'gitea') {
    const logins = (await entryIn(join(config, 'tea', 'config.yml'), []))?.['logins'];
    const login = Array.isArray(logins)
      ? logins.find((one: unknown) => isRecord(one) && hostOf(text(one, 'url')) === host)
      : undefined;
    return isRecord(login) ? text(login, 'token') : undefined;
  }
  return undefined;
}

/** gh may keep its token in the system's key ring; then only gh can read it. */
function ghToken(host: string, env: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settings = { env: env as NodeJS.ProcessEnv, timeout: 10_000 };
    execFile('gh', ['auth', 'token', '--hostname', host], settings, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined);
    });
  });
}

async function entryIn(file: string, keys: readonly string[]): Promise<Record<string, unknown> | undefined> {
  try {
    const { parse } = await import('yaml');
    let value: unknown = parse(readFileSync(file, 'utf8'), { logLevel: 'silent' });
    for (const key of keys) value = isRecord(value) ? value[key] : undefined;
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(entry: Record<string, unknown>, key: string): string | undefined {
  const value = entry[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The name that git gives beside a token. */
const GIT_USER: Readonly<Record<Platform, string>> = {
  github: 'x-access-token',
  gitlab: 'oauth2',
  gitea: 'x-oauth-basic',
  bitbucket: 'x-token-auth',
};

/** Settings by which git sends a token to one host: handed over in the environment, so that no disk and no list of processes shows them. */
export function gitCredentials(platform: Platform, origin: string, credentials: Credentials): Record<string, string> {
  const { token } = credentials;
  const user =
    platform === 'bitbucket' && credentials.user !== undefined
      ? bitbucketGitUser(credentials.user)
      : GIT_USER[platform];
  const basic = Buffer.from(`${user}:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    // The user's own helpers would answer beside it.
    GIT_CONFIG_KEY_1: `credential.${origin}.helper`,
    GIT_CONFIG_VALUE_1: '',
  };
}

/** An API token goes with an address for the interface, and with this name for git. */
function bitbucketGitUser(user: string): string {
  return user.includes('@') ? 'x-bitbucket-api-token-auth' : user;
}
