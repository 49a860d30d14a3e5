import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DfixError, printable } from '../../errors.js';
import type { BranchCommit } from '../../forge/decide.js';
import type { FileContent, PlannedCommit } from '../../forge/types.js';
import { type Git, gitFailure, gitIn, type GitOptions } from './git-process.js';

/** Who commits. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** A branch on a remote, against the base that was cloned. */
export interface RemoteBranch {
  readonly sha: string;
  readonly tree: string;
  /** The commit that it starts at, as far as the shallow history tells. */
  readonly base: string;
  /** Its commits that are not on the base. */
  readonly commits: readonly BranchCommit[];
}

/** A repository in a temporary folder: its base branch checked out as it is stored, nothing of it run. */
export interface Clone {
  /** The work tree. */
  readonly folder: string;
  readonly base: { readonly branch: string; readonly sha: string };
  /** Subjects of the last commits that are no merges, newest first. */
  readonly subjects: readonly string[];
  /** @param url another remote than the one cloned, such as a fork */
  branch(name: string, url?: string): Promise<RemoteBranch | undefined>;
  /**
   * Makes the commits on top of the base, without touching the work tree. The same commits get the same id whenever and
   * by whomever they are made: their date is that of the base.
   */
  commit(commits: readonly PlannedCommit[], author: Author): Promise<{ readonly sha: string; readonly tree: string }>;
  /**
   * @param sha undefined deletes the branch
   * @param expected what the branch is at; undefined when it is not there
   * @returns false when it is at something else by now
   */
  push(name: string, sha: string | undefined, expected: string | undefined, url?: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface CloneOptions extends GitOptions {
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
      branch: (name, other) => readBranch(git, name, sha, other),
      commit: (commits, author) => commitAll(git, folder, sha, commits, author),
      push: (name, commit, expected, other) => push(git, other ?? 'origin', name, commit, expected),
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

async function readBranch(git: Git, name: string, base: string, url = 'origin'): Promise<RemoteBranch | undefined> {
  const ref = `refs/heads/${name}`;
  const listed = await git.run(['ls-remote', url, ref]);
  if (!listed.split('\n').some((line) => line.endsWith(`\t${ref}`))) return undefined;
  await fetch(git, url, `+${ref}:refs/dfix/branch`, url === 'origin' ? ['--filter=blob:none'] : []);
  const [sha, tree] = (await git.run(['rev-parse', 'refs/dfix/branch', 'refs/dfix/branch^{tree}'])).trim().split('\n');
  const format = '--format=%H%x00%ae%x00%ce%x00%ct%x00%P%x00%B%x01';
  const log = await git.run(['log', '--no-color', '--no-show-signature', format, sha!, `^${base}`, '--']);
  const commits = log.split('\u0001').flatMap((entry) => {
    const [id, author, committer, date, parents, message] = entry.trim().split('\0');
    return message === undefined
      ? []
      : [{ id: id!, author: author!, committer: committer!, date: date!, parents: parents!, message }];
  });
  const merge = await git.attempt(['merge-base', base, sha!]);
  if (merge.code === 0) {
    const start = merge.stdout.trim();
    const date = (await git.run(['show', '-s', '--no-show-signature', '--format=%ct', start])).trim();
    return {
      sha: sha!,
      tree: tree!,
      base: start,
      commits: commits.map((one) => ({ ...one, untouched: one.date === date })),
    };
  }
  // The branch starts below the shallow history: the commits on top that have one date are those of one run.
  const date = commits[0]?.date;
  const end = commits.findIndex((one, index) => index > 0 && one.author !== commits[0]!.author);
  const own = commits.slice(0, end === -1 ? commits.length : end);
  return {
    sha: sha!,
    tree: tree!,
    base: own.at(-1)?.parents ?? sha!,
    commits: own.map((one) => ({ ...one, untouched: one.date === date })),
  };
}

async function commitAll(git: Git, folder: string, base: string, commits: readonly PlannedCommit[], author: Author) {
  const date = `${(await git.run(['show', '-s', '--no-show-signature', '--format=%ct', base])).trim()} +0000`;
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

async function push(
  git: Git,
  url: string,
  name: string,
  sha: string | undefined,
  expected: string | undefined,
): Promise<boolean> {
  const ref = `refs/heads/${name}`;
  const options = [
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--no-signed',
    '--recurse-submodules=no',
    '--no-thin',
  ];
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const { code, stdout, stderr } = await git.attempt(['push', ...options, lease, url, `${sha ?? ''}:${ref}`]);
  if (code === 0) return true;
  const refused = /^!\t[^\t]*\t(.*)$/m.exec(stdout)?.[1] ?? '';
  if (
    /stale info|fetch first|reference already exists|cannot lock ref|failed to update ref/.test(`${refused}\n${stderr}`)
  )
    return false;
  if (refused === '') throw gitFailure(stderr);
  const said = /^remote: (?:error: )?(\S.*)$/m.exec(stderr)?.[1];
  throw new DfixError('push', `the push of ${name} was refused: ${said ?? refused}`, {
    hint: 'a rule of the repository may protect its branches; --branch names another one',
  });
}
