import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path, { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { canServe } from '../support/git-server.js';
import { root } from '../support/paths.js';
import { serveGithub } from '../support/platforms/github.js';
import { serveGitlab } from '../support/platforms/gitlab.js';
import { type Served, TOKEN } from '../support/platforms/platform.js';
import { BRANCH, makeWorld, type World } from '../support/publishing.js';

jest.setTimeout(300_000);

const TEXT = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD ["curl"]\n';
const built = join(root, 'node_modules', '.cache', 'dfix', 'entries');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
};

let world: World;
let served: Served | undefined;
const checkout = (): string => join(world.root, 'work');

beforeAll(async () => {
  mkdirSync(join(built, 'bin'), { recursive: true });
  writeFileSync(join(built, 'package.json'), '{ "type": "module" }');
  execFileSync(process.execPath, [join(root, 'scripts', 'build-action.js'), join(built, action.runs.main)]);
  const { build } = await import('esbuild');
  const entry = `import { main } from './src/cli.ts';
    const { stdout, stderr, stdin, env } = process;
    process.exitCode = await main(process.argv.slice(2), { stdout, stderr, stdin, cwd: process.cwd(), env, isTTY: false });`;
  await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    outfile: join(built, 'cli.mjs'),
    ...{ bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error' },
  });
  writeFileSync(join(built, 'bin', 'dfix'), `#!/bin/sh\nexec "${process.execPath}" "${join(built, 'cli.mjs')}" "$@"\n`);
  chmodSync(join(built, 'bin', 'dfix'), 0o755);
});
beforeEach(() => {
  world = makeWorld(TEXT);
});
afterEach(async () => {
  await served?.close();
  served = undefined;
  world.close();
});

function run(command: string, words: readonly string[], more: Readonly<Record<string, string>>) {
  const env = { PATH: `${join(built, 'bin')}${path.delimiter}${process.env['PATH']!}`, HOME: world.root, ...more };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(command, words, { cwd: checkout(), env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Runs the action as a runner does: inputs with their defaults and the event in the environment. */
function step(inputs: Readonly<Record<string, string>>, event: object = {}) {
  const file = join(world.root, 'event.json');
  writeFileSync(file, JSON.stringify(event));
  const given = Object.entries(action.inputs).map(([name, { default: value = '' }]) => {
    const text = inputs[name] ?? value.replace('${{ github.token }}', TOKEN);
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, text];
  });
  return run(process.execPath, [join(built, action.runs.main)], {
    ...Object.fromEntries(given),
    GITHUB_EVENT_PATH: file,
    GITHUB_OUTPUT: join(world.root, 'output'),
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_SERVER_URL: served?.origin ?? '',
    GITHUB_API_URL: `${served?.origin ?? ''}/api/v3`,
  });
}

/** A branch that appends to the Dockerfile, as a contributor's pull request. */
function contribute(): void {
  world.git('checkout', '-q', '-b', 'topic');
  writeFileSync(join(checkout(), 'Dockerfile'), `${TEXT}RUN apk add git\n`);
  world.git('commit', '-qam', 'mine');
  world.git('push', '-q', 'origin', 'topic');
  const pull = served!.platform.add({
    ...{ title: 'mine', body: '', draft: false, base: 'trunk', head: { repo: 'o/r', branch: 'topic' } },
  });
  for (const kind of ['pull', 'merge-requests']) {
    served!.platform.git('o/r', 'update-ref', `refs/${kind}/1/head`, pull.sha);
  }
}

describe('the GitHub Action', () => {
  test('runs on Node 24', () => {
    expect(action.runs.using).toBe('node24');
  });
  test('marks lines, writes SARIF and fails in mode check', async () => {
    const { code, out } = await step({ sarif: 'dfix.sarif' });
    expect(code).toBe(1);
    expect(out).toMatch(/^::warning file=Dockerfile,line=2,/m);
    const sarif = JSON.parse(readFileSync(join(checkout(), 'dfix.sarif'), 'utf8')) as { version: string };
    expect(sarif.version).toBe('2.1.0');
    expect(readFileSync(join(world.root, 'output'), 'utf8')).toBe('sarif=dfix.sarif\n');
    writeFileSync(join(checkout(), 'Dockerfile'), 'FROM scratch\n');
    expect(await step({})).toMatchObject({ code: 0, out: '' });
  });
  test('says what an input may not be', async () => {
    const { code, out } = await step({ mode: 'chek' });
    expect({ code, out }).toEqual({ code: 2, out: '::error title=dfix::mode takes check, comment, pr, not "chek"\n' });
  });
  (canServe ? test : test.skip)('suggests in the pull request of its event', async () => {
    served = await serveGithub(world.root);
    contribute();
    const event = JSON.parse(readFileSync(join(root, '__tests__', 'ci', 'pull-request.json'), 'utf8')) as object;
    expect(await step({ mode: 'comment' }, event)).toMatchObject({ code: 0, err: '' });
    expect(served.platform.pulls[0]!.remarks.length).toBeGreaterThan(0);
    expect((await step({ mode: 'comment' }, { ref: 'refs/heads/trunk' })).out).toContain('about no pull request');
  });
  (canServe ? test : test.skip)('opens a pull request', async () => {
    served = await serveGithub(world.root);
    world.git('remote', 'set-url', 'origin', `${served.origin}/o/r`);
    const { code, out, err } = await step({ mode: 'pr' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`opened: ${served.origin}/o/r/pull/1\n`);
    expect(served.platform.git('o/r', 'log', '-1', '--format=%an', BRANCH)).toBe('github-actions[bot]');
  });
});

test('pre-commit hooks check and write the files that they are given', async () => {
  const file = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as readonly {
    id: string;
    entry: string;
  }[];
  const hooks = new Map(file.map(({ id, entry }) => [id, entry.split(' ')]));
  const hook = (id: string) => run(hooks.get(id)![0]!, [...hooks.get(id)!.slice(1), 'Dockerfile'], {});
  expect((await hook('dfix')).code).toBe(1);
  expect((await hook('dfix-write')).code).toBe(0);
  expect(readFileSync(join(checkout(), 'Dockerfile'), 'utf8')).not.toBe(TEXT);
  expect((await hook('dfix')).code).toBe(0);
  expect(existsSync(join(checkout(), '.git', 'hooks', 'pre-commit'))).toBe(false);
});

(canServe ? test : test.skip)('the GitLab template checks, suggests and opens a merge request', async () => {
  served = await serveGitlab(world.root);
  const template = parse(readFileSync(join(root, 'templates', 'dfix.gitlab-ci.yml'), 'utf8')) as Record<
    string,
    { script: string[] }
  >;
  const variables = {
    ...{ CI_PROJECT_URL: `${served.origin}/o/r`, CI_SERVER_URL: served.origin, CI_MERGE_REQUEST_IID: '1' },
    ...{ GITLAB_TOKEN: TOKEN, DFIX_AUTHOR_NAME: 'dfix', DFIX_AUTHOR_EMAIL: 'dfix@example.org' },
  };
  const job = (name: string) => run('sh', ['-ec', template[name]!.script.join('\n')], variables);
  expect((await job('.dfix-check')).code).toBe(1);
  contribute();
  expect(await job('.dfix-comment')).toMatchObject({ code: 0, err: '' });
  expect(served.platform.pulls[0]!.remarks.some(({ body }) => body.includes('```suggestion:-'))).toBe(true);
  expect(await job('.dfix-pr')).toMatchObject({ code: 0, err: '' });
  expect(served.platform.pulls[1]).toMatchObject({ state: 'open', head: { branch: BRANCH } });
});

(canServe ? test : test.skip)(
  'a run that is killed between its push and its opening leaves one pull request to the next',
  async () => {
    served = await serveGithub(world.root);
    const { platform, origin } = served;
    const words = ['pr', `${origin}/o/r.git`, '--platform', 'github', '--base-url', origin];
    const me = ['--author-name', 'dfix', '--author-email', 'dfix@example.org'];
    const env = { PATH: process.env['PATH']!, HOME: world.root, GH_ENTERPRISE_TOKEN: TOKEN };
    const child = spawn(process.execPath, [join(built, 'cli.mjs'), ...words, ...me], { cwd: checkout(), env });
    const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    // The call is heard, but never has its effect.
    platform.hold = ({ method, path: at }) => {
      if (method !== 'POST' || !at.endsWith('/pulls')) return Promise.resolve();
      child.kill('SIGKILL');
      return new Promise(() => undefined);
    };
    expect(await ended).toBe('SIGKILL');
    platform.hold = undefined;
    expect(platform.tip('o/r', BRANCH)).toBeDefined();
    expect(platform.pulls).toEqual([]);
    const again = () => run(process.execPath, [join(built, 'cli.mjs'), ...words, ...me], env);
    expect(await again()).toMatchObject({ code: 0, out: `opened: ${origin}/o/r/pull/1\n` });
    expect(await again()).toMatchObject({ code: 0, out: `up to date already: ${origin}/o/r/pull/1\n` });
    expect(platform.pulls).toHaveLength(1);
  },
);
