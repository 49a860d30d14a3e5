import { describe, expect, test } from '@jest/globals';
import { optimize } from '../../src/index.js';
import { fileDiff } from '../../src/report/diff.js';
import { type CampaignRow, campaignReport } from '../../src/report/html/campaign.js';
import { accessibilityProblems, hasChromium, pageOnDisk } from './browser.js';

const evil = '<img src="https://example.invalid/x.png" onerror="console.log(1)">';
const text = `FROM debian:12-slim\n# ${evil}\nRUN apt-get update && apt-get install -y curl\nCOPY . .\n`;
const diff = fileDiff('Dockerfile', text, optimize(text).output);
const timings = [{ kind: 'cold', before: { seconds: 30 }, after: { seconds: 12 } }];
const size = { before: { size: 2e8, layers: 5 }, after: { size: 8e7, layers: 4 } };
const rows: readonly CampaignRow[] = [
  {
    repository: 'https://git.example.org/shop/web',
    phases: [
      { phase: 'plan', outcome: 'done', reason: '' },
      { phase: 'verify', outcome: 'done', reason: 'proven' },
      { phase: 'publish', outcome: 'done', reason: 'opened: https://git.example.org/shop/web/pull/7' },
    ],
    diff,
    proofs: [{ path: 'Dockerfile', outcome: 'proven', ...size, timings }],
    estimate: undefined,
  },
  {
    repository: evil,
    phases: [{ phase: 'plan', outcome: 'failed', reason: evil }],
    diff: `+${evil}\n`,
    proofs: [{ path: evil, outcome: evil, timings: [{ ...timings[0]!, kind: evil }] }],
    estimate: undefined,
  },
  {
    repository: 'https://git.example.org/shop/stock',
    phases: [{ phase: 'plan', outcome: 'done', reason: '' }],
    ...{ diff, proofs: [], estimate: { before: 180, after: 40 } },
  },
  {
    repository: 'https://git.example.org/shop/docs',
    phases: [{ phase: 'plan', outcome: 'skipped', reason: 'nothing to change' }],
    ...{ diff: '', proofs: [], estimate: undefined },
  },
];

(hasChromium ? describe : describe.skip)('the report of a campaign', () => {
  const { open } = pageOnDisk(() => campaignReport(rows));

  test('opens from disk, complains of nothing and asks for nothing', async () => {
    const { page, complaints } = await open();
    expect(await page.locator('header p').textContent()).toBe('4 repositories: 3 would change, 2 built, 1 failed.');
    expect(await page.locator('.rows > tbody > tr').count()).toBe(4);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('.bars em.measured, .bars em.estimated').allTextContents()).toEqual(
      expect.arrayContaining(['measured', 'estimated']),
    );
    const opened = page.getByRole('link', { name: '/pull/7' });
    expect(await opened.getAttribute('href')).toBe('https://git.example.org/shop/web/pull/7');
    expect(complaints).toEqual([]);
  });
  test('opens its diffs and figures by the keyboard', async () => {
    const { page, complaints } = await open();
    for (const summary of await page.locator('summary').all()) {
      await summary.focus();
      await page.keyboard.press('Enter');
    }
    expect(await page.locator('.diff ins').first().isVisible()).toBe(true);
    expect(await page.getByText('200.0 MB before, 80.0 MB after').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
  ] as const)('has no accessibility problem: %s, %i pixels', async (colorScheme, width) => {
    const { page } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
  test('prints what its folds hold', async () => {
    const { page } = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.diff ins').first().isVisible()).toBe(true);
  });
});
