import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openThread } from '../../src/ports/campaign/thread.js';

/** Answers as the threads of dfix do; each word asks for one way to go wrong. */
const SCRIPT = `
import { parentPort } from 'node:worker_threads';
let jobs = 0;
parentPort.on('message', (job) => {
  jobs++;
  if (job === 'hang') for (;;);
  if (job === 'explode') for (const all = []; ; ) all.push(new Array(1e5).fill(all.length));
  if (job === 'throw') throw new Error('broken');
  if (job === 'exit') process.exit(3);
  parentPort.postMessage(job + ' ' + jobs);
});
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dfix-thread-'));
  writeFileSync(path.join(folder, 'script.mjs'), SCRIPT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a job that hangs, takes all memory or ends its thread fails alone', async () => {
  const script = pathToFileURL(path.join(folder, 'script.mjs'));
  let started = 0;
  const thread = openThread<string, string>(script, { timeout: 10, memory: 40, started: () => started++ });
  try {
    const answers: string[] = [];
    for (const job of ['one', 'two', 'hang', 'three', 'explode', 'four', 'throw', 'five', 'exit', 'six']) {
      answers.push(await thread.run(job).catch((error: unknown) => (error as Error).message));
    }
    expect(answers).toEqual([
      'one 1',
      'two 2',
      'takes longer than 10 s',
      'three 1',
      'takes more than 40 MB of memory',
      'four 1',
      'ended its thread: broken',
      'five 1',
      'ended its thread',
      'six 1',
    ]);
    expect(started).toBe(5);
  } finally {
    await thread.close();
  }
}, 120_000);
