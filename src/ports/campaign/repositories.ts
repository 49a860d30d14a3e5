import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compileSegment, expandBraces, matchSegment } from '../../discovery/glob.js';
import { DfixError } from '../../errors.js';
import { fsError } from '../fs-errors.js';
import { gitFolders, headOf } from '../git-head.js';
import { CONFIG_FILES } from '../load-config.js';
import { compareCodePoints, repositoryRoot } from '../walk.js';

/**
 * The folders that paths and globs stand for, each once, by their real path, in code point order. A glob matches a level
 * a part, and as in a shell one with a dot at its start only where the part has it, too; a link that is met on the way is
 * not followed.
 * @throws DfixError for a path that leads nowhere and a glob that matches nothing
 */
export function findRepositories(paths: readonly string[], cwd: string): readonly string[] {
  const found = paths.flatMap((path) => {
    const folders = (expandBraces(path) ?? [path]).flatMap((one) => matches(one, cwd));
    if (folders.length === 0) throw new DfixError('missing', 'no such folder', { file: path });
    return folders;
  });
  return [...new Set(found.map((folder) => realpathSync(folder)))].sort(compareCodePoints);
}

function matches(path: string, cwd: string): readonly string[] {
  const parts = path.split('/');
  const first = parts.findIndex((part) => /[*?[]/.test(part));
  const start = resolve(cwd, first < 0 ? path : parts.slice(0, first).join('/') || (path.startsWith('/') ? '/' : '.'));
  if (statSync(start, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return first < 0 ? [start] : parts.slice(first).reduce((folders, part) => below(folders, part, path), [start]);
}

function below(folders: readonly string[], part: string, path: string): string[] {
  const segment = part === '**' ? undefined : compileSegment(part);
  if (segment === undefined) throw new DfixError('bad-glob', 'this pattern cannot be read', { file: path });
  return folders.flatMap((folder) =>
    entries(folder)
      .filter(({ name }) => part.startsWith('.') || !name.startsWith('.'))
      .filter((entry) => entry.isDirectory() && matchSegment(segment, entry.name))
      .map(({ name }) => join(folder, name)),
  );
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareCodePoints(a.name, b.name));
  } catch (error) {
    throw fsError(error, folder, 'read');
  }
}

/**
 * A digest of all files that a plan of a folder may read: of the folder, or of the Git repository that it is in, else also
 * of configurations and ignore files in the folders above.
 */
export function digestRepository(folder: string): string {
  const root = repositoryRoot(folder);
  const seen =
    root === undefined ? [...filesIn(folder), ...filesAbove(folder)] : [...filesIn(root), ...historyOf(root)];
  return createHash('sha256').update(seen.join('')).digest('hex');
}

function filesAbove(folder: string): readonly string[] {
  const seen: string[] = [];
  for (let at = dirname(folder); ; at = dirname(at)) {
    for (const name of [...CONFIG_FILES, '.gitignore']) seen.push(toldIfThere(join(at, name)));
    if (dirname(at) === at) return seen;
  }
}

/** Changes with the commit that is checked out: a plan may hang on what the commits before it changed. */
function historyOf(root: string): readonly string[] {
  const { own, common } = gitFolders(root);
  return [headIn(own, common), toldIfThere(join(common, 'shallow'))];
}

/** The commit, or where it is kept in no usual way the files that change with it. */
function headIn(own: string, common: string): string {
  try {
    return `${headOf(own, common)}\0`;
  } catch {
    const [inOwn, inCommon] = [
      ['HEAD', 'logs/HEAD', 'reftable/tables.list'],
      ['packed-refs', 'reftable/tables.list'],
    ];
    return [...inOwn.map((name) => join(own, name)), ...inCommon.map((name) => join(common, name))]
      .map(toldIfThere)
      .join('');
  }
}

/**
 * What stands in a folder: names, kinds, sizes and times of change (ctime, which no program sets) of all below it but
 * `.git`. Links are not followed.
 */
function filesIn(folder: string): readonly string[] {
  const seen: string[] = [];
  const open = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of entries(join(folder, at))) {
      const path = `${at}/${entry.name}`;
      if (entry.name === '.git') continue;
      if (entry.isDirectory()) open.push(path);
      seen.push(told(path, lstatSync(folder + path, { bigint: true })));
    }
  }
  return seen;
}

function toldIfThere(file: string): string {
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : told(file, stats);
}

/** Ends in what no path holds. */
function told(path: string, { mode, size, ctimeNs, ino }: BigIntStats): string {
  return `${path}\0${mode} ${size} ${ctimeNs} ${ino}\0`;
}
