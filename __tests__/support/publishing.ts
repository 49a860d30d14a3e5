import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from '../../src/forge/address.js';
import { pullRequestBody } from '../../src/forge/body.js';
import { planCommits } from '../../src/forge/commits.js';
import type { Fork } from '../../src/forge/port.js';
import { publish, type Published, type Wanted } from '../../src/forge/publish.js';
import { parseRemote } from '../../src/forge/remote.js';
import { contentHash } from '../../src/forge/state.js';
import type { Platform } from '../../src/forge/types.js';
import { clone } from '../../src/ports/forge/clone.js';
import { connect } from '../../src/ports/forge/connect.js';
import { gitCredentials } from '../../src/ports/forge/credentials.js';
import { type Served, TOKEN } from './platforms/platform.js';

export const BRANCH = 'dfix/dockerfile';
export const AUTHOR = { name: 'dfix', email: 'dfix@example.org' };
/** Families of the tests: each adds its line below a Dockerfile's first one. */
const FAMILIES = ['first', 'second'];

/** A folder of bare repositories with `o/r` in it, and a work tree to commit to it as a person does. */
export interface World {
  readonly root: string;
  git(...args: readonly string[]): string;
  /** Commits a Dockerfile to the base branch. */
  commit(text: string): void;
  close(): void;
}

export function makeWorld(text: string): World {
  const root = mkdtempSync(join(tmpdir(), 'dfix-world-'));
  const work = join(root, 'work');
  const bare = join(root, 'o', 'r.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'trunk', bare]);
  for (const [name, value] of [
    ['uploadpack.allowFilter', 'true'],
    ['http.receivepack', 'true'],
  ]) {
    execFileSync('git', ['-C', bare, 'config', name!, value!]);
  }
  mkdirSync(work);
  const git = (...args: readonly string[]): string => {
    const words = ['-C', work, '-c', 'user.name=p', '-c', 'user.email=p@example.org', ...args];
    return execFileSync('git', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
  };
  git('init', '-q', '-b', 'trunk');
  git('remote', 'add', 'origin', bare);
  const commit = (content: string): void => {
    git('checkout', '-q', '-B', 'trunk', existsSync(join(work, 'Dockerfile')) ? 'origin/trunk' : 'trunk');
    writeFileSync(join(work, 'Dockerfile'), content);
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'feat: more');
    git('push', '-q', 'origin', 'trunk');
    git('fetch', '-q', 'origin');
  };
  writeFileSync(join(work, 'Dockerfile'), text);
  git('add', '-A');
  git('commit', '-qm', 'feat: start');
  git('push', '-q', 'origin', 'trunk');
  git('fetch', '-q', 'origin');
  return { root, git, commit, close: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Commits to the branch of dfix, as a person does. */
export function commitAsPerson({ git }: World, branch = BRANCH): void {
  git('fetch', '-q', 'origin', branch);
  git('checkout', '-q', '--detach', 'FETCH_HEAD');
  git('commit', '-q', '--allow-empty', '-m', 'mine');
  git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
}

export interface RunOptions {
  readonly draft?: boolean;
  readonly fork?: boolean;
  readonly pushOnly?: boolean;
  /** What waits said. */
  readonly said?: string[];
}

/** The platform, as a run speaks with it. */
export async function connectTo(platform: Platform, served: Served, said: string[] = []) {
  const address = addressOf(platform, parseRemote(`${served.origin}/o/r.git`), served.origin);
  const say = (text: string): void => void said.push(text);
  return { address, forge: await connect(platform, { ...address, token: TOKEN, user: undefined, say, second: 5 }) };
}

/** One run of `publish` with a real clone: the tests' families turn `FROM x` into `FROM x` and their lines. */
export async function run(platform: Platform, served: Served, options: RunOptions = {}): Promise<Published> {
  const remote = parseRemote(`${served.origin}/o/r.git`);
  const { address, forge } = await connectTo(platform, served, options.said);
  const environment = gitCredentials(platform, address.origin, { token: TOKEN });
  const tree = await clone(remote.url, { base: undefined, environment, secrets: [TOKEN] });
  try {
    const fork: Fork | undefined = options.fork === true ? await forge.fork() : undefined;
    return await publish({
      ...{ clone: tree, branch: BRANCH, author: AUTHOR, fork, draft: options.draft === true },
      forge: options.pushOnly === true ? undefined : forge,
      plan: (dropped) =>
        Promise.resolve(
          planned(platform, readFileSync(join(tree.folder, 'Dockerfile'), 'utf8'), tree.base.sha, dropped),
        ),
    });
  } finally {
    await tree.close();
  }
}

function planned(platform: Platform, text: string, base: string, dropped: readonly string[]): Wanted | undefined {
  const names = FAMILIES.filter((name) => !dropped.includes(name) && !text.includes(`RUN ${name}\n`));
  if (names.length === 0 || text.includes('# done')) return undefined;
  const rewrite = (taken: ReadonlySet<string>) => {
    const lines = names.filter((name) => taken.has(name)).map((name) => `RUN ${name}\n`);
    return [{ path: 'Dockerfile', text: `${text}${lines.join('')}` }];
  };
  const families = names.map((name) => ({ name, summary: `Do ${name}`, why: 'Faster.' }));
  const commits = planCommits([{ path: 'Dockerfile', text }], families, rewrite, { semantic: true });
  const changes = names.map((name) => {
    return { transform: name, level: 'safe' as const, line: 1, what: `Do ${name}`, why: 'Faster.', proven: false };
  });
  const body = pullRequestBody({
    files: [{ path: 'Dockerfile', changes, refusals: [], proof: undefined }],
    ...{ dropped, platform, docs: () => undefined },
    state: { tool: '1', base, content: contentHash(rewrite(new Set(names))), families: names },
  });
  return { commits, title: 'build(docker): make it fast', body };
}
