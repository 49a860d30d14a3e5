import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Dockerfile, DockerfileError } from '../../src/dockerfile/index.js';
import { type AnyTransform, runTransforms } from '../../src/transform/index.js';
import { LEVELS } from '../../src/transform/types.js';
import { cases } from '../oracle/generate.js';
import { readCorpus } from '../support/corpus.js';
import { fixturesOf, loadTransform, transformNames } from '../support/fixtures.js';
import { brokenRules } from '../support/invariants.js';
import { seconds, writeResults } from '../support/results.js';
import { mutants } from './mutations.js';

// The same texts at each commit; others where more are asked for, or another seed.
const { DFIX_FUZZ_RUNS, DFIX_FUZZ_SEED } = process.env;
const runs = Number(DFIX_FUZZ_RUNS ?? 5000);
const seed = Number(DFIX_FUZZ_SEED ?? (DFIX_FUZZ_RUNS === undefined ? 1 : Date.now() % 2 ** 31));
const LONG = 100_000;

const transforms: AnyTransform[] = [];
for (const name of transformNames) transforms.push(await loadTransform(name));
const texts = [...transformNames.flatMap((name) => [...fixturesOf(name, 'changes'), ...fixturesOf(name, 'keeps')])].map(
  ({ input }) => input,
);
texts.push(...readCorpus().map(({ text }) => text));

test('whatever is given: prints as it is or stays a Dockerfile with all its comments, comes to rest, keeps to the level', async () => {
  const began = performance.now();
  const seen = { accepted: 0, changed: 0, slowest: 0 };
  const dockerfiles = fc.oneof(
    { weight: 4, arbitrary: mutants(texts) },
    { weight: 1, arbitrary: cases.map(({ text }) => text) },
  );
  fc.assert(
    fc.property(dockerfiles, fc.constantFrom(...LEVELS), (text, allow) => {
      const started = performance.now();
      const result = runOrRefuse(text, allow);
      seen.slowest = Math.max(seen.slowest, performance.now() - started);
      if (result === undefined) return;
      seen.accepted++;
      expect(Dockerfile.parse(text).text).toBe(text);
      // What would join lines that follow one without an end is taken back by the safety net.
      const dangles = /[\\`]\s*$/.test(text);
      expect(brokenRules(result).filter((rule) => !(dangles && rule.includes('rolled back')))).toEqual([]);
      const above = result.changes.filter(({ level }) => LEVELS.indexOf(level) > LEVELS.indexOf(allow));
      expect(above).toEqual([]);
      expect(result.changes.length > 0).toBe(result.output !== text);
      if (result.output === text) return;
      seen.changed++;
      expect(runOrRefuse(result.output, allow)?.output).toBe(result.output);
    }),
    { numRuns: runs, seed },
  );
  const figures = `${runs} texts (seed ${seed}): ${seen.accepted} Dockerfiles, ${seen.changed} changed, 0 failures; the slowest took ${seen.slowest.toFixed(0)} ms`;
  console.log(figures);
  expect(seen.changed).toBeGreaterThan(runs / 4);
  if (runs < LONG) return;
  await writeResults('__tests__/fuzz/fuzz.test.ts', [
    '## Mutants of real Dockerfiles',
    '',
    'Written by `__tests__/fuzz/fuzz.test.ts` in the long run: whatever is given, at a level drawn for each text, prints as it is or',
    'stays a Dockerfile with all its comments, a second run changes nothing, and no change is above its level.',
    `${figures}, all of them ${seconds(began)}.`,
  ]);
}, 7_200_000);

function runOrRefuse(text: string, allow: (typeof LEVELS)[number]) {
  try {
    return runTransforms(text, { transforms, allow });
  } catch (error) {
    if (error instanceof DockerfileError) return undefined;
    throw error;
  }
}
