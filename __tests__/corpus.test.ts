import { describe, expect, test } from '@jest/globals';
import { Dockerfile, DockerfileError } from '../src/dockerfile/index.js';
import { type RunResult, runTransforms } from '../src/transform/index.js';
import { hasCorpus, readCorpus } from './support/corpus.js';
import { defaultTransforms } from './support/defaults.js';
import { brokenRules } from './support/invariants.js';

const transforms = await defaultTransforms();
if (!hasCorpus) console.log('skipped: the corpus of real Dockerfiles is not beside this repository');

(hasCorpus ? describe : describe.skip)('the default set over real Dockerfiles', () => {
  const broken: string[] = [];
  const results: RunResult[] = [];
  let rejected = 0;

  test('throws nothing but DockerfileError', () => {
    const started = process.hrtime.bigint();
    for (const { id, text } of readCorpus()) {
      try {
        results.push(runTransforms(text, { transforms }));
      } catch (error) {
        if (error instanceof DockerfileError) rejected++;
        else broken.push(`${id}: ${(error as Error).stack ?? String(error)}`);
      }
    }
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    console.log(report(results, rejected, seconds));
    expect(broken).toEqual([]);
    expect(results.length).toBeGreaterThan(2_900);
  });

  test('prints each as it is where nothing changes', () => {
    for (const { input, output, changes } of results) {
      expect(Dockerfile.parse(input).text).toBe(input);
      if (changes.length === 0) expect(output).toBe(input);
      else expect(output).not.toBe(input);
    }
  });

  test('keeps every comment, parses, comes to rest, without faults', () => {
    expect(
      results.flatMap((result) => brokenRules(result).map((rule) => `${firstLine(result.input)}: ${rule}`)),
    ).toEqual([]);
  });

  test('changes nothing the second time', () => {
    for (const { output, changes } of results) {
      if (changes.length === 0) continue;
      const again = runTransforms(output, { transforms });
      expect(again.output).toBe(output);
      expect(again.changes).toEqual([]);
    }
  });
});

function firstLine(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** What a person wants to know of a run over many files. */
function report(results: readonly RunResult[], rejected: number, seconds: number): string {
  const changed = results.filter(({ changes }) => changes.length > 0).length;
  const alone = results.filter(({ leftAlone }) => leftAlone !== undefined).length;
  const total = results.length + rejected;
  return [
    `${total} files, ${changed} changed, ${alone} left alone whole, ${rejected} no Dockerfile; ${(total / seconds).toFixed(0)} files/s`,
    'changes by transform:',
    ...table(results.flatMap(({ changes }) => changes.map(({ transform, level }) => `${transform} (${level})`))),
    'refusals by reason:',
    ...table(
      results.flatMap(({ refusals }) => refusals.map(({ transform, reason }) => `${transform}: ${general(reason)}`)),
    ),
  ].join('\n');
}

/** A reason without the names in it, so that like is counted with like. */
function general(reason: string): string {
  return reason.replace(/"[^"]*"|`[^`]*`|'[^']*'/g, '…').replace(/\d+/g, 'N');
}

function table(keys: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, 30)
    .map(([key, count]) => `${String(count).padStart(6)}  ${key}`);
}
