import { QUEUES } from '../batch/queues.js';
import { printable } from '../errors.js';
import { onInterrupt } from '../ports/engine/interrupt.js';
import { type BatchTools, lanesOf } from './batch-lanes.js';
import type { ExitCode, Io } from './io.js';

/** The command line of `dfix worker`, checked. */
export interface WorkerArguments {
  readonly queue: string;
  readonly concurrent: number | undefined;
  readonly buildConcurrent: number | undefined;
  readonly timeout: number | undefined;
}

/** `dfix worker --queue redis://…`: does the steps of whatever campaigns use the queue, until it is told to stop. */
export async function worker(args: WorkerArguments, io: Io, tools: BatchTools): Promise<ExitCode> {
  const { redisServer, work } = await import('../ports/campaign/redis/index.js');
  const say = (text: string): void => void io.stderr.write(`${printable(text)}\n`);
  const server = await redisServer({ url: args.queue, password: io.env['DFIX_QUEUE_PASSWORD'], say });
  const interrupt = onInterrupt('ends');
  // Builds are ended only when the process is: what was begun is not lost by a polite stop.
  const hard = new AbortController();
  const lanes = QUEUES.map((name) => [name, lanesOf(name, { ...args, ...tools, io, signal: hard.signal })] as const);
  try {
    const { signal } = interrupt;
    await Promise.race([server.ready, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    if (signal.aborted) return 0;
    say(`works on ${server.shown}`);
    await work(server, Object.fromEntries(lanes), signal);
  } finally {
    hard.abort();
    await server.close();
    interrupt.release();
  }
  return 0;
}
