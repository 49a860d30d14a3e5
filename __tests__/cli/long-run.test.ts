import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../support/paths.js';

/** Megabytes for new objects in a process in which much survives for a while. */
function youngAfter(start: string): number {
  const script = `
    const { Worker } = require('node:worker_threads');
    const { prepareLongRun } = require(${JSON.stringify(join(root, 'bin/long-run.js'))});
    const started = () => {
      let kept = [];
      for (let i = 0; i < 2e6; i++) {
        kept.push([i]);
        if (kept.length > 50_000) kept = [];
      }
      const young = require('node:v8').getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
      console.log(young.space_size);
    };
    ${start}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return Number(stdout) / 1e6;
}
const WORKER = "new Worker('', { eval: true })";

test('a thread that hands out work does not take ever more for new objects', () => {
  expect(youngAfter('prepareLongRun(); started();')).toBeGreaterThan(30);
  expect(youngAfter('prepareLongRun(true); started();')).toBeLessThan(5);
});

test('which V8 has to be told again when a thread has started', () => {
  const told = `prepareLongRun(true); ${WORKER}.on('online', () => { prepareLongRun(true); started(); });`;
  expect(youngAfter(told)).toBeLessThan(5);
});
