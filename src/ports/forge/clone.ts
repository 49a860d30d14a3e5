import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DfixError, printable } from '../../errors.js';
import type { Author, Clone, RemoteBranch } from '../../forge/port.js';
import type { FileContent, PlannedCommit } from '../../forge/types.js';
import { type Git, gitFailure, gitIn, type GitOptions } from './git-process.js';

interface CloneOptions extends GitOptions {
  /** The branch to start from; the remote's default when undefined. */
  readonly base: string | undefined;
  /** A reference to check out instead of the base branch, such as the head of a pull request. */
  readonly ref?: string;
}

/** Enough to see how the project writes its subjects, and to find the commits of dfix on its branch. */
const DEPTH = '50';
/** Files are taken as they are stored: no filter (so no LFS), no change of line ends. */
const ATTRIBUTES = '* -text -filter -ident -working-tree-encoding -merge -diff\n';

/**
 * Clones the last commits of one branch; file contents only of the newest (a partial clone, where the server can).
 * @throws DfixError when it cannot be reached or has no such branch
 */
export async function clone(url: string, options: CloneOptions): Promise<Clone> {
  if (url.startsWith('-')) throw new DfixError('remote', 'the address of a repository does not start with -');
  const folder = await mkdtemp(join(tmpdir(), 'dfix-clone-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const git = gitIn(folder, options);
    await git.run(['init', '--quiet', '--template=', '--initial-branch=dfix-base', '.']);
    await mkdir(join(folder, '.git', 'info'), { recursive: true });
    await writeFile(join(folder, '.git', 'info', 'attributes'), ATTRIBUTES);
    await git.run(['config', 'remote.origin.url', url]);
    const branch = options.base ?? (await defaultBranch(git));
    const from = options.ref ?? `refs/heads/${branch}`;
    await fetch(git, 'origin', `+${from}:refs/dfix/base`, ['--filter=blob:none']);
    const sha = (await git.run(['rev-parse', 'refs/dfix/base^{commit}'])).trim();
    await git.run(['checkout', '--quiet', '--force', '--detach', '--no-recurse-submodules', sha]);
    const log = ['log', '-n', '20', '--no-merges', '--no-color', '--no-decorate', '--no-show-signature'];
    const subjects = await git.run([...log, '--format=%s', sha, '--']);
    return {
      folder,
      base: { branch, sha },
      subjects: subjects.split('\n').filter((line) => line !== ''),
      branch: (name, other) => readBranch(git, name, { sha, ref: from }, other),
      commit: (commits, author) => commitAll(git, folder, sha, commits, author),
      push: (name, commit, expected, other) => push(git, from, { url: other ?? 'origin', name, sha: commit, expected }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function defaultBranch(git: Git): Promise<string> {
  const listed = await git.run(['ls-remote', '--symref', 'origin', 'HEAD']);
  const name = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed)?.[1];
  if (name === undefined)
    throw new DfixError('git', 'the repository has no default branch', { hint: 'name one with --base-branch' });
  return name;
}

async function fetch(git: Git, from: string, refspec: string, more: readonly string[] = []): Promise<void> {
  const options = ['--quiet', `--depth=${DEPTH}`, '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git.run(['fetch', ...options, ...more, from, refspec]);
}

interface Base {
  readonly sha: string;
  /** From which it was fetched. */
  readonly ref: string;
}

async function readBranch(git: Git, name: string, base: Base, url = 'origin'): Promise<RemoteBranch | undefined> {
  const ref = `refs/heads/${name}`;
  const listed = await git.run(['ls-remote', url, ref]);
  if (!listed.split('\n').some((line) => line.endsWith(`\t${ref}`))) return undefined;
  await fetch(git, url, `+${ref}:refs/dfix/branch`, url === 'origin' ? ['--filter=blob:none'] : []);
  const [sha, tree] = (await git.run(['rev-parse', 'refs/dfix/branch', 'refs/dfix/branch^{tree}'])).trim().split('\n');
  const start = await mergeBase(git, base, sha!);
  const date = start === '' ? '' : await dateOf(git, start);
  const format = '--format=%H%x00%ae%x00%ce%x00%ct%x00%B%x01';
  const log = await git.run(['log', '--no-color', '--no-show-signature', format, sha!, `^${base.sha}`, '--']);
  const commits = log.split('\u0001').flatMap((entry) => {
    const [, author, committer, time, message] = entry.trimStart().split('\0');
    return message === undefined ? [] : [{ author: author!, committer: committer!, message, untouched: time === date }];
  });
  return { sha: sha!, tree: tree!, base: start, commits };
}

/** The commit at which a branch leaves the base; empty when the histories share none. More of the base is fetched until it shows. */
async function mergeBase(git: Git, base: Base, sha: string): Promise<string> {
  for (const depth of ['', '500', '5000', ALL]) {
    if (depth !== '') {
      if (!(await isShallow(git))) break;
      await deepen(git, base.ref, depth);
    }
    const { code, stdout } = await git.attempt(['merge-base', base.sha, sha]);
    if (code === 0) return stdout.trim();
  }
  return '';
}

/** What git takes for a depth without end. */
const ALL = '2147483647';

async function deepen(git: Git, ref: string, depth: string): Promise<void> {
  const options = ['--quiet', `--depth=${depth}`, '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git.run(['fetch', ...options, '--filter=tree:0', 'origin', `+${ref}:refs/dfix/deep`]);
}

async function dateOf(git: Git, commit: string): Promise<string> {
  return (await git.run(['show', '-s', '--no-show-signature', '--format=%ct', commit])).trim();
}

async function commitAll(git: Git, folder: string, base: string, commits: readonly PlannedCommit[], author: Author) {
  const date = `${await dateOf(git, base)} +0000`;
  const environment = {
    GIT_INDEX_FILE: join(folder, '.git', 'dfix-index'),
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  await git.run(['read-tree', base], { environment });
  let sha = base;
  for (const { message, files } of commits) {
    const lines: string[] = [];
    for (const file of files) lines.push(await indexLine(git, base, file));
    await git.run(['update-index', '-z', '--index-info'], { environment, input: lines.join('') });
    const tree = (await git.run(['write-tree'], { environment })).trim();
    sha = (await git.run(['commit-tree', '--no-gpg-sign', tree, '-p', sha], { environment, input: message })).trim();
  }
  return { sha, tree: (await git.run(['rev-parse', `${sha}^{tree}`])).trim() };
}

async function indexLine(git: Git, base: string, { path, text }: FileContent): Promise<string> {
  const mode = await modeOf(git, base, path);
  const id = (await git.run(['hash-object', '-w', '--no-filters', '--stdin'], { input: text })).trim();
  return `${mode} ${id}\t${path}\0`;
}

/** The mode that a file keeps. What is no plain file, or lies behind a link or in a submodule, is not written. */
async function modeOf(git: Git, base: string, path: string): Promise<string> {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const listed = await git.run(['--literal-pathspecs', 'ls-tree', '-z', base, '--', ...above]);
  const modes = new Map(
    listed.split('\0').flatMap((line): (readonly [string, string])[] => {
      const tab = line.indexOf('\t');
      return tab < 0 ? [] : [[line.slice(tab + 1), line.slice(0, 6)]];
    }),
  );
  const isFolders = above.slice(0, -1).every((folder) => modes.get(folder) === '040000');
  const mode = modes.get(path) ?? '100644';
  if (isFolders && (mode === '100644' || mode === '100755')) return mode;
  throw new DfixError('link', 'is a symbolic link or in a submodule; it is not written', { file: printable(path) });
}

interface Push {
  readonly url: string;
  readonly name: string;
  readonly sha: string | undefined;
  readonly expected: string | undefined;
}

async function push(git: Git, base: string, what: Push): Promise<boolean> {
  const { url, name, sha, expected } = what;
  const ref = `refs/heads/${name}`;
  const options = ['--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--no-thin'];
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const words = ['push', ...options, '--recurse-submodules=no', lease, url, `${sha ?? ''}:${ref}`];
  const { code, stdout, stderr } = await git.attempt(words);
  if (code === 0) return true;
  const refused = /^!\t[^\t]*\t(.*)$/m.exec(stdout)?.[1] ?? '';
  const said = `${refused}\n${stderr}`;
  if (/stale info|fetch first|reference already exists|cannot lock ref|failed to update ref/.test(said)) return false;
  if (/shallow update not allowed/.test(said) && (await isShallow(git))) {
    // A fork that is behind by more than was fetched.
    await deepen(git, base, ALL);
    return push(git, base, what);
  }
  if (refused === '') throw gitFailure(stderr);
  const remark = /^remote: (?:error: )?(\S.*)$/m.exec(stderr)?.[1];
  throw new DfixError('push', `the push of ${name} was refused: ${remark ?? refused}`, {
    hint: 'a rule of the repository may protect its branches; --branch names another one',
  });
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git.run(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
}
