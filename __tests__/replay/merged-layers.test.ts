import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readCases } from '../support/fixtures.js';
import { root } from '../support/paths.js';
import { play } from './support/memory.js';

/** Transforms that join RUNs or carry commands into an earlier one: no change of a copied file may cost more for it. */
const JOINING = ['merge-cleanup-into-layer', 'fetch-remote-files-well', 'drop-build-packages'];

describe.each(JOINING)('%s', (name) => {
  const cases = readCases(path.join(root, 'transforms', name, 'fixtures', 'changes'));
  const copying = cases.filter(({ input, output }) => output !== undefined && copied(input).length > 0);

  test('has files that are copied', () => expect(copying.length).toBeGreaterThan(0));

  test.each(copying)('$name costs no more at any change', async ({ input, output }) => {
    const names = copied(input);
    const start = Object.fromEntries([...names, 'other'].map((file) => [file, 'one']));
    const changes = names.map((file) => ({ [file]: 'two' }));
    const [before, after] = [await play(input, start, changes), await play(output!, start, changes)];
    expect(before.result.total.upper).toBeGreaterThan(0);
    for (const [i, { lower, upper }] of after.result.commits.entries()) {
      expect(lower).toBeLessThanOrEqual(before.result.commits[i]!.lower);
      expect(upper).toBeLessThanOrEqual(before.result.commits[i]!.upper);
    }
  });
});

/** A file for each source that a Dockerfile copies out of its context. */
function copied(text: string): readonly string[] {
  const words = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));
  return [...new Set(words.filter((word) => !word.startsWith('--')))].map((word) =>
    word === '.' ? 'source' : word.replace('*', ''),
  );
}
