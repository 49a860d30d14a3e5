import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Forge } from '../../../src/forge/port.js';
import type { Platform } from '../../../src/forge/types.js';
import { connect } from '../../../src/ports/forge/connect.js';
import { canServe } from '../../support/git-server.js';
import { serveBitbucket } from '../../support/platforms/bitbucket.js';
import { bitbucketTypes, type DescribedTypes, giteaTypes, strayFrom } from '../../support/platforms/described-types.js';
import { serveGitea } from '../../support/platforms/gitea.js';
import { serveGithub } from '../../support/platforms/github.js';
import { serveGitlab } from '../../support/platforms/gitlab.js';
import { type Fault, TOKEN } from '../../support/platforms/platform.js';
import { BRANCH, makeWorld, type World } from '../../support/publishing.js';

jest.setTimeout(120_000);

interface Kind {
  readonly name: Platform;
  readonly serve: typeof serveGithub;
  /** Where the interface starts. */
  readonly prefix: string;
  /** GitHub's fake holds each call against its description by itself; GitLab's has one that is written by hand. */
  readonly described?: () => DescribedTypes;
}

const KINDS: readonly Kind[] = [
  { name: 'github', serve: serveGithub, prefix: '/api/v3' },
  { name: 'gitlab', serve: serveGitlab, prefix: '/api/v4' },
  { name: 'gitea', serve: serveGitea, prefix: '/api/v1', described: giteaTypes },
  { name: 'bitbucket', serve: serveBitbucket, prefix: '/2.0', described: bitbucketTypes },
];
const OPENS = /^POST .*\/(?:pulls|merge_requests|pullrequests)$/;
const LISTS = /^GET .*\/(?:pulls|merge_requests|pullrequests)$/;
const SHOWS = /^GET .*\/(?:pulls|merge_requests|pullrequests)\/1$/;

(canServe ? describe : describe.skip).each(KINDS)('$name', ({ serve, name, prefix, described }) => {
  let world: World;
  let served: Awaited<ReturnType<typeof serve>>;
  let forge: Forge;
  let said: string[];
  const pull = { branch: BRANCH, base: 'trunk', title: 'faster', body: 'why', draft: false, fork: undefined };
  const fail = (on: RegExp, fault: Omit<Fault, 'on' | 'times'>, times = 1): void =>
    void served.platform.faults.push({ on, times, ...fault });
  const connected = (token = TOKEN): Promise<Forge> => {
    const { origin } = served;
    const say = (text: string): void => void said.push(text);
    return connect(name, { api: origin + prefix, origin, path: 'o/r', token, user: undefined, say, second: 5 });
  };

  beforeEach(async () => {
    world = makeWorld('FROM a\nRUN a\n');
    writeFileSync(join(world.root, 'work', 'Dockerfile'), 'FROM a\nRUN b\n');
    world.git('commit', '-qam', 'mine');
    world.git('push', '-q', 'origin', `HEAD:refs/heads/${BRANCH}`);
    served = await serve(world.root);
    said = [];
    forge = await connected();
  });
  afterEach(async () => {
    await served.close();
    world.close();
    expect(served.violations).toEqual([]);
  });

  test('is asked, and answers, as it describes itself', async () => {
    const one = (await forge.open(pull))!;
    expect(one).toMatchObject({ number: 1, state: 'open', title: 'faster', body: 'why', base: 'trunk' });
    if (name !== 'bitbucket') expect(await forge.open(pull)).toBeUndefined();
    await forge.edit(one, { title: 'better', body: 'because' });
    expect(await forge.pulls(BRANCH, undefined)).toMatchObject([{ number: 1, title: 'better', body: 'because' }]);
    await forge.comment(1, 'well');
    expect(await forge.comments(1)).toEqual(['well']);
    const { head, files } = await forge.reviewed(1);
    expect(files).toMatchObject([{ path: 'Dockerfile' }]);
    await forge.review(1, head, [{ path: 'Dockerfile', start: 2, end: 2, body: 'look' }]);
    expect((await forge.reviewed(1)).remarks).toEqual(['look']);
    const fork = await forge.fork();
    expect(fork.path).toBe('bot/r');
    const theirs = await forge.open({ ...pull, draft: true, fork });
    expect(await forge.pulls(BRANCH, fork)).toMatchObject([{ number: 2, draft: true }]);
    await forge.edit(theirs!, { close: true });
    await forge.merge((await forge.pulls(BRANCH, undefined))[0]!);
    expect(await forge.pulls(BRANCH, undefined)).toMatchObject([{ number: 1, state: 'merged' }]);
    if (described !== undefined) expect(strayFrom(described(), served.platform.exchanges)).toEqual([]);
  });

  test('waits where it is asked to, says so, and does once what it was to do', async () => {
    const now = Math.floor(Date.now() / 1000);
    const secondary = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
    const primary = { message: 'API rate limit exceeded for user ID 1.' };
    if (name === 'github') {
      fail(OPENS, { status: 403, headers: { 'Retry-After': '2' }, body: secondary });
      const headers = { 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': `${now + 1}` };
      fail(LISTS, { status: 403, headers, body: primary });
    } else {
      fail(OPENS, { status: 429, headers: { 'Retry-After': '2' }, body: { message: 'slow down' } });
      fail(LISTS, { status: 429, headers: { 'Retry-After': '1' }, body: { message: 'slow down' } });
    }
    expect(await forge.open(pull)).toMatchObject({ number: 1 });
    expect(await forge.pulls(BRANCH, undefined)).toHaveLength(1);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/(?:secondary )?rate limit is reached; going on in 2 s$/);
    expect(served.platform.log.filter((call) => OPENS.test(call))).toHaveLength(2);
  });

  test('does not wait for hours, or for ever', async () => {
    const body = { message: 'You have exceeded a secondary rate limit' };
    const status = name === 'github' ? 403 : 429;
    fail(LISTS, { status, headers: { 'Retry-After': '7200' }, body });
    await expect(forge.pulls(BRANCH, undefined)).rejects.toMatchObject({ code: 'rate-limit' });
    expect(said).toEqual([]);
    fail(LISTS, { status, headers: { 'Retry-After': '1' }, body }, 99);
    await expect(forge.pulls(BRANCH, undefined)).rejects.toMatchObject({ code: 'rate-limit' });
    expect(said).toHaveLength(3);
  });

  test('asks again what only reads when it is out of order, and opens and tells nothing twice', async () => {
    fail(LISTS, { status: 502, body: { message: 'Bad Gateway' } }, 2);
    expect(await forge.pulls(BRANCH, undefined)).toEqual([]);
    fail(OPENS, { status: 502, body: { message: 'Bad Gateway' }, late: true });
    await forge.open(pull).catch((error: unknown) => expect(error).toMatchObject({ code: 'platform' }));
    expect(served.platform.pulls).toHaveLength(1);
    fail(/^POST .*\/(?:comments|notes)$/, { status: 500, body: { message: 'Oops' }, late: true });
    await expect(forge.comment(1, 'well')).rejects.toMatchObject({ code: 'platform' });
    expect(await forge.comments(1)).toEqual(['well']);
  });

  test('is refused in one line that says what to do and holds no token', async () => {
    const told = async (work: Promise<unknown>): Promise<unknown> => {
      const error = await work.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'DfixError', hint: expect.any(String) });
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(TOKEN);
      return (error as { readonly code: string }).code;
    };
    expect(await told((await connected(`${TOKEN}-of-old`)).pulls(BRANCH, undefined))).toBe('token');
    fail(OPENS, { status: 403, body: { message: `Resource not accessible with ${TOKEN}` } });
    expect(await told(forge.open(pull))).toBe('permission');
    fail(SHOWS, { status: 404, body: { message: 'Not Found' } });
    expect(await told(forge.reviewed(1))).toBe('missing');
  });

  test('says what a protected branch refuses, and merges no commit that was not looked at', async () => {
    const one = (await forge.open(pull))!;
    const merges = /^(?:PUT|POST) .*\/merge$/;
    const message = 'At least 1 approving review is required';
    fail(merges, { status: 405, body: name === 'bitbucket' ? { error: { message } } : { message } });
    await expect(forge.merge(one)).rejects.toThrow(message);
    // Bitbucket cannot be told which commit is meant.
    if (name !== 'bitbucket') {
      world.git('commit', '-q', '--allow-empty', '-m', 'later');
      world.git('push', '-q', 'origin', `HEAD:refs/heads/${BRANCH}`);
      await expect(forge.merge(one)).rejects.toMatchObject({ code: 'platform' });
    }
    expect(served.platform.open).toHaveLength(1);
  });

  test('is read to its last page', async () => {
    await forge.open(pull);
    const [one] = served.platform.pulls;
    for (let number = 2; number <= 130; number++) served.platform.pulls.push({ ...one!, number, state: 'closed' });
    one!.comments.push(...Array.from({ length: 120 }, (_, index) => `remark ${index}`));
    expect((await forge.pulls(BRANCH, undefined)).map(({ number }) => number)).toEqual(
      Array.from({ length: 130 }, (_, index) => index + 1),
    );
    expect([...(await forge.comments(1))].sort()).toEqual([...one!.comments].sort());
  });
});
