import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What comes of one item. */
export type Answer<R> = { readonly result: R } | { readonly failure: string };

interface Reply<R> {
  readonly place: number;
  readonly result: R;
}

/**
 * Has a script that calls {@link serve} work on items in threads; a thread that comes to grief costs the item that it was
 * at, and another takes its place.
 * @param data what every thread is told at its start
 * @param groupOf items of one group are done by one thread, one after the other
 * @returns the answers in the order of the items
 */
export async function* inWorkers<T, R>(
  script: URL,
  data: unknown,
  items: readonly T[],
  groupOf: (item: T) => unknown,
  jobs: number,
): AsyncGenerator<Answer<R>, void, undefined> {
  const groups = new Map<unknown, { readonly item: T; readonly place: number }[]>();
  for (const [place, item] of items.entries()) {
    const group = groups.get(groupOf(item));
    if (group === undefined) groups.set(groupOf(item), [{ item, place }]);
    else group.push({ item, place });
  }
  const waiting = [...groups.values()];
  const answers = new Map<number, Answer<R>>();
  let wake = (): void => undefined;
  const answer = (place: number, given: Answer<R>): void => {
    answers.set(place, given);
    wake();
  };
  const workers = new Set<Worker>();
  const start = (): void => {
    const worker = new Worker(script, { workerData: data });
    workers.add(worker);
    let mine = waiting.shift() ?? [];
    let failure = 'the thread ended';
    const next = (): void => {
      if (mine.length === 0) mine = waiting.shift() ?? [];
      if (mine.length > 0) worker.postMessage(mine[0]);
      else void worker.terminate();
    };
    worker.on('message', ({ place, result }: Reply<R>) => {
      mine.shift();
      answer(place, { result });
      next();
    });
    worker.on('error', (error) => (failure = error.message));
    worker.on('exit', () => {
      workers.delete(worker);
      const lost = mine.shift();
      if (mine.length > 0) waiting.unshift(mine);
      if (lost !== undefined) answer(lost.place, { failure });
      if (waiting.length > 0) start();
    });
    next();
  };
  for (let i = Math.min(jobs, waiting.length); i > 0; i--) start();
  try {
    for (let place = 0; place < items.length; place++) {
      while (!answers.has(place)) await new Promise<void>((resolve) => (wake = resolve));
      yield answers.get(place)!;
      answers.delete(place);
    }
  } finally {
    waiting.length = 0;
    for (const worker of workers) void worker.terminate();
  }
}

/** In a thread of {@link inWorkers}: answers one item after another. */
export function serve<D, T, R>(make: (data: D) => (item: T) => Promise<R>): void {
  if (isMainThread || parentPort === null) throw new Error('this module runs in a thread of dfix');
  const port = parentPort;
  const work = make(workerData as D);
  port.on('message', ({ item, place }: { item: T; place: number }) => {
    // What the work rejects with ends the thread, which the other side hears of.
    void work(item).then((result) => port.postMessage({ place, result } satisfies Reply<R>));
  });
}
