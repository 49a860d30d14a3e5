import { createHash } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import { failedStep, type Step, type StepResult, type StepSettings } from '../batch/step.js';
import { formatError } from '../errors.js';
import { findDockerfiles } from '../ports/search.js';
import { digestFolder } from '../ports/campaign/repositories.js';
import { reasonLeftAlone } from '../report/outcome.js';
import type { AnyTransform } from '../transform/index.js';
import { planner } from './plan.js';
import { rewriteFile } from './rewrite.js';

/**
 * What plans repositories with these transforms. What is wrong with a repository is an outcome, never thrown; a repository
 * whose inputs are those on which it was settled gives undefined.
 */
export function planStep(transforms: readonly AnyTransform[]): (step: Step) => Promise<StepResult | undefined> {
  return async ({ repository, settings, settled }) => {
    let inputs = '';
    try {
      inputs = planInputs(repository, settings, transforms);
      if (inputs === settled) return undefined;
      return { ...(await planRepository(repository, settings, transforms)), inputs };
    } catch (error) {
      return { ...failedStep(formatError(error)), inputs };
    }
  };
}

/** Digest of all that a plan rests on: the repository's files, this dfix, and which transforms run. */
function planInputs(
  repository: string,
  { only, skip, allow }: StepSettings,
  transforms: readonly AnyTransform[],
): string {
  const names = transforms.map(({ meta }) => meta.name);
  const settings = JSON.stringify([packageJson.version, names, only, skip, allow, digestFolder(repository)]);
  return createHash('sha256').update(settings).digest('hex');
}

/** No code of the repository is loaded. */
async function planRepository(
  repository: string,
  { only, skip, allow }: StepSettings,
  transforms: readonly AnyTransform[],
): Promise<StepResult> {
  const { files, problems } = findDockerfiles([], { cwd: repository });
  if (files.length === 0) {
    const problem = problems.find(({ code }) => code !== 'no-dockerfile');
    if (problem !== undefined) return failedStep(formatError(problem));
    return ended('skipped', 'no Dockerfile');
  }
  const asked = { config: undefined, only, skip, allow, context: undefined, target: undefined } as const;
  const plans = planner(transforms, { ...asked, buildArgs: {}, allowCode: false }, repository);
  const diffs: string[] = [];
  const left: string[] = [];
  for (const { path } of files) {
    const { outcome } = await rewriteFile(path, { planner: plans, cwd: repository, write: false });
    if (outcome.kind === 'error') return failedStep(formatError(outcome.error));
    const reason = reasonLeftAlone(outcome);
    if (reason !== undefined) left.push(`${path}: left alone: ${reason}`);
    else if (outcome.kind === 'done') diffs.push(outcome.diff);
  }
  const diff = diffs.join('');
  if (diff !== '') return { ...ended('done', left.join('; ')), texts: { diff } };
  return ended('skipped', left.length === 0 ? 'nothing to change' : left.join('; '));
}

function ended(outcome: StepResult['outcome'], reason: string): StepResult {
  return { inputs: '', outcome, reason, texts: {} };
}
