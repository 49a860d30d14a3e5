import { describe, expect, test } from '@jest/globals';
import { progressLines } from '../../src/batch/progress.js';
import { nextTurn, parseRate } from '../../src/batch/queues.js';

describe('a rate', () => {
  test.each([
    ['60-PT1H', { count: 60, milliseconds: 3_600_000 }],
    ['1-PT30S', { count: 1, milliseconds: 30_000 }],
    ['5-P1D', { count: 5, milliseconds: 86_400_000 }],
    ['60-P1H', undefined],
    ['60-PT1D', undefined],
    ['0-PT1H', undefined],
    ['60', undefined],
  ])('%s', (text, rate) => expect(parseRate(text)).toEqual(rate));

  test('lets the next one begin when no span as long as its own holds too many', () => {
    const rate = { count: 2, milliseconds: 1000 };
    expect(nextTurn(rate, [], 5000)).toBe(5000);
    expect(nextTurn(rate, [4500], 5000)).toBe(5000);
    expect(nextTurn(rate, [4900, 4500], 5000)).toBe(5500);
    expect(nextTurn(rate, [4900, 4500, 4800], 5000)).toBe(5800);
    expect(nextTurn(rate, [4000, 3900], 5000)).toBe(5000);
  });
});

describe('the table of a phase', () => {
  const counts = { done: 30, skipped: 8, failed: 1, unchanged: 1 };
  const progress = { phase: 'verify', total: 100, counts, current: ['/a/b', '/c/\u001b[31mred'], seconds: 80 } as const;
  test('tells counts, rate, time left and what is looked at, and nothing that a terminal obeys', () => {
    const lines = progressLines(progress, 80);
    expect(lines.slice(0, 3)).toEqual([
      'verify  40 of 100  0.5/s, 2 min left',
      '  30 done  8 skipped  1 failed  1 unchanged',
      '  … /a/b',
    ]);
    expect(lines.join('')).not.toContain('\u001b');
  });
  test('is no wider than the terminal and no longer than some lines, and shows the ends of paths', () => {
    const current = Array.from({ length: 9 }, (_, i) => `/very/long/path/to/repository-${i}`);
    const lines = progressLines({ ...progress, current }, 20);
    expect(lines).toHaveLength(7);
    expect(lines.every((line) => line.length <= 20)).toBe(true);
    expect(lines[2]).toBe('  … …to/repository-0');
    expect(lines.at(-1)).toBe('  … and 5 more');
  });
  test('knows no rate before anything was done', () => {
    const none = { done: 0, skipped: 0, failed: 0, unchanged: 0 };
    expect(progressLines({ ...progress, counts: none, seconds: 0 }, 80)[0]).toBe('verify  0 of 100  0.0/s');
  });
});
