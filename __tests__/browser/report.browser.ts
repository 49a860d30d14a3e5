import { describe, expect, test } from '@jest/globals';
import { optimize } from '../../src/index.js';
import { htmlReport } from '../../src/report/html/report.js';
import type { FileOutcome } from '../../src/report/outcome.js';
import type { ReplayReport } from '../../src/report/replay.js';
import { accessibilityProblems, hasChromium, pageOnDisk } from './browser.js';

const evil = '<img src="https://example.invalid/x.png" onerror="console.log(1)">';
const outcomes = [
  'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCOPY . .\n',
  `FROM debian:12-slim\n# ${evil}\nRUN apt-get update\nRUN apt-get install -y "${evil}"\n`,
].map((text, i): FileOutcome => {
  return { kind: 'done', path: `${i}/Dockerfile`, result: optimize(text), diff: 'x', written: false };
});
const cost = (upper: number) => ({ lower: upper, upper });
const arm = (upper: number) => ({ totalSeconds: cost(upper) });
const replay = {
  commits: [40, 0, 12].map((seconds) => ({ before: cost(seconds), after: cost(seconds / 4) })),
  ...{ before: arm(52), after: arm(13), assumptions: { measuredSteps: 0 } },
} as unknown as ReplayReport;
const proof = {
  before: { size: 2e8, layers: 5 },
  after: { size: 8e7, layers: 4 },
  timings: [{ kind: 'cold', before: { seconds: 30 }, after: { seconds: 12 } }],
};

(hasChromium ? describe : describe.skip)('the report', () => {
  const { url, open } = pageOnDisk(() =>
    htmlReport([...outcomes, { kind: 'left-alone', path: 'x', reason: evil }], [], ({ path: name }) =>
      name.startsWith('0') ? { proof } : { replay },
    ),
  );

  test('opens from disk, complains of nothing and asks for nothing', async () => {
    const { page, complaints } = await open();
    expect(await page.locator('h2').count()).toBe(3);
    expect(await page.locator('.diff ins').count()).toBeGreaterThan(0);
    expect(await page.locator('.plot polyline').count()).toBe(2);
    expect(await page.getByRole('img', { name: 'Rebuild cost by commit: 52 s before, 13 s after' }).count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    // The style sheet holds under the page's own policy.
    expect(
      await page
        .locator('.unseen')
        .first()
        .evaluate((node) => getComputedStyle(node).position),
    ).toBe('absolute');
    expect(complaints).toEqual([]);
  });
  test('is worked by the keyboard', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(page.url()).toBe(`${url}#f0`);
    const summary = page.locator('summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    expect(
      await page
        .locator('details')
        .first()
        .evaluate((node) => (node as HTMLDetailsElement).open),
    ).toBe(true);
  });
  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
  ] as const)('has no accessibility problem: %s, %i pixels', async (colorScheme, width) => {
    const { page } = await open({
      colorScheme,
      viewport: { width, height: 900 },
      bypassCSP: true,
    });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
  test('prints what its folds hold', async () => {
    const { page } = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('details li').first().isVisible()).toBe(true);
  });
});
