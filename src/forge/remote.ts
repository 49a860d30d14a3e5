import { DfixError } from '../errors.js';
import type { Platform } from './types.js';

/** Where a repository lives, without any password. */
export interface Remote {
  /** What git takes. */
  readonly url: string;
  /** Lower case, with its port where it is not the usual one; empty for a folder on this machine. */
  readonly host: string;
  /** `owner/name`, or on GitLab a longer path. */
  readonly path: string;
  /** How its web pages and its interface are reached, such as `https://example.org`. */
  readonly origin: string;
  /** What stood in the address as a password. */
  readonly password?: string | undefined;
}

const SCP = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/|:)(.+)$/;
const PROTOCOLS = ['https:', 'http:', 'ssh:', 'git:', 'file:'];

/**
 * Reads the address of a repository as git takes it: `https://`, `http://`, `ssh://`, `git://`, `file://`, an absolute
 * path, or `user@host:owner/name.git`.
 * @throws DfixError for anything else; the message never holds a password
 */
export function parseRemote(text: string): Remote {
  if (text.startsWith('/')) return { url: text, host: '', path: text, origin: '' };
  const scp = /^[a-z+]+:\/\//i.test(text) ? null : SCP.exec(text);
  if (scp !== null && !text.startsWith('-')) {
    const [, host, path] = scp;
    return {
      url: text,
      host: host!.toLowerCase(),
      path: repositoryPath(path!),
      origin: `https://${host!.toLowerCase()}`,
    };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !PROTOCOLS.includes(url.protocol) || url.host.startsWith('-')) {
    throw new DfixError('remote', 'the address of the repository is not one that dfix can use', {
      hint: 'give https://host/owner/name',
    });
  }
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  const password = isWeb ? decodeURIComponent(url.password === '' ? url.username : url.password) : '';
  if (isWeb) [url.username, url.password] = ['', ''];
  return {
    url: url.href,
    host: isWeb ? url.host : url.hostname,
    path: repositoryPath(decodeURIComponent(url.pathname)),
    origin: isWeb ? url.origin : `https://${url.hostname}`,
    password: password === '' ? undefined : password,
  };
}

function repositoryPath(path: string): string {
  return path.replace(/^\/+|(?<!\/)\/+$/g, '').replace(/\.git$/, '');
}

const HOSTS: Readonly<Record<string, Platform>> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'codeberg.org': 'gitea',
  'gitea.com': 'gitea',
};

/** The platform that a host is known for, or named after; undefined when its name does not tell. */
export function platformOf(host: string): Platform | undefined {
  const known = HOSTS[host];
  if (known !== undefined) return known;
  if (host.endsWith('.ghe.com')) return 'github';
  const words = host.split(/[.:-]/);
  if (words.includes('gitlab')) return 'gitlab';
  if (words.includes('gitea') || words.includes('forgejo')) return 'gitea';
  return words.includes('github') ? 'github' : undefined;
}

/** Whether everybody knows this host as the platform: a token meant for the platform may go there. */
export function isPublicHost(host: string, platform: Platform): boolean {
  return HOSTS[host] === platform || (platform === 'github' && host.endsWith('.ghe.com'));
}
