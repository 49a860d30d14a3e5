import { expect, test } from '@jest/globals';
import { usualJobs } from '../../src/commands/usual-jobs.js';

const on = (cores: number) => () => Promise.resolve(cores);

test('many files get a thread for each core, up to four', async () => {
  expect(await usualJobs(400, on(1))).toBe(1);
  expect(await usualJobs(400, on(2))).toBe(2);
  expect(await usualJobs(10_000, on(64))).toBe(4);
});

test('few files get one, and nobody asks the machine', async () => {
  expect(await usualJobs(399, () => Promise.reject(new Error('asked')))).toBe(1);
});
