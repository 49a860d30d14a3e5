import { branchName } from '../forge/branch.js';
import type { Forge, Pull } from '../forge/port.js';
import { failedStep, inputsOf, type Lane, type Step, type StepResult } from '../batch/step.js';
import { formatError } from '../errors.js';
import type { Io } from './io.js';
import { isRemote } from './pr-arguments.js';
import { connectTarget, findTarget } from './pr-target.js';

/** The phases that are about a pull request which is there. */
type PullPhase = 'status' | 'merge' | 'close';

/** A lane of steps that ask the platform about a pull request, merge it or close it. */
export function pullLane(io: Io, second = 1000): Lane {
  return {
    async run(step) {
      const inputs = inputsOf(step);
      try {
        return { ...(await runStep(step, io, second)), inputs, texts: {} };
      } catch (error) {
        return { ...failedStep(formatError(error)), inputs };
      }
    },
    close: () => Promise.resolve(),
  };
}

type Told = Pick<StepResult, 'outcome' | 'reason'>;

async function runStep({ repository, phase, settings }: Step, io: Io, second: number): Promise<Told> {
  const isUrl = isRemote(repository);
  const here = { ...io, cwd: isUrl ? io.cwd : repository };
  const asked = { remote: isUrl ? repository : undefined, ...settings };
  const { remote, platform, baseUrl } = { platform: undefined, baseUrl: undefined, ...asked };
  const target = await findTarget(
    { remote, platform, baseUrl, pushOnly: false, dryRun: false },
    isUrl ? undefined : repository,
    here,
  );
  const forge = await connectTarget(target, here, second);
  const pulls = await forge.pulls(branchName(''), undefined);
  const pull = pulls.find(({ state }) => state === 'open') ?? pulls.at(-1);
  if (pull === undefined) return { outcome: 'skipped', reason: 'no pull request' };
  return ACTS[phase as PullPhase](pull, forge);
}

const ACTS: Readonly<Record<PullPhase, (pull: Pull, forge: Forge) => Promise<Told>>> = {
  status: ({ state, url }) => Promise.resolve({ outcome: 'done', reason: `${state}: ${url}` }),
  async merge(pull, forge) {
    if (pull.state === 'closed') return { outcome: 'skipped', reason: `closed: ${pull.url}` };
    if (pull.state === 'open' && pull.draft) return { outcome: 'skipped', reason: `a draft: ${pull.url}` };
    if (pull.state === 'open') await forge.merge(pull);
    return { outcome: 'done', reason: `merged: ${pull.url}` };
  },
  async close(pull, forge) {
    if (pull.state === 'merged') return { outcome: 'skipped', reason: `merged: ${pull.url}` };
    if (pull.state === 'open') {
      await forge.comment(pull.number, 'The campaign that this pull request belongs to was ended, so dfix closes it.');
      await forge.edit(pull, { close: true });
    }
    return { outcome: 'done', reason: `closed: ${pull.url}` };
  },
};
