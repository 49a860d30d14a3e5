import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readArguments } from '../../src/commands/command-line.js';
import { pr } from '../../src/commands/pr.js';
import { formatError } from '../../src/errors.js';
import { transforms } from '../../transforms/index.js';
import { canServe } from '../support/git-server.js';
import { caught } from './harness.js';
import { serveGithub } from '../support/platforms/github.js';
import { type Served, TOKEN } from '../support/platforms/platform.js';
import { BRANCH, makeWorld, type World } from '../support/publishing.js';

jest.setTimeout(300_000);

const TEXT = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD ["curl"]\n';
const ME = ['--author-name', 'dfix', '--author-email', 'dfix@example.org'];

(canServe ? describe : describe.skip)('dfix pr', () => {
  let world: World;
  let served: Served;
  beforeEach(async () => {
    world = makeWorld(TEXT);
    served = await serveGithub(world.root);
  });
  afterEach(async () => {
    await served.close();
    world.close();
  });

  async function run(...words: readonly string[]) {
    const { io, said } = caught(join(world.root, 'work'), {
      env: { GH_ENTERPRISE_TOKEN: TOKEN, HOME: world.root, PATH: process.env['PATH'] },
    });
    const platform = ['--platform', 'github', '--base-url', served.origin];
    try {
      const request = await readArguments(['pr', ...words, ...platform, ...ME], io);
      if (request.command !== 'pr') throw new Error(request.command);
      return { code: await pr(request.args, io, transforms, 5), ...said() };
    } catch (error) {
      const { out, err } = said();
      return { code: 2, out, err: err + formatError(error) };
    }
  }
  const address = (): string => `${served.origin}/o/r.git`;

  test('opens a pull request for an address, signed off, and finds it again from a checkout', async () => {
    const dry = await run(address(), '--dry-run', '--signoff');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(served.platform.log).toEqual([]);
    expect(served.platform.tip('o/r', BRANCH)).toBeUndefined();
    const first = await run(address(), '--signoff');
    expect(first).toEqual({ code: 0, out: `opened: ${served.origin}/o/r/pull/1\n`, err: '' });
    const [pull] = served.platform.open;
    expect(dry.out).toContain(pull!.title);
    expect(dry.out).toContain(pull!.body);
    expect(pull!.body).toContain('**Not verified:**');
    const log = served.platform.git('o/r', 'log', '--format=%an <%ae>%n%B', `trunk..${BRANCH}`);
    expect(log).toContain('Signed-off-by: dfix <dfix@example.org>');
    world.git('remote', 'set-url', 'origin', address());
    const status = world.git('status', '--porcelain');
    const again = await run('--signoff', 'Dockerfile');
    expect(again).toEqual({ code: 0, out: `up to date already: ${served.origin}/o/r/pull/1\n`, err: '' });
    expect(world.git('status', '--porcelain')).toBe(status);
    expect(world.git('branch', '--list')).not.toContain('dfix');
  });

  test('pushes one commit only, and opens nothing, when asked', async () => {
    expect(await run(address(), '--push-only', '--one-commit', '--branch', 'dfix/mine')).toMatchObject({
      code: 0,
      out: 'the branch is pushed\n',
    });
    expect(served.platform.log).toEqual([]);
    expect(served.platform.git('o/r', 'rev-list', '--count', 'trunk..dfix/mine')).toBe('1');
  });

  test('runs no code of a repository that only has an address', async () => {
    const work = join(world.root, 'work');
    execFileSync('node', ['-e', `require('fs').writeFileSync('dfix.config.mjs', 'throw new Error("ran")')`], {
      cwd: work,
    });
    world.commit(TEXT);
    const { code, out, err } = await run(address());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('code is not run here');
    expect(served.platform.pulls).toEqual([]);
  });

  test('says what is missing or wrong, with no token in it', async () => {
    expect((await run(`http://x:${TOKEN}@127.0.0.1:1/o/r`)).err).toMatch(/password on a command line/);
    expect((await run('https://elsewhere.example/o/r')).err).toMatch(/another server/);
    const { err } = await run(`${served.origin}/o/none.git`);
    expect(err).not.toBe('');
    expect(err).not.toContain(TOKEN);
    expect(err).not.toContain(Buffer.from(`x-access-token:${TOKEN}`).toString('base64'));
  });

  test('suggests at the lines that a pull request touches, each finding once', async () => {
    world.git('checkout', '-q', '-b', 'topic');
    execFileSync('node', ['-e', `require('fs').appendFileSync('Dockerfile', 'RUN apk add git\\n')`], {
      cwd: join(world.root, 'work'),
    });
    world.git('commit', '-qam', 'mine');
    world.git('push', '-q', 'origin', 'topic');
    const head = { repo: 'o/r', branch: 'topic' };
    const pull = served.platform.add({ title: 'mine', body: '', draft: false, base: 'trunk', head });
    served.platform.git('o/r', 'update-ref', 'refs/pull/1/head', pull.sha);
    const first = await run(address(), '--comment', '1');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^[1-9]\d* new suggestion/);
    const told = pull.remarks.length;
    expect(pull.remarks.some(({ body }) => body.includes('```suggestion\n'))).toBe(true);
    expect(await run(address(), '--comment', '1')).toMatchObject({ out: '0 new suggestions\n' });
    expect(pull.remarks).toHaveLength(told);
    expect(served.platform.tip('o/r', BRANCH)).toBeUndefined();
  });
});
