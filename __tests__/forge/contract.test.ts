import process from 'node:process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readControls, readState } from '../../src/forge/state.js';
import type { Platform } from '../../src/forge/types.js';
import { canServe } from '../support/git-server.js';
import { serveBitbucket } from '../support/platforms/bitbucket.js';
import { serveGitea } from '../support/platforms/gitea.js';
import { serveGithub } from '../support/platforms/github.js';
import { serveGitlab } from '../support/platforms/gitlab.js';
import { type FakePlatform, LOGIN, type Served, TOKEN } from '../support/platforms/platform.js';
import { BRANCH, commitAsPerson, connectTo, makeWorld, run, type World } from '../support/publishing.js';

// Each run is some thirty processes of git.
jest.setTimeout(300_000);

interface Kind {
  readonly platform: Platform;
  readonly serve: (root: string) => Promise<Served & { readonly violations: readonly string[] }>;
  /** The call that opens a pull request. */
  readonly opens: RegExp;
  /** A call that only reads. */
  readonly reads: RegExp;
}

const KINDS: readonly Kind[] = [
  { platform: 'github', serve: serveGithub, opens: /^POST .*\/pulls$/, reads: /^GET .*\/pulls$/ },
  { platform: 'gitlab', serve: serveGitlab, opens: /^POST .*\/merge_requests$/, reads: /^GET .*\/merge_requests$/ },
  { platform: 'gitea', serve: serveGitea, opens: /^POST .*\/pulls$/, reads: /^GET .*\/pulls$/ },
  { platform: 'bitbucket', serve: serveBitbucket, opens: /^POST .*\/pullrequests$/, reads: /^GET .*\/pullrequests$/ },
];
/** All hold to the same; the others take minutes of git and run in `npm run long`. */
const asked = process.env['DFIX_TEST_LONG'] === '1' ? KINDS : KINDS.slice(0, 1);

(canServe ? describe : describe.skip).each(asked)(
  'a pull request on $platform',
  ({ platform: name, serve, opens, reads }) => {
    let world: World;
    let served: Awaited<ReturnType<Kind['serve']>>;
    let platform: FakePlatform;
    const tree = (ref: string): string => platform.git('o/r', 'show', `${ref}:Dockerfile`);
    const pushes = (): string => platform.git('o/r', 'rev-parse', BRANCH);
    const tick = (box: string): void => {
      const pull = platform.open[0]!;
      pull.body = pull.body.replace(new RegExp(`\\[ \\](?=[^\\n]*${box})`), '[x]');
    };

    beforeEach(async () => {
      world = makeWorld('FROM a\n');
      served = await serve(world.root);
      platform = served.platform;
    });
    afterEach(async () => {
      await served.close();
      world.close();
      expect(served.violations).toEqual([]);
    });

    test('is opened once, found again, and follows the base', async () => {
      expect(await run(name, served)).toMatchObject({ outcome: 'opened', pull: { number: 1 } });
      const [pull] = platform.open;
      expect(pull).toMatchObject({ title: 'build(docker): make it fast', base: 'trunk', draft: false });
      expect(pull!.head).toEqual({ repo: 'o/r', branch: BRANCH });
      expect(readState(pull!.body)?.families).toEqual(['first', 'second']);
      expect(tree(BRANCH)).toBe('FROM a\nRUN first\nRUN second');
      const before = pushes();
      const { length } = platform.log;
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged', pull: { number: 1 } });
      expect(pushes()).toBe(before);
      expect(platform.log.slice(length).filter((call) => !call.startsWith('GET'))).toEqual([]);
      world.commit('FROM b\n');
      expect(await run(name, served)).toMatchObject({ outcome: 'updated', pull: { number: 1 } });
      expect(tree(BRANCH)).toBe('FROM b\nRUN first\nRUN second');
      expect(platform.git('o/r', 'merge-base', 'trunk', BRANCH)).toBe(platform.tip('o/r', 'trunk'));
      world.commit('FROM b\n');
      expect(await run(name, served)).toMatchObject({ outcome: 'updated' });
      expect(platform.git('o/r', 'merge-base', 'trunk', BRANCH)).toBe(platform.tip('o/r', 'trunk'));
      expect(readState(platform.open[0]!.body)?.base).toBe(platform.tip('o/r', 'trunk'));
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged' });
      expect(platform.pulls).toHaveLength(1);
    });

    test('is left to a person who commits to it, until the box says otherwise', async () => {
      await run(name, served);
      commitAsPerson(world);
      const theirs = pushes();
      world.commit('FROM b\n');
      expect(await run(name, served)).toMatchObject({ outcome: 'hands off' });
      // So many remarks that the one of dfix is on another page.
      platform.open[0]!.comments.unshift(...Array.from({ length: 120 }, (_, index) => `remark ${index}`));
      expect(await run(name, served)).toMatchObject({ outcome: 'hands off' });
      expect(pushes()).toBe(theirs);
      expect(platform.open[0]!.comments.filter((text) => text.includes('leaves it alone'))).toHaveLength(1);
      tick('Rebase this');
      expect(await run(name, served)).toMatchObject({ outcome: 'updated' });
      expect(tree(BRANCH)).toBe('FROM b\nRUN first\nRUN second');
      expect(readControls(platform.open[0]!.body).rebase).toBe(false);
    });

    test('leaves out what a maintainer ticks, and keeps the tick', async () => {
      await run(name, served);
      tick('Leave out `first`');
      expect(await run(name, served)).toMatchObject({ outcome: 'updated' });
      expect(tree(BRANCH)).toBe('FROM a\nRUN second');
      expect(readControls(platform.open[0]!.body).drop).toEqual(['first']);
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged' });
      tick('Leave out `second`');
      expect(await run(name, served)).toMatchObject({ outcome: 'closed' });
      expect(await run(name, served)).toMatchObject({ outcome: 'no changes' });
    });

    test('is closed with a note when it is obsolete, and another one opened when there is more', async () => {
      await run(name, served);
      world.commit('FROM a\n# done\n');
      expect(await run(name, served)).toMatchObject({ outcome: 'closed', pull: { number: 1 } });
      expect(platform.pulls[0]).toMatchObject({ state: 'closed' });
      expect(platform.pulls[0]!.title).toMatch(/ - autoclosed$/);
      expect(platform.pulls[0]!.comments).toHaveLength(1);
      expect(platform.tip('o/r', BRANCH)).toBeUndefined();
      expect(await run(name, served)).toMatchObject({ outcome: 'no changes' });
      world.commit('FROM c\n');
      expect(await run(name, served)).toMatchObject({ outcome: 'opened', pull: { number: 2 } });
      expect(platform.open).toHaveLength(1);
    });

    test('that a person closed is not opened again', async () => {
      await run(name, served);
      platform.pulls[0]!.state = 'closed';
      world.commit('FROM b\n');
      const before = pushes();
      expect(await run(name, served)).toMatchObject({ outcome: 'closed by a person', pull: { number: 1 } });
      expect(pushes()).toBe(before);
      expect(platform.pulls).toHaveLength(1);
    });

    test('is opened by the next run when one was killed after its push, or before it heard the answer', async () => {
      platform.faults.push({ on: opens, status: 501, times: 9 });
      await expect(run(name, served)).rejects.toThrow('501');
      expect(tree(BRANCH)).toBe('FROM a\nRUN first\nRUN second');
      expect(platform.pulls).toEqual([]);
      platform.faults.splice(0, 1, { on: opens, status: 501, times: 1, late: true });
      await run(name, served).catch(() => undefined);
      expect(platform.open).toHaveLength(1);
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged', pull: { number: 1 } });
      expect(platform.pulls).toHaveLength(1);
    });

    test('is one when runs meet', async () => {
      // Both have looked before either opens.
      let waiting = 0;
      let release = (): void => undefined;
      const both = new Promise<void>((resolve) => (release = resolve));
      platform.hold = async ({ method, path }) => {
        if (!opens.test(`${method} ${path}`)) return;
        if (++waiting === 2) release();
        await Promise.race([both, new Promise((resolve) => setTimeout(resolve, 60_000))]);
      };
      const outcomes = await Promise.all([run(name, served), run(name, served), run(name, served)]);
      expect(waiting).toBeGreaterThanOrEqual(2);
      expect(platform.open).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'opened').length).toBeLessThanOrEqual(1);
      expect(new Set(outcomes.map(({ pull }) => pull!.number))).toEqual(new Set([platform.open[0]!.number]));
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged' });
    });

    test('is merged, at the commit that was seen only', async () => {
      await run(name, served);
      const { forge } = await connectTo(name, served);
      const [pull] = await forge.pulls(BRANCH, undefined);
      // Bitbucket takes no commit.
      if (name !== 'bitbucket') await expect(forge.merge({ ...pull!, head: '0'.repeat(40) })).rejects.toThrow();
      expect(platform.open).toHaveLength(1);
      await forge.merge(pull!);
      expect(platform.pulls[0]!.state).toBe('merged');
      expect((await forge.pulls(BRANCH, undefined)).map(({ state }) => state)).toEqual(['merged']);
    });

    test('comes as a draft, and stays one', async () => {
      await run(name, served, { draft: true });
      expect(platform.open[0]!.draft).toBe(true);
      world.commit('FROM b\n');
      platform.open[0]!.title = 'other';
      await run(name, served, { draft: true });
      expect(platform.open[0]).toMatchObject({ draft: true, title: 'build(docker): make it fast' });
    });

    test('comes from a fork', async () => {
      expect(await run(name, served, { fork: true })).toMatchObject({ outcome: 'opened' });
      expect(platform.open[0]!.head).toEqual({ repo: `${LOGIN}/r`, branch: BRANCH });
      expect(platform.tip('o/r', BRANCH)).toBeUndefined();
      expect(await run(name, served, { fork: true })).toMatchObject({ outcome: 'unchanged' });
      world.commit('FROM b\n');
      expect(await run(name, served, { fork: true })).toMatchObject({ outcome: 'updated' });
      expect(platform.pulls).toHaveLength(1);
    });

    test('waits for a platform that is busy or out of order', async () => {
      platform.faults.push({ on: reads, status: 502, times: 1 });
      platform.faults.push({
        on: reads,
        status: 429,
        times: 1,
        headers: { 'Retry-After': '1' },
        body: { message: 'API rate limit exceeded' },
      });
      expect(await run(name, served)).toMatchObject({ outcome: 'opened' });
      expect(platform.pulls).toHaveLength(1);
    });

    test('is refused with a reason that names no token', async () => {
      const body = { message: `Resource not accessible with ${TOKEN}` };
      platform.faults.push({ on: opens, status: 403, times: 1, body });
      const error = await run(name, served).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'DfixError', code: 'permission' });
      expect(String(error)).toMatch(/refuses: .*not accessible/);
      expect(String(error)).not.toContain(TOKEN);
      const hooks = join(world.root, 'o', 'r.git', 'hooks');
      mkdirSync(hooks, { recursive: true });
      writeFileSync(join(hooks, 'update'), '#!/bin/sh\necho "GH006: Protected branch update failed" >&2\nexit 1\n');
      chmodSync(join(hooks, 'update'), 0o755);
      world.git('fetch', '-q', 'origin');
      platform.git('o/r', 'update-ref', '-d', `refs/heads/${BRANCH}`);
      await expect(run(name, served)).rejects.toThrow(/push of dfix\/dockerfile was refused: .*Protected branch/);
      expect(platform.pulls).toEqual([]);
    });

    test('is found among many, and the base of another is another', async () => {
      await run(name, served);
      const [own] = platform.open;
      platform.add({ title: 'mine', body: '', draft: false, base: 'release', head: own!.head });
      for (let count = 0; count < 130; count++) {
        platform.pulls.push({ ...own!, number: platform.pulls.length + 1, state: 'closed' });
      }
      expect(await run(name, served)).toMatchObject({ outcome: 'unchanged', pull: { number: 1 } });
      expect(platform.open.map(({ number }) => number)).toEqual([1, 2]);
    });
  },
);
