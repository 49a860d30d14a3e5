import { type Hunk, hunksBetween } from '../project/line-history.js';
import { recentChanges, recentPatches } from './git.js';
import { type GitObjects, openObjects } from './git-objects.js';
import { decodeUtf8 } from './utf8.js';

/** How a file came to be what it is. */
interface FileHistory {
  /** How many commits were looked at. */
  readonly commits: number;
  /** What is not committed, which may be nothing, then what the commits changed that touched it, the newest first. */
  readonly patches: readonly (readonly Hunk[])[];
}

/**
 * What the last commits of a repository, along first parents, changed in a file; undefined when there is no repository,
 * git is missing, or fewer commits than `fewest` touched it. The objects are read where they lie: a process of git costs
 * more than all else that is done for a file. What is seldom is left to git.
 * @param text the file in the work tree
 */
export function fileHistory(
  root: string,
  path: string,
  text: string,
  { commits, fewest }: { readonly commits: number; readonly fewest: number },
): FileHistory | undefined {
  const read = readVersions(root, path, commits);
  if (read === undefined) return askGit(root, path, commits, fewest);
  const { versions, count } = read;
  if (versions.length - 1 < fewest) return undefined;
  const texts = [text, ...versions];
  const patches = versions.map((before, index) => hunksBetween(before, texts[index]!));
  return { commits: count, patches };
}

function askGit(root: string, path: string, commits: number, fewest: number): FileHistory | undefined {
  const history = recentChanges(root, commits) ?? [];
  const own = history.filter((paths) => paths.includes(path)).length;
  const patches = own < fewest ? undefined : recentPatches(root, path, own);
  return patches && { commits: history.length, patches };
}

/** The texts that a file had, the newest first, each once for each commit that touched it, then that before them; empty where it was not there. */
function readVersions(root: string, path: string, commits: number) {
  let objects: GitObjects | undefined;
  try {
    objects = openObjects(root);
    const { read } = objects;
    const parts = path.split('/').map((part) => Buffer.from(`${part}\0`));
    const entries: (string | undefined)[] = [];
    let count = 0;
    let tree = '';
    let entry: string | undefined;
    for (let id: string | undefined = objects.head; ; count++) {
      const commit: string = id === undefined ? '' : read(id).toString('latin1');
      const own = /^tree ([0-9a-f]{40})\n/.exec(commit)?.[1] ?? '';
      if (id !== undefined && own === '') throw new Error('no commit');
      if (own !== tree) entry = own === '' ? undefined : entryOf(own, parts, read);
      tree = own;
      if (count === 0 || entry !== entries.at(-1)) entries.push(entry);
      if (id === undefined || count === commits) break;
      id = objects.shallow.has(id) ? undefined : /^tree .*\nparent ([0-9a-f]{40})\n/.exec(commit)?.[1];
    }
    return { count, versions: entries.map((one) => textOf(one, read)) };
  } catch {
    return undefined;
  } finally {
    objects?.close();
  }
}

/** Mode and id of what stands at a path in a tree; undefined where nothing does. */
function entryOf(tree: string, [part, ...below]: readonly Buffer[], read: GitObjects['read']): string | undefined {
  const bytes = read(tree);
  for (let at = 0; at < bytes.length;) {
    const name = bytes.indexOf(32, at) + 1;
    const end = bytes.indexOf(0, name) + 1;
    if (name === 0 || end === 0) throw new Error('no tree');
    if (bytes.compare(part!, 0, part!.length, name, end) === 0) {
      const mode = bytes.toString('latin1', at, name - 1);
      const id = bytes.toString('hex', end, end + 20);
      if (below.length === 0) return `${mode} ${id}`;
      return mode === '40000' ? entryOf(id, below, read) : undefined;
    }
    at = end + 20;
  }
  return undefined;
}

/** @throws for what is no file of text */
function textOf(entry: string | undefined, read: GitObjects['read']): string {
  if (entry === undefined) return '';
  const text = entry.startsWith('100') ? decodeUtf8(read(entry.slice(-40))) : undefined;
  if (text === undefined || text.includes('\0')) throw new Error('no text');
  return text;
}
