import { failedStep, type Lane, type Step, type StepResult } from '../batch/step.js';
import { formatError } from '../errors.js';
import type { Io } from './io.js';
import { isRemote } from './pr-arguments.js';
import { cloneTarget, findTarget } from './pr-target.js';

/** A step in a folder of this machine. */
export interface PlacedStep extends Step {
  /** The repository's work tree. */
  readonly folder: string;
  /** The commit that was cloned for it; undefined for a folder of the user's. */
  readonly commit?: string | undefined;
}

/** A lane whose steps need a work tree: a repository with an address is cloned for the step, and the clone is removed. */
export function inWorkTree(
  io: Io,
  lane: { run(step: PlacedStep): Promise<StepResult | undefined>; close(): Promise<void> },
): Lane {
  return {
    async run(step) {
      if (!isRemote(step.repository)) return lane.run({ ...step, folder: step.repository });
      const cloned = await cloneOf(step, io).catch((error: unknown) => failedStep(formatError(error)));
      if ('outcome' in cloned) return cloned;
      try {
        return await lane.run({ ...step, folder: cloned.folder, commit: cloned.base.sha });
      } finally {
        await cloned.close();
      }
    },
    close: () => lane.close(),
  };
}

async function cloneOf({ repository, settings }: Step, io: Io) {
  const { platform, baseUrl } = settings;
  const args = { remote: repository, platform, baseUrl, pushOnly: true, dryRun: true };
  return cloneTarget(await findTarget(args, undefined, io), {});
}
