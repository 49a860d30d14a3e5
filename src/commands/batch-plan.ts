import { createHash } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import { failedStep, type StepResult, type StepSettings } from '../batch/step.js';
import { Dockerfile } from '../dockerfile/index.js';
import { formatError } from '../errors.js';
import { NO_INPUTS } from '../facts/index.js';
import { findDockerfiles } from '../ports/search.js';
import { digestRepository } from '../ports/campaign/repositories.js';
import { compareCosts } from '../replay/compare-costs.js';
import { NO_TIMINGS, planBuild } from '../replay/index.js';
import { reasonLeftAlone } from '../report/outcome.js';
import type { AnyTransform } from '../transform/index.js';
import type { PlacedStep } from './batch-checkout.js';
import { planner } from './plan.js';
import { planFile } from './rewrite.js';

/**
 * What plans repositories with these transforms. What is wrong with a repository is an outcome, never thrown; a repository
 * whose inputs are those on which it was settled gives undefined.
 */
export function planStep(transforms: readonly AnyTransform[]): (step: PlacedStep) => Promise<StepResult | undefined> {
  return async (step) => {
    const { folder, settings, settled } = step;
    let inputs = '';
    try {
      inputs = planInputs(step, transforms);
      if (inputs === settled) return undefined;
      return { ...(await planRepository(folder, settings, transforms)), inputs };
    } catch (error) {
      return { ...failedStep(formatError(error)), inputs };
    }
  };
}

/** Digest of all that a plan rests on: the repository's files, this dfix, and which transforms run. */
function planInputs({ folder, commit, settings }: PlacedStep, transforms: readonly AnyTransform[]): string {
  const names = transforms.map(({ meta }) => meta.name);
  const { only, skip, allow } = settings;
  const content = commit ?? digestRepository(folder);
  const all = JSON.stringify([packageJson.version, names, only, skip, allow, content]);
  return createHash('sha256').update(all).digest('hex');
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
  const estimate = { before: 0, after: 0 };
  const left: string[] = [];
  for (const { path } of files) {
    const { outcome } = await planFile(path, { planner: plans, cwd: repository });
    if (outcome.kind === 'error') return failedStep(formatError(outcome.error));
    const reason = reasonLeftAlone(outcome);
    if (reason !== undefined) left.push(`${path}: left alone: ${reason}`);
    else if (outcome.kind === 'done' && outcome.diff !== '') {
      diffs.push(outcome.diff);
      const costs = estimatedCosts(outcome.result.input, outcome.result.output);
      estimate.before += costs.before;
      estimate.after += costs.after;
    }
  }
  const diff = diffs.join('');
  if (diff !== '') return { ...ended('done', left.join('; ')), texts: { diff }, estimate };
  return ended('skipped', left.length === 0 ? 'nothing to change' : left.join('; '));
}

function ended(outcome: StepResult['outcome'], reason: string): StepResult {
  return { inputs: '', outcome, reason, texts: {} };
}

/** Seconds when every step runs again with its caches filled, before and after, from stated estimates. */
function estimatedCosts(input: string, output: string): { readonly before: number; readonly after: number } {
  const [before, after] = [input, output].map((text) => planBuild(Dockerfile.parse(text), NO_INPUTS));
  const [old, now] = compareCosts([before!, after!], NO_TIMINGS).map((costs) =>
    [...costs.values()].reduce((sum, { seconds }) => sum + seconds, 0),
  );
  return { before: old!, after: now! };
}
