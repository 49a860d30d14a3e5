import { resolve } from 'node:path';
import { DfixError, printable } from '../errors.js';
import { branchName } from '../forge/branch.js';
import type { Author } from '../forge/port.js';
import { type Outcome, publish, type Published, type Wanted } from '../forge/publish.js';
import type { Platform } from '../forge/types.js';
import { readDockerfile } from '../ports/files.js';
import { headOf } from '../ports/forge/checkout.js';
import { recentCommits } from '../ports/recent-commits.js';
import { repositoryRoot } from '../ports/search.js';
import type { AnyTransform } from '../transform/index.js';
import type { ExitCode, Io } from './io.js';
import type { PrArguments } from './pr-arguments.js';
import { draftPull } from './pr-draft.js';
import { inClone, type Plans, prPlanner, type Tree } from './pr-plan.js';
import { cloneTarget, connectTarget, findAuthor, findTarget } from './pr-target.js';

/**
 * `dfix pr [URL] [PATH…]`: the rewrite as a pull request, opened or brought to where it should be. It works on a clone of
 * the base branch in a temporary folder, never in the checkout. With `--dry-run` nothing is pushed or asked; in a checkout
 * the files as they are on disk are looked at then. Only `safe` changes go without a proof.
 * @param second milliseconds that a second of waiting for the platform takes
 */
export async function pr(
  args: PrArguments,
  io: Io,
  transforms: readonly AnyTransform[],
  second = 1000,
): Promise<ExitCode> {
  const root = args.remote === undefined ? checkoutOf(io) : undefined;
  const saved = args.proof === undefined ? undefined : resolve(io.cwd, args.proof);
  const proof = saved === undefined ? undefined : { file: saved, text: readDockerfile(saved).text };
  if (args.dryRun && root !== undefined && args.comment === undefined) {
    const tree: Tree = { root, cwd: io.cwd, proof, built: undefined, allowCode: args.allowCode !== false };
    const { head, subjects } = await recentCommits(root);
    const plans = await prPlanner(args, tree, io, transforms)([]);
    const setting = { base: head, subjects, platform: args.platform ?? 'github', dropped: [] as string[] };
    return print(args, io, head, plans, await draft(args, io, plans, setting));
  }
  // A review is read from the platform, also by a dry run.
  const needs = args.comment === undefined ? args : { ...args, dryRun: false };
  const target = await findTarget(needs, root, io);
  if (args.comment !== undefined) {
    const { comment } = await import('./pr-comment.js');
    return comment({ ...args, comment: args.comment }, target, io, transforms, second);
  }
  const clone = await cloneTarget(target, { base: args.baseBranch });
  try {
    const here = root === undefined ? { ...args, cwd: clone.folder } : inClone(args, root, io.cwd, clone.folder);
    const isBuilt = root !== undefined && (await headOf(root)) === clone.base.sha;
    const built = isBuilt ? root : undefined;
    const tree: Tree = {
      root: clone.folder,
      cwd: here.cwd,
      proof,
      built,
      allowCode: root !== undefined && args.allowCode !== false,
    };
    const plan = prPlanner(here, tree, io, transforms);
    const setting = { base: clone.base.sha, subjects: clone.subjects, platform: target.platform };
    if (args.dryRun) {
      const plans = await plan([]);
      return print(args, io, clone.base.sha, plans, await draft(args, io, plans, { ...setting, dropped: [] }));
    }
    const author = await findAuthor(args, io);
    const forge = args.pushOnly ? undefined : await connectTarget(target, io, second);
    let code: ExitCode = 0;
    const done = await publish({
      ...{ clone, forge, author, draft: args.draft, branch: args.branch ?? branchName('') },
      fork: args.fork ? await forge!.fork() : undefined,
      plan: async (dropped) => {
        const plans = await plan(dropped);
        code = plans.code;
        if (plans.files.length > 0) return draft(args, io, plans, { ...setting, dropped }, author);
        // What could not be looked at does not make a pull request obsolete.
        if (code === 0 || plans.isEmpty) return undefined;
        throw new DfixError('pr', 'nothing was changed, since not all could be looked at');
      },
    });
    tell(done, args, io);
    return code;
  } finally {
    await clone.close();
  }
}

function checkoutOf(io: Io): string {
  const root = repositoryRoot(io.cwd);
  if (root !== undefined) return root;
  throw new DfixError('git', 'pr needs a git repository', { file: io.cwd, hint: 'or give its address' });
}

interface Setting {
  readonly base: string;
  readonly subjects: readonly string[];
  readonly platform: Platform;
  readonly dropped: readonly string[];
}

async function draft(args: PrArguments, io: Io, plans: Plans, setting: Setting, known?: Author) {
  if (plans.files.length === 0) return undefined;
  const author = args.signOff ? (known ?? (await findAuthor(args, io))) : undefined;
  const signOff = author && `${author.name} <${author.email}>`;
  return draftPull(plans.files, { ...setting, signOff, oneCommit: args.oneCommit });
}

function print(args: PrArguments, io: Io, base: string, { code }: Plans, wanted: Wanted | undefined): ExitCode {
  if (wanted === undefined) {
    io.stdout.write(args.json ? 'null\n' : 'nothing to change: no pull request\n');
    return code;
  }
  const branch = args.branch ?? branchName('');
  if (args.json) {
    io.stdout.write(`${JSON.stringify({ schema: 1, branch, base, ...wanted }, undefined, 2)}\n`);
    return code;
  }
  const lines = wanted.commits.map(({ message, files }) => {
    return `  ${message.split('\n')[0]!} (${printable(files.map(({ path }) => path).join(', '))})`;
  });
  const head = `branch: ${branch}\nbase: ${base}\ncommits:\n${lines.join('\n')}\ntitle: ${wanted.title}`;
  io.stdout.write(`${head}\n\n${wanted.body}`);
  return code;
}

const SAID: Readonly<Record<Outcome, string>> = {
  opened: 'opened',
  updated: 'brought up to date',
  unchanged: 'up to date already',
  closed: 'closed, as nothing is left to change',
  pushed: 'the branch is pushed',
  'no changes': 'nothing to change: no pull request',
  'closed by a person': 'left alone: somebody closed the pull request',
  'hands off': 'left alone: somebody else has committed to the branch; --branch names another one',
};

function tell({ outcome, pull }: Published, args: PrArguments, io: Io): void {
  if (args.json) {
    const branch = args.branch ?? branchName('');
    io.stdout.write(`${JSON.stringify({ schema: 1, outcome, branch, pull: pull ?? null }, undefined, 2)}\n`);
  } else io.stdout.write(printable(`${SAID[outcome]}${pull === undefined ? '' : `: ${pull.url}`}`) + '\n');
}
