import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { relative, sep } from 'node:path';
import { DfixError } from '../errors.js';
import { type Commit, type Entry, parseTree, RAW_LOG_FORMAT, rawLogReader } from '../replay/history.js';
import { GIT_LOG_FORMAT, type History, parseGitLog } from '../project/git-history.js';
import { type Hunk, parsePatches } from '../project/line-history.js';
import { gitEnvironment, SAFE_SETTINGS } from './git-safety.js';
import { decodeUtf8 } from './utf8.js';

/** A tree and the commits after it, oldest first, along first parents. Paths are from the repository's root. */
interface GitHistory {
  /** The commit that `tree` is of. */
  readonly start: string;
  readonly tree: ReadonlyMap<string, Entry>;
  /** How many commits there are after the start. */
  readonly length: number;
  readonly commits: AsyncIterable<Commit>;
  /** The UTF-8 text of a blob; undefined when it is not there, is larger than 2 MB or is not UTF-8. */
  text(id: string): Promise<string | undefined>;
  close(): void;
}

interface HistoryOptions {
  /** How many commits after the start. */
  readonly commits: number;
  /** The newest one; HEAD by default. */
  readonly until?: string;
  /** Folders and files that the tree is to hold; all when empty. */
  readonly below?: readonly string[];
}

/** Loaded for the first git: many runs need none. */
const childProcess = () => process.getBuiltinModule('node:child_process');

const MAX_TREE_BYTES = 512 * 1024 * 1024;
const MAX_TEXT_BYTES = 2_000_000;
/** Milliseconds that the history is waited for: it is a help, not a need. */
const LONGEST = 20_000;

/**
 * Reads the last commits of a repository with three processes of git, however many commits and files there are.
 * @param folder a work tree, a folder in it, or a bare repository
 * @throws DfixError when it is no repository or git is missing.
 */
export async function readHistory(folder: string, options: HistoryOptions): Promise<GitHistory> {
  const until = options.until ?? 'HEAD';
  if (until.startsWith('-')) throw new DfixError('git', `"${until}" is no commit`, { file: folder });
  const listed = await output(folder, [
    'rev-list',
    '--first-parent',
    `--max-count=${options.commits + 1}`,
    until,
    '--',
  ]);
  const ids = listed.split('\n').filter((id) => id !== '');
  const start = ids.at(-1);
  if (start === undefined) throw new DfixError('git', 'has no commits', { file: folder });
  const paths = options.below?.includes('') === true ? [] : (options.below ?? []);
  const tree = parseTree(await output(folder, ['ls-tree', '-r', '-z', '--full-tree', start, '--', ...paths]));
  let reader: BlobReader | undefined;
  return {
    start,
    tree,
    length: ids.length - 1,
    commits: ids.length === 1 ? none() : commitsBetween(folder, start, ids[0]!),
    text: (id) => (reader ??= blobReader(folder)).text(id),
    close: () => reader?.close(),
  };
}

/**
 * What each of the last commits of a repository changed, along first parents, by one `git log`; no hook and no
 * configuration of the repository is run. Undefined when it is no repository or git is missing.
 */
export function recentChanges(root: string, commits: number, until = 'HEAD'): History | undefined {
  const args = [`--max-count=${commits}`, '--first-parent', '-m', `--format=${GIT_LOG_FORMAT}`];
  const log = said(root, ['log', ...args, '--name-only', '-z', '--no-renames', until, '--']);
  return log === undefined ? undefined : parseGitLog(log);
}

/**
 * How one file came to be what it is in the work tree, the newest first: what is not committed, which may be nothing, then
 * the last commits along first parents that changed it. Undefined when it is no repository or git is missing.
 */
export function recentPatches(root: string, path: string, commits: number): readonly (readonly Hunk[])[] | undefined {
  const diff = said(root, ['--literal-pathspecs', 'diff', ...PATCH, 'HEAD', '--', path]);
  const patches = patchesUntil(root, path, commits, 'HEAD');
  if (diff === undefined || patches === undefined) return undefined;
  const [own = []] = parsePatches(diff);
  return [own, ...patches.slice(1)];
}

const PATCH = ['-p', '--unified=0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];

/** The same of a commit, where nothing is uncommitted. */
export function patchesUntil(
  root: string,
  path: string,
  commits: number,
  until: string,
): readonly (readonly Hunk[])[] | undefined {
  const args = [`--max-count=${commits}`, '--first-parent', '-m', `--format=${GIT_LOG_FORMAT}`, ...PATCH];
  const log = said(root, ['--literal-pathspecs', 'log', ...args, until, '--', path]);
  return log === undefined ? undefined : [[], ...parsePatches(log)];
}

/** What git writes, waited for; undefined when it fails. */
function said(root: string, command: readonly string[]): string | undefined {
  const settings = { env: environment(), maxBuffer: MAX_TREE_BYTES, timeout: LONGEST, encoding: 'utf8' } as const;
  const { status, stdout } = childProcess().spawnSync('git', [...gitWords(root), ...command], settings);
  return status === 0 ? stdout : undefined;
}

/** The folder of a path inside its repository, with `/`; undefined when it is outside. */
export function pathInRepository(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`)) return undefined;
  return inside.split(sep).join('/');
}

async function* none(): AsyncGenerator<Commit> {}

async function* commitsBetween(folder: string, start: string, end: string): AsyncGenerator<Commit> {
  const args = ['log', '-z', '--raw', '--first-parent', '-m', '--reverse', '--no-renames', '--no-abbrev'];
  const more = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=none', '--no-color', '--no-decorate'];
  const git = startGit(folder, [...args, ...more, `--format=${RAW_LOG_FORMAT}`, `${start}..${end}`, '--']);
  const reader = rawLogReader();
  const ended = exitOf(git, folder);
  git.stdout.setEncoding('utf8');
  try {
    for await (const piece of git.stdout) yield* reader.take(piece as string);
    await ended;
    yield* reader.end();
  } finally {
    git.kill();
  }
}

interface BlobReader {
  text(id: string): Promise<string | undefined>;
  close(): void;
}

/** One `git cat-file --batch` that is asked for one blob after the other. */
function blobReader(folder: string): BlobReader {
  const git = startGit(folder, ['cat-file', '--batch']);
  const ended = exitOf(git, folder);
  ended.catch(() => undefined);
  const pieces = git.stdout[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { value, done } = (await pieces.next()) as IteratorResult<Buffer, undefined>;
    if (done === true) {
      await ended;
      throw new DfixError('git', 'git cat-file ended early', { file: folder });
    }
    buffer = Buffer.concat([buffer, value]);
  };
  const ask = async (id: string): Promise<string | undefined> => {
    git.stdin.write(`${id}\n`);
    while (!buffer.includes(10)) await more();
    const end = buffer.indexOf(10);
    const [, type, size] = buffer.subarray(0, end).toString('latin1').split(' ');
    buffer = buffer.subarray(end + 1);
    if (size === undefined) return undefined;
    const length = Number(size);
    const chunks: Buffer[] = [];
    for (let left = length + 1; left > 0;) {
      if (buffer.length === 0) await more();
      const part = buffer.subarray(0, left);
      if (length <= MAX_TEXT_BYTES) chunks.push(part);
      buffer = buffer.subarray(part.length);
      left -= part.length;
    }
    if (type !== 'blob' || length > MAX_TEXT_BYTES) return undefined;
    return decodeUtf8(Buffer.concat(chunks).subarray(0, length));
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    text: (id) => {
      const next = last.then(() => ask(id));
      last = next.catch(() => undefined);
      return next;
    },
    close: () => void git.kill(),
  };
}

function startGit(folder: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  return childProcess().spawn('git', [...gitWords(folder), ...args], { env: environment() });
}

/** Resolves when git ends well. */
function exitOf(git: ChildProcessWithoutNullStreams, folder: string): Promise<void> {
  let said = '';
  git.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  git.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    git.on('error', (error) => reject(gitError(error, folder, said)));
    git.on('close', (code) => (code === 0 ? resolve() : reject(gitError(undefined, folder, said))));
  });
  ended.catch(() => undefined);
  return ended;
}

function output(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { env: environment(), maxBuffer: MAX_TREE_BYTES };
    childProcess().execFile('git', [...gitWords(folder), ...args], settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(gitError(error, folder, stderr));
    });
  });
}

function gitWords(folder: string): readonly string[] {
  return ['--no-pager', ...SAFE_SETTINGS, '-C', folder];
}

/** Nothing is fetched for what is read. */
function environment(): NodeJS.ProcessEnv {
  return gitEnvironment({ GIT_NO_LAZY_FETCH: '1' });
}

function gitError(error: Error | undefined, folder: string, said: string): DfixError {
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    return new DfixError('git', 'git is needed to read the history, and it is not installed', { file: folder });
  }
  const line = said.split('\n').find((text) => text.trim() !== '') ?? error?.message ?? 'git failed';
  return new DfixError('git', line.replace(/^(?:fatal|error): /, ''), { file: folder });
}
