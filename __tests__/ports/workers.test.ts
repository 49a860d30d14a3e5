import { afterEach, expect, test } from '@jest/globals';
import { type Answer, inOrder, openWorkers, type Service, type Workers } from '../../src/ports/workers.js';

const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId, workerData } from 'node:worker_threads';
    const heard = [];
    let last = Promise.resolve();
    parentPort.on('message', ({ item, news }) => (last = last.then(async () => {
      if (news !== undefined) return void heard.push(news);
      if (item === 'die') process.exit(3);
      if (item === 'throw') throw new Error('thrown there');
      if (item === 'wait') await new Promise((done) => setTimeout(done, 300));
      parentPort.postMessage([workerData, item, threadId, [...heard]]);
    })));`)}`,
);

type Result = [string, string, number, string[]];
let workers: Workers<string, Result>;
afterEach(() => workers.close());

/** Of this thread, which is called 0. */
function open(jobs: number): void {
  const heard: string[] = [];
  const here: Service<string, Result> = {
    answer: async (item) => {
      if (item === 'throw') throw new Error('thrown here');
      if (item === 'wait' || item === 'busy')
        await new Promise((done) => setTimeout(done, item === 'busy' ? 600 : 300));
      return ['told', item, 0, [...heard]];
    },
    hear: (news: string) => void heard.push(news),
  };
  workers = openWorkers(here, { script, data: 'told' }, { jobs });
}

async function all(items: readonly string[], jobs: number): Promise<readonly Answer<Result>[]> {
  open(jobs);
  const answers: Answer<Result>[] = [];
  for await (const answer of inOrder(items, jobs, (item) => workers.run(() => item))) answers.push(answer);
  return answers;
}
const told = (answer: Answer<Result>): unknown => ('result' in answer ? answer.result[1] : answer.failure);
const threadOf = (answer: Answer<Result>): number | undefined => ('result' in answer ? answer.result[2] : undefined);

test('answers come in the order of the items, from as many threads as may be', async () => {
  const answers = await all(['wait', 'a', 'b', 'wait', 'c', 'd'], 2);
  expect(answers.map(told)).toEqual(['wait', 'a', 'b', 'wait', 'c', 'd']);
  const threads = new Set(answers.map(threadOf));
  expect(threads.size).toBe(2);
  expect(threads).toContain(0);
});

test('what is sent behind a slow item does not wait for it with all the others', async () => {
  const [, slow, ...others] = (await all(['busy', 'wait', ...'abcdefgh'], 3)).map(threadOf);
  expect(others.filter((thread) => thread === slow).length).toBeLessThanOrEqual(3);
});

test('a thread that dies costs one item', async () => {
  expect((await all(['busy', 'a', 'die', 'b', 'throw', 'c'], 2)).map(told)).toEqual([
    'busy',
    'a',
    'the thread ended',
    'b',
    'thrown there',
    'c',
  ]);
});

test('what goes wrong in this thread costs one item', async () => {
  expect((await all(['a', 'throw', 'b'], 1)).map(told)).toEqual(['a', 'thrown here', 'b']);
});

test('news reach a thread before what is sent later, and an item is made when it is sent', async () => {
  open(2);
  let now = 'early';
  const items = ['busy', 'wait', 'wait', 'wait', 'wait', 'late', 'first'];
  const answers = items.map((item, at) => workers.run(() => (item === 'late' ? now : item), at === 6));
  workers.tell('news');
  now = 'then';
  const results = (await Promise.all(answers)).map((answer) => ('result' in answer ? answer.result : undefined));
  expect(results.map((result) => [result?.[1], result?.[3]])).toEqual([
    ['busy', []],
    ['wait', []],
    ['wait', []],
    ['wait', []],
    ['wait', []],
    ['then', ['news']],
    ['first', ['news']],
  ]);
});

test('so many items are begun, and no more, before the first of them is done', async () => {
  let begun = 0;
  const answers = inOrder(Array.from({ length: 100 }), 2, () => new Promise((resolve) => setTimeout(resolve, ++begun)));
  await answers.next();
  expect(begun).toBe(32);
  await answers.next();
  expect(begun).toBe(33);
  expect(await all([], 3)).toEqual([]);
});
