import { DfixError, messageOf } from '../../errors.js';
import { errnoOf } from '../fs-errors.js';
import type { Platform } from '../../forge/types.js';
import { withoutSecrets } from './git-process.js';

/** What every adapter needs to talk to one repository. */
export interface ForgeSettings {
  /** Address of the interface, without a slash at its end. */
  readonly api: string;
  /** Address of the web pages, from which git clones too. */
  readonly origin: string;
  /** `owner/name`, on GitLab perhaps longer. */
  readonly path: string;
  readonly token: string;
  /** For platforms where a token goes with a name. */
  readonly user: string | undefined;
  /** Tells that a call waits, such as for a rate limit. */
  readonly say: (text: string) => void;
  /** Milliseconds that a second of waiting takes; tests have no time. */
  readonly second: number;
}

export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea',
  bitbucket: 'Bitbucket',
};

/** Seconds that a run waits at most for a rate limit to pass. */
export const LONGEST_WAIT = 3600;
/** Milliseconds for one answer. */
const LONGEST_CALL = 60_000;

/** `fetch` that gives up on a server which says nothing. */
export const fetchInTime: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(LONGEST_CALL) });

/** One line about a call that failed, with what the user can do. @param status of HTTP; undefined when no answer came */
function refusal(
  platform: Platform,
  { path, token }: ForgeSettings,
  status: number | undefined,
  error: unknown,
): DfixError {
  const name = PLATFORM_NAMES[platform];
  const said = withoutSecrets(saidBy(error), [token]);
  if (status === undefined) return new DfixError('network', `${name} cannot be reached: ${said}`);
  if (status === 401) {
    return new DfixError('token', `${name} does not accept the token: ${said}`, {
      hint: 'it may have expired; make a new one',
    });
  }
  if (/rate limit/i.test(said) || status === 429) {
    return new DfixError('rate-limit', `${name} asks to wait: ${said}`, { hint: 'run again later' });
  }
  if (status === 403) {
    const hint = /not permitted to create/i.test(said)
      ? 'in the settings of the repository under Actions, allow GitHub Actions to create pull requests'
      : 'the token needs the right to write contents and pull requests; --fork goes over a fork of yours';
    return new DfixError('permission', `${name} refuses: ${said}`, { hint });
  }
  if (status === 404) {
    return new DfixError('missing', `${name} knows no ${path}, or the token may not see it: ${said}`, {
      hint: 'check the address, and what the token may read',
    });
  }
  return new DfixError('platform', `${name} answered ${status}: ${said}`);
}

/** Runs calls so that whatever goes wrong is told as one line. @param statusOf the status of an error's answer */
export function refusing(
  platform: Platform,
  settings: ForgeSettings,
  statusOf: (error: unknown) => number | undefined,
): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof DfixError ? error : refusal(platform, settings, statusOf(error), error);
    }
  };
}

/** What a call that got no answer fails with says why in its cause; of several tries only by a code. */
function saidBy(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  const said = messageOf(cause ?? error) || (errnoOf(cause) ?? messageOf(error));
  return said.split('\n')[0]!.slice(0, 500);
}
