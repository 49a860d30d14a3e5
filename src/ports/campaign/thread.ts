import { parentPort, Worker } from 'node:worker_threads';
import { DfixError, messageOf } from '../../errors.js';
import { errnoOf } from '../fs-errors.js';

interface ThreadLimits {
  /** Seconds that one job may take. */
  readonly timeout: number;
  /** Megabytes that the objects of one job may take. */
  readonly memory: number;
  /** Called when a thread has started. */
  readonly started?: () => void;
}

/** A thread that does one job after the other. One that hangs or takes all memory is ended, and the next job gets a new one. */
export interface Thread<Job, Result> {
  /** @throws DfixError when the job took too long, took too much memory, or ended the thread */
  run(job: Job): Promise<Result>;
  close(): Promise<void>;
}

/** Opens a thread that runs a script which calls {@link answer}; it starts with its first job. */
export function openThread<Job, Result>(script: URL, limits: ThreadLimits): Thread<Job, Result> {
  let running: Running | undefined;
  const end = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    await ending?.thread.terminate();
  };
  return {
    async run(job) {
      running ??= start(script, limits);
      try {
        return await answerOf<Result>(running, job, limits);
      } catch (error) {
        await end();
        throw error;
      }
    },
    close: end,
  };
}

interface Running {
  readonly thread: Worker;
  /** What ended it, before it says that it ended. */
  readonly errors: unknown[];
}

/** Megabytes for new objects: more makes a thread larger, not faster. */
const YOUNG = 12;

function start(script: URL, { memory, started }: ThreadLimits): Running {
  const resourceLimits = { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG };
  const thread = new Worker(script, { resourceLimits });
  if (started !== undefined) thread.on('online', started);
  const errors: unknown[] = [];
  thread.on('error', (error) => errors.push(error));
  return { thread, errors };
}

function answerOf<Result>(
  { thread, errors }: Running,
  job: unknown,
  { timeout, memory }: ThreadLimits,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('exit', onExit);
      act();
    };
    const fail = (code: string, message: string): void => settle(() => reject(new DfixError(code, message)));
    const onMessage = (result: Result): void => settle(() => resolve(result));
    const onExit = (): void => {
      const error = errors[0];
      if (errnoOf(error) === 'ERR_WORKER_OUT_OF_MEMORY') fail('memory', `takes more than ${memory} MB of memory`);
      else fail('internal', `ended its thread${error === undefined ? '' : `: ${messageOf(error)}`}`);
    };
    const timer = setTimeout(() => fail('timeout', `takes longer than ${timeout} s`), timeout * 1000);
    thread.on('message', onMessage).on('exit', onExit);
    thread.postMessage(job);
  });
}

/** In a thread: answers each job with what `work` makes of it. An error ends the thread. */
export function answer<Job, Result>(work: (job: Job) => Promise<Result>): void {
  const port = parentPort;
  if (port === null) throw new DfixError('internal', 'is no thread');
  port.on('message', (job: Job) => {
    void work(job).then((result) => port.postMessage(result));
  });
}
