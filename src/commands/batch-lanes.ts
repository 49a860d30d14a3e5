import type { QueueName } from '../batch/queues.js';
import { failedStep, type Lane, type Step, type StepResult } from '../batch/step.js';
import { DfixError, formatError } from '../errors.js';
import { cores, openThread } from '../ports/campaign/thread.js';
import type { AnyTransform } from '../transform/index.js';
import { childLane } from './batch-children.js';
import { planStep } from './batch-plan.js';

/** What steps are done with. */
export interface BatchTools {
  /** Undefined: those of dfix, in threads of their own. */
  readonly transforms: readonly AnyTransform[] | undefined;
  /** Where dfix is installed. */
  readonly root: URL;
}

export interface LaneSettings extends BatchTools {
  /** How many repositories are planned beside one another; one for each core when undefined. */
  readonly concurrent: number | undefined;
  /** How many are built beside one another; one when undefined. */
  readonly buildConcurrent: number | undefined;
  /** Seconds for one step; undefined: as long as is usual for its phase. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
}

/** Megabytes for the objects of a plan. */
const MEMORY = 512;
/** Seconds that a plan, the builds of a repository and talking to a platform may take. */
const TIMEOUTS: Readonly<Record<QueueName, number>> = { plan: 60, verify: 3600, publish: 300 };

/** The lanes of a queue, as many as may work beside one another. */
export function lanesOf(queue: QueueName, settings: LaneSettings): readonly Lane[] {
  const { concurrent, buildConcurrent, root, signal } = settings;
  const timeout = settings.timeout ?? TIMEOUTS[queue];
  const count = queue === 'verify' ? (buildConcurrent ?? 1) : (concurrent ?? (queue === 'plan' ? cores() : 1));
  const child = childLane({ root, timeout, signal });
  return Array.from({ length: settings.transforms === undefined ? count : 1 }, () => {
    if (queue !== 'plan') return child;
    const plan = planLane(settings, timeout);
    return { run: (step) => (step.phase === 'plan' ? plan : child).run(step), close: plan.close };
  });
}

function planLane({ transforms, root, signal }: LaneSettings, timeout: number): Lane {
  if (transforms !== undefined) return { run: planStep(transforms), close: () => Promise.resolve() };
  const script = new URL('dist/commands/batch-thread.js', root);
  const thread = openThread<Step, StepResult | undefined>(script, { timeout, memory: MEMORY });
  return {
    async run(step) {
      if (signal.aborted) throw new DfixError('interrupted', 'interrupted; run it again to go on');
      return thread.run(step).catch((error: unknown) => failedStep(formatError(error)));
    },
    close: () => thread.close(),
  };
}
