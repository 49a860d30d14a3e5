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

test('a test about folders meets each RUN whose words may name one of them once, whatever it is asked for', () => {
  const naming = readFacts(
    Dockerfile.parse('FROM debian:12\nRUN ls /a\nRUN rm -r /b/c\nRUN echo 1 > /\nRUN ls /ab *\nRUN cp /*/x .\n'),
  );
  const met: string[] = [];
  const note = (run: Run, folders: readonly string[]): boolean => met.push(`${lineOf(run)} ${folders.join()}`) < 0;
  const later = laterRuns(naming);
  for (const run of runsOf(naming)) for (const folders of [['/a'], ['/b', '/d']]) later(run)(note, folders);
  expect(met).toEqual(['2 /a', '4 /a', '5 /a', '6 /a', '3 /b,/d', '4 /b,/d', '5 /b,/d', '6 /b,/d']);
});
