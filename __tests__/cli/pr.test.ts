import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { main } from '../../src/cli.js';
import { readState } from '../../src/forge/state.js';
import { caught } from './harness.js';

const TEXT = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD ["curl"]\n';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfix-pr-'));
  writeFileSync(join(folder, 'Dockerfile'), TEXT);
  mkdirSync(join(folder, 'hooks'));
  git('init', '-q');
  git('add', 'Dockerfile');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'feat: start');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
}

async function run(...argv: readonly string[]) {
  const { io, said } = caught(folder);
  return { code: await main(argv, io), ...said() };
}

test('a dry run prints the pull request and touches nothing', async () => {
  const { code, out, err } = await run('pr', '--dry-run');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^branch: dfix\/dockerfile\nbase: [0-9a-f]{40}\ncommits:\n {2}build\(docker\): /);
  expect(out).toMatch(/\ntitle: build\(docker\): /);
  expect(out).toContain('**Not verified:**');
  const told = out.split('\n').filter((line) => line.startsWith('- **'));
  expect(told.length).toBeGreaterThan(0);
  for (const line of told) expect(line).toMatch(/; \[`[a-z-]+`\]\(https:\/\/[^ )]+\), safe\)$/);
  expect(readState(out)?.base).toBe(git('rev-parse', 'HEAD').trim());
  expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(TEXT);
  expect(git('branch', '--list', 'dfix/*')).toBe('');
});

test('only safe changes, whatever the configuration says, and the same text each time', async () => {
  writeFileSync(join(folder, 'dfix.config.json'), '{"allow":"unsafe"}');
  const { out } = await run('pr', '--dry-run', '--format', 'json');
  expect(out).not.toMatch(/`, (?:review|unsafe)\)/);
  expect((await run('pr', '--dry-run', '--format', 'json')).out).toBe(out);
  expect(JSON.parse(out)).toMatchObject({ schema: 1, branch: 'dfix/dockerfile' });
});

test('nothing to change, no repository, no remote', async () => {
  expect((await run('pr')).err).toContain('no remote called origin');
  expect((await run('pr', '--push-only', '--draft')).err).toContain('excludes --draft');
  expect((await run('pr', '--branch', 'a..b')).err).toContain('no name of a branch');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  expect(await run('pr', '--dry-run')).toMatchObject({ code: 0, out: 'nothing to change: no pull request\n' });
  rmSync(join(folder, '.git'), { recursive: true });
  expect(await run('pr', '--dry-run')).toMatchObject({ code: 2, out: '' });
});
