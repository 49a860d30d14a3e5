import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { DockerfileError } from '../dockerfile/index.js';
import { DfixError, formatError, printable } from '../errors.js';
import { fitTitle, pullRequestBody } from '../forge/body.js';
import { branchName } from '../forge/branch.js';
import { type Family, isSemantic, planCommits, subject } from '../forge/commits.js';
import { contentHash } from '../forge/state.js';
import type { PlannedCommit } from '../forge/types.js';
import { recentCommits } from '../ports/recent-commits.js';
import { findDockerfiles, repositoryRoot } from '../ports/search.js';
import type { AnyTransform } from '../transform/index.js';
import { inOrder } from '../transform/order.js';
import type { FixArguments } from './arguments.js';
import type { ExitCode, Io } from './io.js';
import { planner } from './plan.js';
import { type PrFile, readPrFile, together } from './pr-files.js';

/** The command line of `dfix pr [PATH…]`, checked. */
export interface PrArguments extends Omit<FixArguments, 'write' | 'check' | 'format' | 'allow'> {
  readonly json: boolean;
}

/**
 * `dfix pr --dry-run [PATH…]`: prints the branch, the commits, the title and the body of the pull request that the files
 * as they are on disk would make. Nothing is written, pushed or asked. Only `safe` changes: nothing else goes
 * without a proof, and with one just what it holds for.
 */
export async function pr(args: PrArguments, io: Io, transforms: readonly AnyTransform[]): Promise<ExitCode> {
  const root = repositoryRoot(io.cwd);
  if (root === undefined) throw new DfixError('git', 'pr needs a git repository', { file: io.cwd });
  const { files: found, problems } = findDockerfiles(args.paths, { cwd: io.cwd });
  for (const problem of problems) io.stderr.write(`${formatError(problem)}\n`);
  let code: ExitCode = problems.length > 0 ? 2 : 0;
  const plans = planner(transforms, { ...args, allow: 'safe' }, io.cwd);
  const proof = args.proof === undefined ? undefined : resolve(io.cwd, args.proof);
  const files: PrFile[] = [];
  for (const { path } of found) {
    try {
      const file = await readPrFile(path, { root, cwd: io.cwd, planner: plans, proof });
      if (typeof file !== 'string') files.push(file);
      else if (!args.quiet) io.stderr.write(`${printable(`${path}: warning: left alone: ${file}`)}\n`);
    } catch (error) {
      if (!(error instanceof DfixError) && !(error instanceof DockerfileError)) throw error;
      const said =
        error instanceof DfixError
          ? new DfixError(error.code, error.message, { ...error, file: error.file ?? path })
          : new DfixError('syntax', error.message, { file: path, position: error.position });
      io.stderr.write(`${formatError(said)}\n`);
      code = 2;
    }
  }
  if (code === 0 && files.some(({ settled }) => !settled)) code = 1;
  const changed = files.filter(({ told }) => told.changes.length > 0);
  if (changed.length === 0) {
    io.stdout.write(args.json ? 'null\n' : 'nothing to change: no pull request\n');
    return code;
  }
  io.stdout.write(print(await draft(changed, root), args.json));
  return code;
}

interface Draft {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly commits: readonly PlannedCommit[];
  readonly body: string;
}

async function draft(files: readonly PrFile[], root: string): Promise<Draft> {
  const { head, subjects } = await recentCommits(root);
  const semantic = isSemantic(subjects);
  const used = new Set(files.flatMap(({ told }) => told.changes.map(({ transform }) => transform)));
  const known = new Map(files.flatMap((file) => file.transforms.map((one) => [one.meta.name, one] as const)));
  const families: readonly Family[] = inOrder([...known.values()].filter(({ meta }) => used.has(meta.name))).map(
    ({ meta: { name, summary, why } }) => ({ name, summary, why }),
  );
  const before = together(files.map((file) => file.before));
  const after = together(files.map((file) => file.rewrite()));
  const commits = planCommits(before, families, (names) => together(files.map((file) => file.rewrite(names))), {
    semantic,
  });
  const reached = new Map(
    [...before, ...commits.flatMap((commit) => commit.files)].map(({ path, text }) => [path, text]),
  );
  if (contentHash([...reached].map(([path, text]) => ({ path, text }))) !== contentHash(after)) {
    throw new DfixError('internal', 'the commits do not add up to the rewrite');
  }
  const summary = families.length === 1 ? families[0]!.summary : 'Make Docker builds faster and images smaller';
  return {
    branch: branchName(''),
    base: head,
    title: fitTitle(subject(summary, semantic)),
    commits,
    body: pullRequestBody({
      files: files.map(({ told }) => told),
      dropped: [],
      platform: 'github',
      docs: () => undefined,
      state: {
        tool: packageJson.version,
        base: head,
        content: contentHash(after),
        families: families.map(({ name }) => name),
      },
    }),
  };
}

function print(draft: Draft, json: boolean): string {
  if (json) return `${JSON.stringify({ schema: 1, ...draft }, undefined, 2)}\n`;
  const { branch, base, title, commits, body } = draft;
  const lines = commits.map(({ message, files }) => {
    return `  ${message.split('\n')[0]!} (${printable(files.map(({ path }) => path).join(', '))})`;
  });
  return `branch: ${branch}\nbase: ${base}\ncommits:\n${lines.join('\n')}\ntitle: ${title}\n\n${body}`;
}
