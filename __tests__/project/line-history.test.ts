import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Hunk, parsePatches, patchesOfLines, timesOfLines } from '../../src/project/line-history.js';

test('reads the hunks of each commit', () => {
  const log = `\x1e${'a'.repeat(40)}\n\ndiff --git a/D b/D\n--- a/D\n+++ b/D\n@@ -2 +2,2 @@ FROM a\n-x\n+y\n+@@ -1 +1 @@\n@@ -9,0 +11 @@\n+z\n\x1e${'b'.repeat(40)}\n`;
  expect(parsePatches(log)).toEqual([
    [
      { from: 2, removed: 1, to: 2, added: 2 },
      { from: 9, removed: 0, to: 11, added: 1 },
    ],
    [],
  ]);
});

/** A file whose lines know the patches that wrote them, and a random way to it. */
const histories = fc
  .tuple(fc.nat(8), fc.array(fc.tuple(fc.nat(20), fc.nat(3), fc.nat(3)), { maxLength: 8 }))
  .map(([length, edits]) => {
    let file: Set<number>[] = Array.from({ length }, () => new Set());
    const patches: Hunk[][] = [];
    for (const [index, [place, wanted, added]] of edits.entries()) {
      const start = place % (file.length + 1);
      const removed = Math.min(wanted, file.length - start);
      const patch = edits.length - 1 - index;
      const gone = file.slice(start, start + removed);
      const come = Array.from(
        { length: added },
        (_, at) => new Set([...(gone[Math.min(at, removed - 1)] ?? []), patch]),
      );
      file = [...file.slice(0, start), ...come, ...file.slice(start + removed)];
      const hunk = { from: removed === 0 ? start : start + 1, removed, to: added === 0 ? start : start + 1, added };
      patches.unshift(removed + added === 0 ? [] : [hunk]);
    }
    return { file, patches };
  });

test('follows each line back through any history', () => {
  fc.assert(
    fc.property(histories, ({ file, patches }) => {
      const sorted = (sets: readonly ReadonlySet<number>[]) => sets.map((one) => [...one].sort());
      expect(sorted(patchesOfLines(file.length, patches))).toEqual(sorted(file));
    }),
  );
});

test('counts by its text how often a line changed, without what is not committed', () => {
  const patches: readonly (readonly Hunk[])[] = [
    [{ from: 1, removed: 1, to: 1, added: 1 }],
    [{ from: 2, removed: 1, to: 2, added: 1 }],
    [{ from: 0, removed: 0, to: 1, added: 3 }],
  ];
  expect([...timesOfLines('FROM a\r\n  ENV V=2\r\nFROM a', patches)]).toEqual([
    ['FROM a', 1],
    ['ENV V=2', 2],
  ]);
});
