import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import { type StepQueue, stopped, type StepWatcher } from '../../../batch/queue.js';
import type { Rate } from '../../../batch/queues.js';
import { digestOf, failedStep, type Step, type StepResult } from '../../../batch/step.js';
import { fileName } from '../file-name.js';
import { type RedisServer } from './connect.js';

/** Names of the queues, before the name of what they are for. */
export const PREFIX = 'dfix';

interface RedisQueueSettings {
  readonly name: string;
  /** Tells this campaign's steps from those of others. */
  readonly campaign: string;
  readonly rate: Rate | undefined;
  readonly signal: AbortSignal;
}

/** Steps that may be in Redis at a time: what it holds does not grow with the campaign. */
const WINDOW = 1000;
/** Milliseconds between looks for outcomes. */
const LOOK = 200;
/** Milliseconds without any outcome before it is made sure that the steps are still there. */
const QUIET = 5000;

/**
 * A queue on Redis: puts steps into it and takes the outcomes out, while workers do them. What an earlier run put there
 * and did not take is taken now; what Redis lost is put there again.
 */
export function redisQueue(server: RedisServer, settings: RedisQueueSettings): StepQueue {
  let queue: Queue | undefined;
  return {
    async run(steps, watcher) {
      await orStopped(server.ready, settings.signal);
      queue = new server.bull.Queue(settings.name, {
        connection: server.connection,
        prefix: PREFIX,
        // Events hold outcomes; nobody reads them here.
        streams: { events: { maxLen: 100 } },
      });
      // The connection tells what is wrong with it.
      queue.on('error', () => undefined);
      await orStopped(run(queue, settings, steps, watcher), settings.signal);
    },
    async close() {
      // First, so that nothing waits for a server that is gone.
      await server.close();
      await queue?.close();
    },
  };
}

async function run(
  queue: Queue,
  { campaign, rate, signal }: RedisQueueSettings,
  steps: Iterable<Step>,
  watcher: StepWatcher,
): Promise<void> {
  if (rate === undefined) await queue.removeGlobalRateLimit();
  else await queue.setGlobalRateLimit(rate.count, rate.milliseconds);
  const rest = steps[Symbol.iterator]();
  const open = new Map<string, Step>();
  let isMore = true;
  let heard = Date.now();
  while (isMore || open.size > 0) {
    if (signal.aborted) throw stopped();
    const added: string[] = [];
    while (isMore && open.size < WINDOW) {
      const next = rest.next();
      if (next.done === true) isMore = false;
      else {
        const id = jobId(campaign, next.value);
        open.set(id, next.value);
        added.push(id);
      }
    }
    await put(queue, open, added);
    for (const id of await queue.getRanges(['active'], 0, 99)) if (open.has(id)) watcher.begun(open.get(id)!);
    const ended = (await queue.getRanges(['completed', 'failed'], 0, -1)).filter((id) => open.has(id));
    for (let at = 0; at < ended.length; at += BULK) {
      const ids = ended.slice(at, at + BULK);
      const goesOn = await Promise.all(ids.map((id) => take(queue, id, open, watcher)));
      if (goesOn.includes(false)) return drop(queue, campaign);
    }
    if (ended.length > 0) heard = Date.now();
    else {
      await sleep(LOOK);
      if (Date.now() - heard > QUIET) {
        await put(queue, open, [...open.keys()]);
        heard = Date.now();
      }
    }
  }
  await drop(queue, campaign);
}

/** Milliseconds for ending by itself. */
const GRACE = 1000;

/** Settles as a promise does; when it was stopped, soon: what waits for Redis may wait for ever. */
function orStopped<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void setTimeout(() => reject(stopped()), GRACE);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    void waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const BULK = 100;
/** A step that throws is tried three times; a result, also a bad one, is not. */
const TRIES = { attempts: 3, backoff: { type: 'exponential', delay: 1000 } } as const;

/** Puts steps into the queue; those that are there already stay as they are. */
async function put(queue: Queue, open: ReadonlyMap<string, Step>, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += BULK) {
    const jobs = ids.slice(at, at + BULK).map((id) => {
      return { name: open.get(id)!.phase, data: open.get(id)!, opts: { jobId: id, ...TRIES } };
    });
    await queue.addBulk(jobs);
  }
}

/** Takes one outcome: it leaves Redis when the ledger has it. @returns false to begin no other step */
async function take(queue: Queue, id: string, open: Map<string, Step>, watcher: StepWatcher): Promise<boolean> {
  const job = (await queue.getJob(id)) as Job<Step, StepResult | null> | undefined;
  // Lost by Redis since: it is put there again.
  if (job === undefined) return true;
  const step = open.get(id)!;
  const goesOn = await watcher.ended(step, await resultOf(job));
  open.delete(id);
  await job.remove();
  return goesOn;
}

async function resultOf(job: Job<Step, StepResult | null>): Promise<StepResult | undefined> {
  const { failedReason, returnvalue } = job;
  // The reason stays when a later try came to a result.
  if (failedReason === undefined || !(await job.isFailed())) return returnvalue ?? undefined;
  const isStalled = failedReason.includes('stalled more than allowable limit');
  return failedStep(isStalled ? 'ended its worker, again and again' : failedReason.split('\n', 1)[0]!);
}

/** Takes away what this campaign has left: steps of a run that was stopped and is not wanted any more. */
async function drop(queue: Queue, campaign: string): Promise<void> {
  const ids = await queue.getRanges(['waiting', 'delayed', 'prioritized', 'completed', 'failed'], 0, -1);
  for (const id of ids) if (id.startsWith(`${campaign}__`)) await queue.remove(id);
}

/** By content, so that the same work is there once; without `:`, which bullmq keeps for itself. */
function jobId(campaign: string, step: Step): string {
  return `${campaign}__${fileName(step.repository)}__${step.phase}__${digestOf(step).slice(0, 32)}`;
}
