import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PathIndex, relationTo } from '../../src/cache-mounts/index.js';

const path = (names: readonly string[]) =>
  fc.array(fc.constantFrom(...names), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const patterns = path(['a', 'b', 'ab', '*', 'a*', '**', '[ab]', '']);

test('finds what a look at each pattern finds', () => {
  fc.assert(
    fc.property(fc.array(patterns, { maxLength: 8 }), path(['a', 'b', 'ab']), (added, asked) => {
      const index = new PathIndex<number>();
      added.forEach((pattern, i) => index.add(pattern, i));
      const relations = added.map((pattern) => relationTo(pattern, asked));
      const having = (...wanted: readonly string[]): number[] =>
        relations.flatMap((relation, i) => (wanted.includes(relation) ? i : []));
      expect([...index.over(asked)].sort()).toEqual(having('same', 'above'));
      expect(index.hasWithin(asked)).toBe(having('within').length > 0);
      expect(index.near(asked)).toEqual(expect.arrayContaining(having('same', 'above', 'within')));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('of a path with wildcards finds every pattern that has to do with it', () => {
  fc.assert(
    fc.property(fc.array(patterns, { maxLength: 8 }), patterns, (added, asked) => {
      const index = new PathIndex<number>();
      added.forEach((pattern, i) => index.add(pattern, i));
      const met = added.flatMap((pattern, i) => (relationTo(pattern, asked) === 'none' ? [] : i));
      expect(index.near(asked)).toEqual(expect.arrayContaining(met));
    }),
    { seed: 1, numRuns: 2000 },
  );
});
