import { expect, test } from '@jest/globals';
import { laterRuns } from '../../src/cache-mounts/later-runs.js';
import { type Run, runsOf } from '../../src/cache-mounts/uses.js';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { readFacts } from '../../src/facts/index.js';

const facts = readFacts(
  Dockerfile.parse(
    'FROM debian:12 AS a\nRUN echo 1\nRUN echo 2\nFROM debian:12\nRUN echo 2 too\nFROM a\nRUN echo 2 again\n',
  ),
);
const runs = runsOf(facts);
const lineOf = (run: Run | undefined): number | undefined => run?.instruction.lines.first;

test('the first later RUN is one of the stage or of those built from it', () => {
  const later = laterRuns(facts);
  const saysTwo = ({ script }: Run): boolean => script?.source.text.includes('2') === true;
  expect(runs.map((run) => lineOf(later(run)(saysTwo)))).toEqual([3, 7, undefined, undefined]);
});

test('a test meets each RUN once for the same folders, whatever it is asked for', () => {
  const met: string[] = [];
  const note = (run: Run, folders: readonly string[]): boolean => met.push(`${lineOf(run)} ${folders.join()}`) < 0;
  const later = laterRuns(facts);
  for (const run of runs) for (const folders of [['/a'], ['/b']]) later(run)(note, folders);
  expect(met).toHaveLength(2 * runs.length);
  expect(new Set(met).size).toBe(2 * runs.length);
});
