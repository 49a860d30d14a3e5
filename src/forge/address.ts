import { DfixError } from '../errors.js';
import { isPublicHost, type Remote } from './remote.js';
import type { Platform } from './types.js';

/** Where a platform's interface is below its own address. */
const SUFFIX: Readonly<Record<Platform, string>> = {
  github: '/api/v3',
  gitlab: '/api/v4',
  gitea: '/api/v1',
  bitbucket: '/2.0',
};

/** A repository as its platform's interface knows it. */
export interface Address {
  /** Of the interface, without a slash at its end. */
  readonly api: string;
  /** Of the web pages, where git clones from too. */
  readonly origin: string;
  /** `owner/name`, on GitLab perhaps longer. */
  readonly path: string;
}

/**
 * The interface that a repository is reached through.
 * @param baseUrl the address of a server of one's own: of its pages, or of its interface
 * @throws DfixError when the address is another server than the repository's: a token must not go elsewhere
 */
export function addressOf(platform: Platform, remote: Remote, baseUrl: string | undefined): Address {
  const { origin, path } = remote;
  if (baseUrl === undefined) {
    if (!isPublicHost(remote.host, platform))
      return checked(platform, { api: origin + SUFFIX[platform], origin, path });
    const api: Readonly<Record<Platform, string>> = {
      github: `https://api.${remote.host}`,
      gitlab: `${origin}/api/v4`,
      gitea: `${origin}/api/v1`,
      bitbucket: 'https://api.bitbucket.org/2.0',
    };
    return checked(platform, { api: api[platform], origin, path });
  }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new DfixError('usage', '--base-url takes the address of a server, such as https://git.example.org');
  }
  const named = hostnameOf(remote);
  if (url.hostname !== named && url.hostname !== `api.${named}`) {
    throw new DfixError('usage', `--base-url names another server than the repository's, ${named}`);
  }
  const prefix = url.pathname.replace(/(?<!\/)\/+$/, '');
  const isInterface = url.hostname !== named || prefix.endsWith(SUFFIX[platform]);
  if (isInterface) return checked(platform, { api: url.origin + prefix, origin, path });
  // A server below a folder of its host has that folder in the addresses of its repositories too.
  const folder = prefix.slice(1);
  const inside = folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  return checked(platform, { api: url.origin + prefix + SUFFIX[platform], origin: url.origin + prefix, path: inside });
}

function hostnameOf({ origin, host }: Remote): string {
  return URL.canParse(origin) ? new URL(origin).hostname : host;
}

function checked(platform: Platform, address: Address): Address {
  const parts = address.path.split('/');
  const isWhole = parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part));
  if (isWhole && (parts.length === 2 || (platform === 'gitlab' && parts.length > 2))) return address;
  throw new DfixError('remote', 'the address names no repository', { hint: 'give https://host/owner/name' });
}
