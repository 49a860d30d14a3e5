import type { Argv } from 'yargs';
import { DfixError } from '../errors.js';
import { isBranchName } from '../forge/branch.js';
import { type Platform, PLATFORMS } from '../forge/types.js';
import type { FixArguments } from './arguments.js';

/** The command line of `dfix pr [URL] [PATH…]`, checked. */
export interface PrArguments extends Omit<FixArguments, 'write' | 'check' | 'format' | 'allow' | 'history'> {
  /** The address of a repository; undefined for the checkout that the command is called in. */
  readonly remote: string | undefined;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly pushOnly: boolean;
  readonly draft: boolean;
  readonly fork: boolean;
  readonly signOff: boolean;
  readonly oneCommit: boolean;
  readonly branch: string | undefined;
  readonly baseBranch: string | undefined;
  readonly platform: Platform | undefined;
  readonly baseUrl: string | undefined;
  readonly authorName: string | undefined;
  readonly authorEmail: string | undefined;
  /** A pull request to review instead of opening one. */
  readonly comment: number | undefined;
}

/** The options of `pr`; names and short forms are those of multi-gitter. */
export function prOptions(command: Argv): Argv {
  const value = { type: 'string', requiresArg: true } as const;
  const flag = { type: 'boolean', default: false } as const;
  return command
    .positional('paths', { type: 'string', array: true, default: [] as string[] })
    .option('dry-run', { ...flag, alias: 'd', describe: 'Print the pull request, and call nothing' })
    .option('push-only', { ...flag, describe: 'Push the branch, and open nothing' })
    .option('draft', { ...flag, describe: 'Open it as a draft' })
    .option('fork', { ...flag, describe: 'Push to a fork of yours, made where there is none' })
    .option('comment', { ...value, describe: 'Instead: suggest changes in the pull request with this number' })
    .option('branch', { ...value, alias: 'B', describe: 'The branch to push; dfix/dockerfile' })
    .option('base-branch', { ...value, describe: 'The branch to merge into; the default one' })
    .option('one-commit', { ...flag, describe: 'One commit, not one a transform' })
    .option('signoff', { ...flag, describe: 'Sign off the commits' })
    .option('author-name', { ...value, describe: 'Who commits; as git is set' })
    .option('author-email', { ...value, describe: 'Who commits; as git is set' })
    .option('platform', { choices: PLATFORMS, alias: 'p', requiresArg: true, describe: 'What the host is' })
    .option('base-url', { ...value, alias: 'g', describe: 'The address of a server of your own' })
    .option('proof', { ...value, describe: 'What verify --save wrote: shown, and what it proves is taken' })
    .option('only', { ...value, describe: 'Run only these transforms' })
    .option('skip', { ...value, describe: 'Leave out these transforms' })
    .option('context', { ...value, describe: 'The folder of the build context' })
    .option('quiet', { ...flag, describe: 'No warnings' });
}

/** What of the command line belongs to `pr` alone. @param given the last value of an option */
export function prOnly(
  given: <T = string>(name: string) => T | undefined,
): Omit<PrArguments, keyof FixArguments | 'remote' | 'json'> {
  const is = (name: string): boolean => given<boolean>(name) === true;
  const comment = given('comment');
  const args = {
    dryRun: is('dry-run'),
    pushOnly: is('push-only'),
    draft: is('draft'),
    fork: is('fork'),
    signOff: is('signoff'),
    oneCommit: is('one-commit'),
    branch: given('branch'),
    baseBranch: given('base-branch'),
    platform: given<Platform>('platform'),
    baseUrl: given('base-url'),
    authorName: identity('author-name', given('author-name')),
    authorEmail: identity('author-email', given('author-email')),
    comment: comment === undefined ? undefined : Number(comment),
  };
  for (const name of [args.branch, args.baseBranch]) {
    if (name !== undefined && !isBranchName(name)) throw new DfixError('usage', `"${name}" is no name of a branch`);
  }
  if (comment !== undefined && !/^[1-9]\d{0,9}$/.test(comment)) {
    throw new DfixError('usage', '--comment takes the number of a pull request');
  }
  if (comment !== undefined && (args.pushOnly || args.draft || args.fork)) {
    throw new DfixError('usage', '--comment reviews a pull request; it pushes and opens nothing');
  }
  if (args.pushOnly && (args.draft || args.fork)) {
    throw new DfixError('usage', `--push-only opens nothing: it excludes ${args.draft ? '--draft' : '--fork'}`);
  }
  return args;
}

function identity(option: string, text: string | undefined): string | undefined {
  if (text === undefined || (text.trim() !== '' && /^[^<>\p{Cc}]*$/u.test(text))) return text?.trim();
  throw new DfixError('usage', `--${option} takes a line without < and >`);
}

/** Whether a word is the address of a repository, not a path. */
export function isRemote(word: string): boolean {
  return /^[a-z][a-z0-9+]*:\/\//i.test(word) || /^[\w.-]+@[\w.-]+:/.test(word);
}
