import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { optimize } from '../../src/index.js';
import { root } from '../support/paths.js';
import { accessibilityProblems, hasChromium, launch, open } from './browser.js';

const TEXT = 'FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\n';
const output = (page: Page): Promise<string | null> => page.locator('#status').getAttribute('data-output');

(hasChromium ? describe : describe.skip)('the playground', () => {
  const url = pathToFileURL(path.join(root, 'dist', 'playground', 'index.html')).href;
  let browser: Browser;
  beforeAll(async () => {
    console.log(execFileSync(process.execPath, ['scripts/build-playground.js'], { cwd: root, encoding: 'utf8' }));
    browser = await launch();
  });
  afterAll(() => browser.close());

  test('shows the example at once, complains of nothing and asks for nothing', async () => {
    const { page, complaints } = await open(browser, url);
    expect(await page.locator('#result ins').count()).toBeGreaterThan(0);
    console.log(`first result: ${(await page.locator('#status').getAttribute('data-milliseconds'))!} ms`);
    expect(complaints).toEqual([]);
  });
  test('shows as you type what the library makes of the text', async () => {
    const { page, complaints } = await open(browser, url);
    await page.locator('#source').fill(TEXT);
    await page.waitForFunction(
      (wanted) => document.getElementById('status')?.dataset['output'] === wanted,
      optimize(TEXT).output,
    );
    await page.locator('#source').fill('FROM a\nRUNN x\n');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/^line 2/);
    expect(complaints).toEqual([]);
  });
  test('runs what its options say', async () => {
    const { page } = await open(browser, url);
    await page.locator('#source').fill(TEXT);
    await page.locator('summary').first().click();
    for (const box of await page.locator('#transforms input').all()) await box.uncheck();
    await page.locator('#result').getByText('nothing to change').waitFor();
    expect(await output(page)).toBe(TEXT);
  });
  test('is the same behind its link', async () => {
    const { page } = await open(browser, url);
    await page.locator('#source').fill(`${TEXT}# ☃ <script>\n`);
    await page.locator('#allow').selectOption('safe');
    const link = page.url();
    const { page: other, complaints } = await open(browser, link);
    expect(await other.locator('#source').inputValue()).toBe(`${TEXT}# ☃ <script>\n`);
    expect(await other.locator('#allow').inputValue()).toBe('safe');
    expect(complaints).toEqual([]);
  });
  test('a link that is not one of ours is the example', async () => {
    const { page, complaints } = await open(browser, `${url}#%%%`);
    expect(await page.locator('#source').inputValue()).toMatch(/^FROM python/);
    expect(complaints).toEqual([]);
  });
  test.each(['light', 'dark'] as const)('has no accessibility problem: %s', async (colorScheme) => {
    const { page } = await open(browser, url, { colorScheme, bypassCSP: true });
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
