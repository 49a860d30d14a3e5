import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Edit, offsetsAfter, sortEdits, splice } from '../../src/dockerfile/index.js';

const edit = (start: number, end: number, text: string): Edit => ({ span: { start, end }, text });

describe('splice', () => {
  test.each([
    ['replaces', [edit(1, 3, 'X')], 'aXdef'],
    ['removes', [edit(0, 2, '')], 'cdef'],
    ['inserts at both ends', [edit(6, 6, '>'), edit(0, 0, '<')], '<abcdef>'],
    ['keeps the order of insertions at one place', [edit(2, 2, '1'), edit(2, 2, '2')], 'ab12cdef'],
    ['takes edits that touch', [edit(2, 4, 'Y'), edit(0, 2, 'X')], 'XYef'],
    ['inserts before a replacement that starts there', [edit(2, 4, 'Y'), edit(2, 2, 'X')], 'abXYef'],
  ])('%s', (_name, edits, expected) => {
    expect(splice('abcdef', edits)).toBe(expected);
  });

  test.each([
    ['partly', [edit(0, 3, ''), edit(2, 4, '')]],
    ['one inside the other', [edit(0, 5, ''), edit(2, 3, 'Y')]],
    ['an insertion inside a removal', [edit(0, 5, ''), edit(2, 2, 'Y')]],
    ['the same span twice', [edit(1, 2, 'x'), edit(1, 2, 'y')]],
  ])('rejects edits that overlap: %s', (_name, edits) => {
    expect(() => splice('abcdef', edits)).toThrow('edits overlap');
  });
});

/** A text and edits of it that do not overlap: cut points in ascending order, every other stretch replaced. */
const textAndEdits = fc
  .tuple(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.array(fc.nat(60), { maxLength: 10 }),
    fc.array(fc.string(), { minLength: 5 }),
  )
  .map(([text, cuts, words]) => {
    const places = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b);
    const edits: Edit[] = [];
    for (let i = 0; i + 1 < places.length; i += 2) edits.push(edit(places[i]!, places[i + 1]!, words[i % 5]!));
    return { text, edits };
  });

describe('laws', () => {
  test('no edits, no change; replacing a span by itself, no change', () => {
    fc.assert(
      fc.property(textAndEdits, ({ text, edits }) => {
        expect(splice(text, [])).toBe(text);
        const same = edits.map(({ span }) => ({ span, text: text.slice(span.start, span.end) }));
        expect(splice(text, same)).toBe(text);
      }),
    );
  });
  test('the order in which edits are given does not matter', () => {
    fc.assert(
      fc.property(textAndEdits, ({ text, edits }) => {
        expect(splice(text, edits.toReversed())).toBe(splice(text, edits));
      }),
    );
  });
  test('every character outside the edits is found again by offsetsAfter', () => {
    fc.assert(
      fc.property(textAndEdits, ({ text, edits }) => {
        const result = splice(text, edits);
        const sorted = sortEdits(edits);
        for (let at = 0; at < text.length; at++) {
          if (edits.some(({ span }) => at >= span.start && at < span.end)) continue;
          expect(result[offsetsAfter(sorted)(at)]).toBe(text[at]);
        }
      }),
    );
  });
  test('the length changes by what the edits add and remove', () => {
    fc.assert(
      fc.property(textAndEdits, ({ text, edits }) => {
        const delta = edits.reduce((sum, { span, text: added }) => sum + added.length - (span.end - span.start), 0);
        expect(splice(text, edits)).toHaveLength(text.length + delta);
        expect(offsetsAfter(sortEdits(edits))(text.length)).toBe(text.length + delta);
      }),
    );
  });
});
