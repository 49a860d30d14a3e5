import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Lane, Step, StepResult } from '../../src/batch/step.js';
import { redisQueue, redisServer, work } from '../../src/ports/campaign/redis/index.js';
import { hasRedis, redis, remove, type Server } from './server.js';

let folder: string;
let server: Server;
let workers: AbortController;
const working: Promise<void>[] = [];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dfix-queue-'));
  server = await redis(folder);
  workers = new AbortController();
});
afterEach(async () => {
  workers.abort();
  await Promise.all(working.splice(0));
  await server.stop();
  remove(folder);
});

const connect = () =>
  redisServer({ url: `redis://127.0.0.1:${server.port}`, password: undefined, say: () => undefined });

/** A worker in this process, whose lane does this with a step. */
async function worker(run: Lane['run']): Promise<void> {
  const own = await connect();
  await own.ready;
  const lanes = { publish: [{ run, close: () => Promise.resolve() }] };
  working.push(work(own, lanes, workers.signal).finally(() => own.close()));
}

const done: StepResult = { inputs: 'x', outcome: 'done', reason: '', texts: {} };
const steps = (...names: readonly string[]): readonly Step[] =>
  names.map((repository) => ({
    repository,
    phase: 'publish',
    settings: { only: [], skip: [], allow: 'safe' },
    rests: '',
  }));

/** Has steps done, and gives what came of each. */
async function outcomes(given: readonly Step[], rate?: { readonly count: number; readonly milliseconds: number }) {
  const told: string[] = [];
  const settings = { name: 'publish', campaign: '0123456789abcdef', rate, signal: new AbortController().signal };
  const queue = redisQueue(await connect(), settings);
  try {
    await queue.run(given, {
      begun: () => undefined,
      ended: ({ repository }, result) => {
        told.push(`${repository} ${result?.outcome} ${result?.reason}`.trim());
        return Promise.resolve(true);
      },
    });
  } finally {
    await queue.close();
  }
  return told.sort();
}

(hasRedis ? describe : describe.skip)('a queue on Redis', () => {
  test('lets no more steps begin in a span of time than the rate says, over all workers', async () => {
    const begun: number[] = [];
    const note = () => {
      begun.push(Date.now());
      return Promise.resolve(done);
    };
    await worker(note);
    await worker(note);
    expect(await outcomes(steps('a', 'b', 'c', 'd', 'e'), { count: 2, milliseconds: 3000 })).toHaveLength(5);
    expect(begun).toHaveLength(5);
    for (const [index, at] of begun.slice(2).entries())
      if (index % 2 === 0) expect(at - begun[index]!).toBeGreaterThan(1500);
    expect(begun[4]! - begun[0]!).toBeGreaterThan(4500);
  });

  test('tries a step that throws three times, later and later, and a result only once', async () => {
    const tries: string[] = [];
    const times: number[] = [];
    await worker(({ repository }) => {
      tries.push(repository);
      if (repository === 'never') times.push(Date.now());
      const isEnough = repository === 'third' && tries.filter((name) => name === 'third').length === 3;
      if (repository === 'failed') return Promise.resolve({ ...done, outcome: 'failed', reason: 'for good' });
      return isEnough ? Promise.resolve(done) : Promise.reject(new Error('the line broke'));
    });
    expect(await outcomes(steps('third', 'never', 'failed'))).toEqual([
      'failed failed for good',
      'never failed the line broke',
      'third done',
    ]);
    expect(tries.sort()).toEqual(['failed', 'never', 'never', 'never', 'third', 'third', 'third']);
    expect(times[2]! - times[1]!).toBeGreaterThan(times[1]! - times[0]!);
  });

  test('the same work is there once, whoever asks for it', async () => {
    const did: string[] = [];
    await worker(({ repository }) => {
      did.push(repository);
      return Promise.resolve(done);
    });
    expect(await outcomes([...steps('a', 'b'), ...steps('a')])).toEqual(['a done', 'b done']);
    expect(did.sort()).toEqual(['a', 'b']);
  });
});
