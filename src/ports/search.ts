import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { compileGlob, expandBraces } from '../discovery/glob.js';
import { isDockerfileName } from '../discovery/names.js';
import { DfixError, FILE_START } from '../errors.js';
import { fsError } from './fs-errors.js';
import { compareCodePoints, walk } from './walk.js';

export { isTemplate, templateSign } from '../discovery/template.js';
export { repositoryRoot, rootFinder } from './walk.js';

/** A Dockerfile to work on. */
interface FoundFile {
  /** As the user would name it: relative to the folder of the call, or absolute where the user wrote so. */
  readonly path: string;
  /** Named by the user, not found in a folder or by a glob. */
  readonly explicit: boolean;
}

interface SearchResult {
  /** Each file once, in code point order of paths. */
  readonly files: readonly FoundFile[];
  /** Paths that led nowhere; the files of the others are still there. */
  readonly problems: readonly DfixError[];
}

/**
 * The Dockerfiles that paths stand for. A file is taken whatever it is called; a folder is searched for Dockerfiles by
 * name; a glob takes what it matches, and Dockerfiles by name where its last part is only `*` or `**`.
 * @param paths files, folders and globs; none means the current folder
 */
export function findDockerfiles(paths: readonly string[], { cwd }: { readonly cwd: string }): SearchResult {
  const files = new Map<string, FoundFile>();
  const problems: DfixError[] = [];
  for (const path of paths.length === 0 ? ['.'] : paths) {
    try {
      const stats = statOf(resolve(cwd, path), path);
      if (stats !== undefined && !stats.isDirectory()) {
        files.set(resolve(cwd, path), { path: join(path), explicit: true });
        continue;
      }
      const search = stats === undefined ? globSearch(path, cwd) : folderSearch(path, cwd);
      const before = problems.length;
      const found = runSearch(search, problems);
      for (const relative of found) {
        const full = join(search.start, relative);
        if (!files.has(full)) files.set(full, { path: join(search.shown, relative), explicit: false });
      }
      if (found.length === 0 && problems.length === before) problems.push(search.nothing);
    } catch (error) {
      problems.push(fsError(error, path, 'search'));
    }
  }
  return { files: [...files.values()].sort((a, b) => compareCodePoints(a.path, b.path)), problems };
}

function statOf(full: string, path: string): Stats | undefined {
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined && lstatSync(full, { throwIfNoEntry: false }) !== undefined) {
    throw new DfixError('missing', 'a symbolic link to nothing', { file: path });
  }
  return stats;
}

/** Folders that look as if a file was meant; in lower case such a name is usual for a folder of sources. */
const MISNAMED = /^(?:Dockerfile|Containerfile)$/;
const NOT_A_FILE = 'is a directory, not a Dockerfile';

interface Search {
  /** Where the walk starts, absolute. */
  readonly start: string;
  /** The same place as the user named it. */
  readonly shown: string;
  readonly maxDepth: number;
  readonly wants: (relative: string, name: string) => boolean;
  /** What to say when nothing is found. */
  readonly nothing: DfixError;
}

function folderSearch(path: string, cwd: string): Search {
  const named = MISNAMED.test(basename(path));
  return {
    start: resolve(cwd, path),
    shown: path,
    maxDepth: Infinity,
    wants: (_relative, name) => isDockerfileName(name),
    nothing: named
      ? new DfixError('not-a-file', NOT_A_FILE, { file: path, position: FILE_START })
      : new DfixError('no-dockerfile', 'no Dockerfile found in this folder', {
          file: path,
          hint: 'a file with another name has to be named',
        }),
  };
}

function globSearch(path: string, cwd: string): Search {
  const parts = path.replaceAll(sep, '/').split('/');
  const first = parts.findIndex((part) => /[*?[{]/.test(part));
  if (first < 0) throw new DfixError('missing', 'no such file or folder', { file: path });
  const shown = parts.slice(0, first).join('/') || (path.startsWith('/') ? '/' : '.');
  const glob = parts.slice(first).join('/');
  const matches = compileGlob(glob);
  const plain = expandBraces(glob);
  if (matches === undefined || plain === undefined) {
    throw new DfixError('bad-glob', 'this pattern cannot be read', { file: path });
  }
  const byName = /^\*+$/.test(parts.at(-1)!);
  return {
    start: resolve(cwd, shown),
    shown,
    maxDepth: glob.includes('**') ? Infinity : Math.max(...plain.map((pattern) => pattern.split('/').length)),
    wants: (relative, name) => (!byName || isDockerfileName(name)) && matches(relative),
    nothing: new DfixError('no-dockerfile', 'no file matches this pattern', { file: path }),
  };
}

/** The relative paths found; a link counts only when it leads to a file in the tree that was not found by itself. */
function runSearch({ start, shown, maxDepth, wants }: Search, problems: DfixError[]): readonly string[] {
  const found: string[] = [];
  const links: string[] = [];
  const misnamed: string[] = [];
  walk(
    start,
    shown,
    {
      wants,
      file: (relative, isLink) => (isLink ? links : found).push(relative),
      folder: (relative, name) => MISNAMED.test(name) && misnamed.push(relative),
      problem: (error) => problems.push(error),
    },
    maxDepth,
  );
  for (const folder of misnamed) {
    if (found.some((relative) => relative.startsWith(`${folder}/`))) continue;
    problems.push(new DfixError('not-a-file', NOT_A_FILE, { file: join(shown, folder), position: FILE_START }));
  }
  if (links.length === 0) return found;
  const root = realpathSync(start);
  const taken = new Set(found.map((relative) => join(root, relative)));
  for (const link of links) {
    const target = linkedFile(join(root, link));
    if (target === undefined || !target.startsWith(root.endsWith(sep) ? root : root + sep) || taken.has(target))
      continue;
    taken.add(target);
    found.push(link);
  }
  return found;
}

function linkedFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
