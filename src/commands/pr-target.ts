import { DfixError } from '../errors.js';
import { type Address, addressOf } from '../forge/address.js';
import type { Author, Clone, Forge } from '../forge/port.js';
import { parseRemote, platformOf, type Remote } from '../forge/remote.js';
import type { Platform } from '../forge/types.js';
import { authorOf, originOf } from '../ports/forge/checkout.js';
import { clone } from '../ports/forge/clone.js';
import { connect } from '../ports/forge/connect.js';
import { type Credentials, findCredentials, gitCredentials, tokenHint } from '../ports/forge/credentials.js';
import type { Io } from './io.js';
import type { PrArguments } from './pr-arguments.js';

/** The repository that a pull request goes to. */
export interface Target {
  readonly remote: Remote;
  readonly platform: Platform;
  readonly address: Address | undefined;
  readonly credentials: Credentials | undefined;
}

type TargetArguments = Pick<PrArguments, 'remote' | 'platform' | 'baseUrl' | 'pushOnly' | 'dryRun'>;

/**
 * Finds out which repository is meant, what platform it is on and what proves who is asking.
 * @param root the checkout; undefined when an address was given
 * @throws DfixError when it cannot be told, or no token is there and one is needed
 */
export async function findTarget(args: TargetArguments, root: string | undefined, io: Io): Promise<Target> {
  const remote = parseRemote(args.remote ?? (await originOf(root!)));
  if (args.remote !== undefined && remote.password !== undefined) {
    throw new DfixError('usage', 'others can read a password on a command line', {
      hint: 'give a token in the environment',
    });
  }
  const isLocal = args.pushOnly || args.dryRun;
  const known = args.platform ?? platformOf(remote.host);
  if (known === undefined && !isLocal) {
    throw new DfixError('platform', `the name ${remote.host} does not tell which platform it is`, {
      hint: 'say so with --platform and --base-url',
    });
  }
  const platform = known ?? 'github';
  const address = known === undefined ? undefined : addressOf(platform, remote, args.baseUrl);
  const named = args.baseUrl !== undefined;
  const origin = address?.origin ?? remote.origin;
  const credentials = await findCredentials(platform, { ...remote, origin }, { env: io.env, named });
  if (credentials === undefined && !isLocal) {
    throw new DfixError('token', `there is no token for ${remote.host}`, { hint: tokenHint(platform) });
  }
  return { remote, platform, address, credentials };
}

export function cloneTarget(
  target: Target,
  more: { readonly base?: string | undefined; readonly ref?: string },
): Promise<Clone> {
  const { remote, platform, address, credentials } = target;
  const environment =
    credentials === undefined ? {} : gitCredentials(platform, address?.origin ?? remote.origin, credentials);
  const secrets = [credentials?.token, ...Object.values(environment).map((value) => value.split(' ').at(-1))];
  return clone(remote.url, {
    base: more.base,
    ...(more.ref === undefined ? {} : { ref: more.ref }),
    environment,
    secrets: secrets.filter((secret) => secret !== undefined && secret.length > 3) as string[],
  });
}

export function connectTarget(target: Target, io: Io, second: number): Promise<Forge> {
  const { platform, address, credentials } = target;
  const say = (text: string): void => void io.stderr.write(`${text}\n`);
  return connect(platform, { ...address!, ...credentials!, user: credentials!.user, say, second });
}

/** Who commits: as said, else as git is set in this folder. */
export async function findAuthor(args: PrArguments, io: Io): Promise<Author> {
  const own = await authorOf(io.cwd);
  const name = args.authorName ?? own?.name;
  const email = args.authorEmail ?? own?.email;
  if (name !== undefined && email !== undefined) return { name, email };
  throw new DfixError('author', 'git does not know who commits', {
    hint: 'set user.name and user.email, or give --author-name and --author-email',
  });
}
