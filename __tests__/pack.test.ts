import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { root } from './support/paths.js';

const wanted = process.env['DFIX_TEST_NETWORK'] === '1' || process.env['CI'] === 'true';
if (!wanted) console.log('skipped: installing the package needs the network (DFIX_TEST_NETWORK=1)');

const LARGEST_INSTALL = 60 * 1024 * 1024;

(wanted ? describe : describe.skip)('the package, installed into an empty folder', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-pack-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  // npm hands its own settings to scripts as npm_* variables; the install here must not inherit them.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle|command)/.test(name)),
  );
  const run = (command: string, args: readonly string[], input = ''): string =>
    execFileSync(command, args, { cwd: folder, env, input, encoding: 'utf8', timeout: 300_000 });

  test('installs without scripts, so without a compiler', () => {
    execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, env, stdio: 'pipe', timeout: 300_000 });
    const packed = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    expect(packed).toHaveLength(1);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    run('npm', ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', `./${packed[0]!}`]);
    const { version } = JSON.parse(run('node', ['-p', 'JSON.stringify(require("dfix/package.json"))'])) as {
      version: string;
    };
    expect(run('npx', ['--no-install', 'dfix', '--version'])).toContain(version);
  }, 600_000);

  test(`takes less than ${LARGEST_INSTALL / 1024 / 1024} MB`, () => {
    const size = sizeOf(path.join(folder, 'node_modules'));
    console.log(`installed size: ${(size / 1024 / 1024).toFixed(1)} MB`);
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(LARGEST_INSTALL);
  });

  test('rewrites a Dockerfile', () => {
    const input = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n';
    const output = run('npx', ['--no-install', 'dfix', '-'], input);
    expect(output).toMatch(/^FROM debian:12-slim\nRUN --mount=type=cache/);
    expect(output).not.toBe(input);
  }, 60_000);

  test('rewrites the examples', () => {
    cpSync(path.join(root, 'examples'), path.join(folder, 'examples'), { recursive: true });
    run('npx', ['--no-install', 'dfix', '--write', 'examples']);
    expect(run('npx', ['--no-install', 'dfix', '--check', 'examples'])).toBeDefined();
  }, 60_000);
});

function sizeOf(file: string): number {
  const stats = lstatSync(file);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0);
}
