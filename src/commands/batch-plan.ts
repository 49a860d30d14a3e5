import { createHash } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { BatchRecord } from '../batch/record.js';
import { formatError } from '../errors.js';
import { findDockerfiles } from '../ports/search.js';
import { digestFolder } from '../ports/campaign/repositories.js';
import { reasonLeftAlone } from '../report/outcome.js';
import type { AnyTransform } from '../transform/index.js';
import { planner } from './plan.js';
import { rewriteFile } from './rewrite.js';

export interface PlanSettings {
  readonly transforms: readonly AnyTransform[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** What came of planning one repository. */
export interface RepositoryPlan extends Pick<BatchRecord, 'outcome' | 'reason'> {
  /** A patch that `git apply` takes in the repository; empty when nothing changes. */
  readonly diff: string;
}

/**
 * Plans a repository unless a plan of the same inputs is there. What is wrong with a repository is an outcome, never thrown.
 * @returns undefined where there is one
 */
export async function planUnless(
  isSettled: (inputs: string) => boolean,
  repository: string,
  settings: PlanSettings,
): Promise<(RepositoryPlan & { readonly inputs: string }) | undefined> {
  let inputs = '';
  try {
    inputs = planInputs(repository, settings);
    return isSettled(inputs) ? undefined : { inputs, ...(await planRepository(repository, settings)) };
  } catch (error) {
    return { inputs, ...failed(error) };
  }
}

/** Digest of all that a plan rests on: the repository's files, this dfix, and which transforms run. */
function planInputs(repository: string, { transforms, only, skip }: PlanSettings): string {
  const names = transforms.map(({ meta }) => meta.name);
  const settings = JSON.stringify([packageJson.version, names, only, skip, digestFolder(repository)]);
  return createHash('sha256').update(settings).digest('hex');
}

/** `safe` changes only, since nothing else goes without a proof, and no code of the repository is loaded. */
async function planRepository(repository: string, settings: PlanSettings): Promise<RepositoryPlan> {
  const { transforms, only, skip } = settings;
  const { files, problems } = findDockerfiles([], { cwd: repository });
  if (files.length === 0) {
    const problem = problems.find(({ code }) => code !== 'no-dockerfile');
    if (problem !== undefined) return failed(problem);
    return { outcome: 'skipped', reason: 'no Dockerfile', diff: '' };
  }
  const asked = { config: undefined, only, skip, allow: 'safe', context: undefined, target: undefined } as const;
  const plans = planner(transforms, { ...asked, buildArgs: {}, allowCode: false }, repository);
  const diffs: string[] = [];
  const left: string[] = [];
  for (const { path } of files) {
    const { outcome } = await rewriteFile(path, { planner: plans, cwd: repository, write: false });
    if (outcome.kind === 'error') return failed(outcome.error);
    const reason = reasonLeftAlone(outcome);
    if (reason !== undefined) left.push(`${path}: left alone: ${reason}`);
    else if (outcome.kind === 'done') diffs.push(outcome.diff);
  }
  const diff = diffs.join('');
  if (diff !== '') return { outcome: 'done', reason: left.join('; '), diff };
  return { outcome: 'skipped', reason: left.length === 0 ? 'nothing to change' : left.join('; '), diff };
}

function failed(error: unknown): RepositoryPlan {
  return { outcome: 'failed', reason: formatError(error), diff: '' };
}
