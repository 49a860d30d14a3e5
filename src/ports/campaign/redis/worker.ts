import { checkStep, type Lane, type Step, type StepResult } from '../../../batch/step.js';
import type { QueueName } from '../../../batch/queues.js';
import type { RedisServer } from './connect.js';
import { PREFIX } from './queue.js';

/** Milliseconds after which a step of a worker that says nothing any more is given to another; it says so all the time. */
const LOCK = 15_000;
/** Milliseconds between looks for such steps. */
const LOOK = 5000;
/** How often a step may end its worker before it is given up. */
const STALLS = 2;

/**
 * Does the steps of queues until it is told to stop; then it ends what it has begun.
 * @param server one that is ready
 * @param lanes those that do the steps of each queue, as many at a time
 */
export async function work(
  server: RedisServer,
  lanes: Readonly<Partial<Record<QueueName, readonly Lane[]>>>,
  signal: AbortSignal,
): Promise<void> {
  const workers = Object.entries(lanes).map(([name, own]) => {
    const free = [...own];
    const worker = new server.bull.Worker(
      name,
      async ({ data }): Promise<StepResult | null> => {
        const step: Step | undefined = checkStep(data);
        if (step === undefined) throw new server.bull.UnrecoverableError('this is a step of another version of dfix');
        const lane = free.pop()!;
        try {
          return (await lane.run(step)) ?? null;
        } finally {
          free.push(lane);
        }
      },
      {
        connection: server.connection,
        prefix: PREFIX,
        concurrency: own.length,
        lockDuration: LOCK,
        stalledInterval: LOOK,
        maxStalledCount: STALLS,
      },
    );
    // The connection tells what is wrong with it.
    return worker.on('error', () => undefined);
  });
  const told = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await told;
  } finally {
    const grace = new Promise<void>((resolve) => setTimeout(resolve, GRACE).unref());
    // Without a server nothing that is at work can be handed in: it is not waited for.
    const isLost = !server.isThere();
    await Promise.race([Promise.all(workers.map((worker) => worker.close(isLost))), grace]);
    for (const lane of Object.values(lanes).flat()) await lane.close();
  }
}

/** Milliseconds for ending: a step that takes longer is given to another worker. */
const GRACE = 10_000;
