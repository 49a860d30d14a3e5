import type { QueueName } from '../batch/queues.js';
import { failedStep, type Lane, type StepResult } from '../batch/step.js';
import { formatError } from '../errors.js';
import { openThread } from '../ports/campaign/thread.js';
import { cores } from '../ports/workers.js';
import type { AnyTransform } from '../transform/index.js';
import { inWorkTree, type PlacedStep } from './batch-checkout.js';
import { childLane } from './batch-children.js';
import { planStep } from './batch-plan.js';
import { pullLane } from './batch-pulls.js';
import type { Io } from './io.js';
import { isRemote } from './pr-arguments.js';

/** What steps are done with. */
export interface BatchTools {
  /** Undefined: those of dfix, in threads of their own. */
  readonly transforms: readonly AnyTransform[] | undefined;
  /** Where dfix is installed. */
  readonly root: URL;
}

interface LaneSettings extends BatchTools {
  /** How many repositories are planned beside one another; one for each core when undefined. */
  readonly concurrent: number | undefined;
  /** How many are built beside one another; one when undefined. */
  readonly buildConcurrent: number | undefined;
  /** Seconds for one step; undefined: as long as is usual for its phase. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  readonly io: Io;
}

/** Megabytes for the objects of a plan. */
const MEMORY = 512;
/** Seconds that a plan, the builds of a repository and talking to a platform may take. */
const TIMEOUTS: Readonly<Record<QueueName, number>> = { plan: 60, verify: 3600, publish: 300 };

/** The lanes of a queue, as many as may work beside one another. */
export function lanesOf(queue: QueueName, settings: LaneSettings): readonly Lane[] {
  const { concurrent, buildConcurrent, root, signal, io, transforms } = settings;
  const timeout = settings.timeout ?? TIMEOUTS[queue];
  const count = queue === 'verify' ? (buildConcurrent ?? 1) : (concurrent ?? (queue === 'plan' ? cores() : 1));
  const child = childLane({ root, timeout, signal });
  const pulls = pullLane(io);
  return Array.from({ length: queue === 'plan' && transforms !== undefined ? 1 : count }, (): Lane => {
    const plan = queue === 'plan' ? inWorkTree(io, planLane(settings, timeout)) : undefined;
    const verify = inWorkTree(io, child);
    return {
      run: (step) => {
        if (step.phase === 'plan') return plan!.run(step);
        if (step.phase === 'verify') return verify.run(step);
        const isUrl = isRemote(step.repository);
        // What is about an address needs no folder of its own.
        const folder = isUrl ? io.cwd : step.repository;
        return step.phase === 'preview' || step.phase === 'publish' ? child.run({ ...step, folder }) : pulls.run(step);
      },
      close: () => plan?.close() ?? Promise.resolve(),
    };
  });
}

function planLane({ transforms, root, io }: LaneSettings, timeout: number) {
  if (transforms !== undefined) return { run: planStep(transforms), close: () => Promise.resolve() };
  const script = new URL('dist/commands/batch-thread.js', root);
  const thread = openThread<PlacedStep, StepResult | undefined>(script, {
    timeout,
    memory: MEMORY,
    started: () => io.beforeLongRun?.(true),
  });
  return {
    run: (step: PlacedStep) => thread.run(step).catch((error: unknown) => failedStep(formatError(error))),
    close: () => thread.close(),
  };
}
