import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.js';

/** How many threads this machine runs beside one another. */
export const cores = availableParallelism;

/** What comes of one item. */
export type Answer<R> = { readonly result: R } | { readonly failure: string };

/** Threads that work on items, this one among them, several beside one another. */
export interface Workers<T, R> {
  /**
   * What comes of an item; another thread that comes to grief costs the item that it was at, and one more takes its place.
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

/** Items that another thread has: this one hands out nothing while it is at an item of its own. */
const SENT = 4;

interface Lane<T, R> {
  readonly tasks: Task<T, R>[];
  /** How many items it has at most. */
  readonly room: number;
  post(message: Message<T>): void;
  close(): void;
}

export interface WorkerLimits {
  /** How many threads work beside one another, this one included. */
  readonly jobs: number;
  /** Called when a thread has started. */
  readonly started?: (() => void) | undefined;
}

/** How other threads do what this one does. */
interface Others<D> {
  /** Calls {@link serve}. */
  readonly script: URL;
  /** What each is told at its start. */
  readonly data: D;
}

/** Opens threads beside this one; each starts when there is work for it. */
export function openWorkers<D, T, R>(
  service: Service<T, R>,
  { script, data }: Others<D>,
  { jobs, started }: WorkerLimits,
): Workers<T, R> {
  const waiting: Task<T, R>[] = [];
  const lanes = new Set<Lane<T, R>>();
  let closed = false;

  const here = (): void => {
    const lane: Lane<T, R> = {
      tasks: [],
      room: 1,
      post: inTurn(service, answered, setImmediate),
      close: () => undefined,
    };
    function answered(answer: Answer<R>): void {
      lane.tasks.shift()?.resolve(answer);
      hand();
    }
    lanes.add(lane);
  };
  const start = (): void => {
    const worker = new Worker(script, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
    const lane: Lane<T, R> = {
      tasks: [],
      room: SENT,
      post: (message) => worker.postMessage(message),
      close: () => void worker.terminate(),
    };
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
      const isIdle = [...lanes].some(({ tasks }) => tasks.length === 0);
      if (!isIdle && lanes.size < jobs) start();
      const [lane] = [...lanes]
        .filter(({ tasks, room }) => tasks.length < room)
        .sort((a, b) => a.tasks.length - b.tasks.length);
      if (lane === undefined) return;
      const task = waiting.shift()!;
      lane.tasks.push(task);
      lane.post({ item: task.make() });
    }
  };
  here();
  return {
    run: (make, first = false) =>
      new Promise((resolve) => {
        if (first) waiting.unshift({ make, resolve });
        else waiting.push({ make, resolve });
        hand();
      }),
    tell: (news) => {
      for (const lane of lanes) lane.post({ news });
    },
    close: () => {
      closed = true;
      for (const lane of lanes) lane.close();
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

/** In a thread of {@link openWorkers}: does what comes. */
export function serve<D, T, R>(make: (data: D) => Service<T, R>): void {
  if (isMainThread || parentPort === null) throw new Error('this module runs in a thread of dfix');
  const port = parentPort;
  const take = inTurn<T, R>(make(workerData as D), (answer) => {
    // It ends the thread, which the other side hears of.
    if ('failure' in answer) throw new Error(answer.failure);
    port.postMessage(answer.result);
  });
  port.on('message', take);
}

/**
 * Does what comes, one after the other.
 * @param pause what to wait for before each
 */
function inTurn<T, R>(
  service: Service<T, R>,
  answered: (answer: Answer<R>) => void,
  pause: () => unknown = () => undefined,
): (message: Message<T>) => void {
  let last: Promise<unknown> = Promise.resolve();
  const take = async (message: Message<T>): Promise<void> => {
    await pause();
    if ('news' in message) service.hear?.(message.news as never);
    else answered(await answer(service, message.item));
  };
  return (message) => {
    last = last.then(() => take(message));
  };
}

async function answer<T, R>(service: Service<T, R>, item: T): Promise<Answer<R>> {
  try {
    return { result: await service.answer(item) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
