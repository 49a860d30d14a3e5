import { expect, test } from '@jest/globals';
import { inWorkers } from '../../src/ports/workers.js';

const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId, workerData } from 'node:worker_threads';
    parentPort.on('message', async ({ item, place }) => {
      if (item === 'die') process.exit(3);
      if (item === 'throw') throw new Error('thrown there');
      if (item === 'wait') await new Promise((done) => setTimeout(done, 300));
      parentPort.postMessage({ place, result: [workerData, item, threadId] });
    });`)}`,
);

async function all(items: readonly string[], groupOf: (item: string) => unknown, jobs: number) {
  const answers = [];
  for await (const answer of inWorkers<string, [string, string, number]>(script, 'told', items, groupOf, jobs)) {
    answers.push(answer);
  }
  return answers;
}
const itself = (item: string): string => item;

test('answers come in the order of the items', async () => {
  const answers = await all(['wait', 'a', 'b', 'c'], itself, 3);
  expect(answers.map((answer) => ('result' in answer ? answer.result.slice(0, 2) : answer))).toEqual([
    ['told', 'wait'],
    ['told', 'a'],
    ['told', 'b'],
    ['told', 'c'],
  ]);
});

test('one thread does a group', async () => {
  const answers = await all(['a1', 'b1', 'a2', 'b2', 'a3'], (item) => item[0], 4);
  const threads = answers.map((answer) => ('result' in answer ? answer.result[2] : undefined));
  expect(new Set([threads[0], threads[2], threads[4]]).size).toBe(1);
  expect(threads[1]).toBe(threads[3]);
});

test('a thread that dies costs one item', async () => {
  const answers = await all(['a', 'die', 'b', 'throw', 'c'], () => 'all', 2);
  expect(answers.map((answer) => ('result' in answer ? answer.result[1] : answer.failure))).toEqual([
    'a',
    'the thread ended',
    'b',
    'thrown there',
    'c',
  ]);
});

test('nothing is started for nothing', async () => {
  expect(await all([], itself, 3)).toEqual([]);
});
