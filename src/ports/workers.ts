import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** How many threads this machine runs beside one another. */
export const cores = availableParallelism;

/** What comes of one item. */
export type Answer<R> = { readonly result: R } | { readonly failure: string };

/** Threads that work on items, several beside one another. */
export interface Workers<T, R> {
  /**
   * What comes of an item; a thread that comes to grief costs the item that it was at, and another takes its place.
   * @param make gives the item, at the moment when it is sent to a thread
   * @param first before all that wait
   */
  run(make: () => T, first?: boolean): Promise<Answer<R>>;
  /** Says something to every thread, which hears it before the items that are sent from now on. */
  tell(news: unknown): void;
  close(): void;
}

/** To a thread: an item, or news. */
type Message<T> = { readonly item: T } | { readonly news: unknown };

interface Task<T, R> {
  readonly make: () => T;
  readonly resolve: (answer: Answer<R>) => void;
}

/** Megabytes for the new objects of a thread: more makes it larger, not faster. */
const YOUNG = 24;

/** Items that a thread has: while it is at one, the next one waits for it, and not it for the next one. */
const SENT = 2;

export interface WorkerLimits {
  /** How many threads work beside one another. */
  readonly jobs: number;
  /** Called when a thread has started. */
  readonly started?: (() => void) | undefined;
}

/**
 * Opens threads that run a script which calls {@link serve}; each starts when there is work for it.
 * @param data what every thread is told at its start
 */
export function openWorkers<T, R>(script: URL, data: unknown, { jobs, started }: WorkerLimits): Workers<T, R> {
  const waiting: Task<T, R>[] = [];
  const lanes = new Set<{ readonly worker: Worker; readonly tasks: Task<T, R>[] }>();
  let closed = false;

  const start = (): void => {
    const worker = new Worker(script, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
    const lane = { worker, tasks: [] as Task<T, R>[] };
    let failure = 'the thread ended';
    if (started !== undefined) worker.on('online', started);
    lanes.add(lane);
    worker.on('message', (result: R) => {
      lane.tasks.shift()?.resolve({ result });
      hand();
    });
    worker.on('error', (error) => (failure = error.message));
    worker.on('exit', () => {
      lanes.delete(lane);
      const [lost, ...others] = lane.tasks;
      waiting.unshift(...others);
      lost?.resolve({ failure });
      hand();
    });
  };
  /** Gives what waits to the threads that have least. */
  const hand = (): void => {
    while (!closed && waiting.length > 0) {
      const idlest = [...lanes].reduce<number>((least, { tasks }) => Math.min(least, tasks.length), SENT);
      if (idlest > 0 && lanes.size < jobs) start();
      const lane = [...lanes].find(({ tasks }) => tasks.length < SENT && tasks.length <= idlest);
      if (lane === undefined) return;
      const task = waiting.shift()!;
      lane.tasks.push(task);
      lane.worker.postMessage({ item: task.make() } satisfies Message<T>);
    }
  };
  return {
    run: (make, first = false) =>
      new Promise((resolve) => {
        if (first) waiting.unshift({ make, resolve });
        else waiting.push({ make, resolve });
        hand();
      }),
    tell: (news) => {
      for (const { worker } of lanes) worker.postMessage({ news } satisfies Message<T>);
    },
    close: () => {
      closed = true;
      for (const { worker } of lanes) void worker.terminate();
    },
  };
}

/** For each thread, items that may be done before the one whose answer is due. */
const AHEAD = 16;

/** What comes of items, in their order; not all of it is in memory at once. */
export async function* inOrder<I, R>(
  items: readonly I[],
  jobs: number,
  run: (item: I) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const begun: Promise<R>[] = [];
  let next = 0;
  for (let due = 0; due < items.length; due++) {
    for (const end = Math.min(items.length, next + jobs * AHEAD - begun.length); next < end; next++) {
      begun.push(run(items[next]!));
    }
    yield await begun.shift()!;
  }
}

/** What a thread does. */
export interface Service<T, R> {
  answer(item: T): Promise<R>;
  hear?(news: never): void;
}

/** In a thread of {@link openWorkers}: does what comes, one after the other. */
export function serve<D, T, R>(make: (data: D) => Service<T, R>): void {
  if (isMainThread || parentPort === null) throw new Error('this module runs in a thread of dfix');
  const port = parentPort;
  const service = make(workerData as D);
  let last = Promise.resolve();
  port.on('message', (message: Message<T>) => {
    // What the work rejects with ends the thread, which the other side hears of.
    last = last.then(async () => {
      if ('item' in message) port.postMessage(await service.answer(message.item));
      else service.hear?.(message.news as never);
    });
  });
}
