import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { canServe } from '../support/git-server.js';
import { root } from '../support/paths.js';
import { serveBitbucket } from '../support/platforms/bitbucket.js';
import { serveGitea } from '../support/platforms/gitea.js';
import { serveGithub } from '../support/platforms/github.js';
import { serveGitlab } from '../support/platforms/gitlab.js';
import { TOKEN } from '../support/platforms/platform.js';
import { BRANCH, makeWorld, type World } from '../support/publishing.js';

jest.setTimeout(300_000);

const TEXT = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCMD ["curl"]\n';
const isBuilt = existsSync(join(root, 'dist/cli.cjs'));

const KINDS = [
  { name: 'github', serve: serveGithub, variable: 'GH_ENTERPRISE_TOKEN' },
  { name: 'gitlab', serve: serveGitlab, variable: 'GITLAB_TOKEN' },
  { name: 'gitea', serve: serveGitea, variable: 'GITEA_TOKEN' },
  { name: 'bitbucket', serve: serveBitbucket, variable: 'BITBUCKET_TOKEN' },
];
/** All hold to the same; the others take minutes of git and run in `npm run long`. */
const asked = process.env['DFIX_TEST_LONG'] === '1' ? KINDS : KINDS.slice(0, 1);

(canServe && isBuilt ? describe : describe.skip).each(asked)('a campaign on $name', ({ name, serve, variable }) => {
  let world: World;
  let served: Awaited<ReturnType<(typeof KINDS)[number]['serve']>>;
  let folder: string;
  beforeEach(async () => {
    world = makeWorld(TEXT);
    served = await serve(world.root);
    folder = join(world.root, 'campaign');
    mkdirSync(folder);
    const repository = `${served.origin}/o/r.git`;
    writeFileSync(
      join(folder, 'dfix-batch.yaml'),
      `repos: ['${repository}']\nplatform: ${name}\nbaseUrl: ${served.origin}\n`,
    );
    writeFileSync(join(world.root, '.gitconfig'), '[user]\nname = dfix\nemail = dfix@example.org\n');
  });
  afterEach(async () => {
    await served.close();
    world.close();
    expect(served.violations).toEqual([]);
  });

  /** The command as it is installed; what it prints, without the name of the repository. */
  async function batch(...words: readonly string[]): Promise<string> {
    const env = { ...process.env, CI: '1', HOME: world.root, XDG_CONFIG_HOME: world.root, [variable]: TOKEN };
    const child = spawn(process.execPath, [join(root, 'bin/dfix.js'), 'batch', ...words], { cwd: folder, env });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (out += text.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect(out).not.toContain(TOKEN);
    return out
      .replaceAll(served.origin, '')
      .replaceAll('/o/r.git', '/o/r')
      .replace(/\/o\/r\/(?:-\/merge_requests|pulls|pull-requests)\//g, '/o/r/pull/')
      .trim();
  }
  const changes = (): readonly string[] => served.platform.log.filter((call) => !call.startsWith('GET'));

  test('goes from a plan to a pull request that is merged, and the next one is closed; each once', async () => {
    const { platform } = served;
    expect(await batch('plan')).toBe('done  /o/r');
    expect(await batch('publish')).toBe('1 left out: dfix batch preview comes first');
    expect(await batch('preview')).toBe('done  /o/r');
    expect([changes(), platform.tip('o/r', BRANCH)]).toEqual([[], undefined]);
    const kept = readdirSync(join(folder, '.dfix-batch/artefacts'));
    const preview = readFileSync(
      join(
        folder,
        '.dfix-batch/artefacts',
        kept.find((name) => name.endsWith('.md'))!,
      ),
    );
    expect(await batch('publish')).toBe('done  /o/r  opened: /o/r/pull/1');
    expect(preview.toString()).toBe(platform.open[0]!.body);
    expect(platform.git('o/r', 'show', `${BRANCH}:Dockerfile`)).not.toBe(TEXT.trim());
    const { length } = changes();
    expect(await batch('publish')).toBe('');
    expect(await batch('status')).toContain('status: 1 done, 0 skipped, 0 failed\n  1 open');
    expect(changes()).toHaveLength(length);
    expect(await batch('merge')).toBe('done  /o/r  merged: /o/r/pull/1');
    expect(platform.tip('o/r', 'trunk')).toBe(platform.tip('o/r', BRANCH));
    expect(await batch('close')).toBe('skipped  /o/r  merged: /o/r/pull/1');

    world.git('fetch', '-q', 'origin');
    world.commit(TEXT.replace('curl', 'git'));
    await batch('plan');
    await batch('preview');
    expect(await batch('publish')).toBe('done  /o/r  opened: /o/r/pull/2');
    expect(await batch('close')).toBe('done  /o/r  closed: /o/r/pull/2');
    expect(platform.pulls.map(({ state }) => state)).toEqual(['merged', 'closed']);
    expect(platform.pulls[1]!.comments).toHaveLength(1);
    expect(await batch('merge')).toBe('skipped  /o/r  closed: /o/r/pull/2');
    expect([await batch('publish'), await batch('close')]).toEqual(['', '']);
    expect(platform.pulls[1]!.comments).toHaveLength(1);
  });
});
