import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type Gitignore, ignores, parseGitignore } from '../discovery/gitignore.js';
import type { DfixError } from '../errors.js';
import { errnoOf, fsError } from './fs-errors.js';

/** Folders that hold other people's files. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', 'vendor']);

/** What a walk meets, in code point order of names within each folder. */
interface WalkVisitor {
  /** Called for every regular file and symbolic link that {@link wants} and no .gitignore takes out. */
  file(relative: string, isLink: boolean): void;
  wants(relative: string, name: string): boolean;
  /** Called for every folder that the walk goes into. */
  folder(relative: string, name: string): void;
  problem(error: DfixError): void;
}

interface Rules {
  /** The folder of the .gitignore, absolute. */
  readonly folder: string;
  readonly rules: Gitignore;
}

interface Frame {
  /** Slash path from the start; `""` at the start. */
  readonly relative: string;
  readonly depth: number;
  readonly rules: readonly Rules[];
}

/**
 * Walks a folder as Git would list it: .gitignore files of the folder, below it and above it up to the repository's root
 * hold; symbolic links to folders are not followed.
 * @param maxDepth how many parts a path may have
 */
export function walk(start: string, shown: string, visitor: WalkVisitor, maxDepth = Infinity): void {
  const open: Frame[] = [{ relative: '', depth: 1, rules: rulesAbove(start) }];
  while (open.length > 0) {
    const frame = open.pop()!;
    const folder = join(start, frame.relative);
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') visitor.problem(fsError(error, join(shown, frame.relative), 'search'));
      continue;
    }
    entries.sort((a, b) => compareCodePoints(a.name, b.name));
    const own = entries.some(({ name }) => name === '.gitignore') ? readRules(folder) : undefined;
    const rules = own === undefined ? frame.rules : [...frame.rules, own];
    const below: Frame[] = [];
    for (const entry of entries) {
      const relative = frame.relative === '' ? entry.name : `${frame.relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (frame.depth >= maxDepth || SKIPPED_FOLDERS.has(entry.name)) continue;
        if (isIgnored(join(folder, entry.name), true, rules)) continue;
        visitor.folder(relative, entry.name);
        below.push({ relative, depth: frame.depth + 1, rules });
      } else if ((entry.isFile() || entry.isSymbolicLink()) && visitor.wants(relative, entry.name)) {
        if (!isIgnored(join(folder, entry.name), false, rules)) visitor.file(relative, entry.isSymbolicLink());
      }
    }
    open.push(...below.reverse());
  }
}

function isIgnored(path: string, isFolder: boolean, all: readonly Rules[]): boolean {
  for (let i = all.length - 1; i >= 0; i--) {
    const { folder, rules } = all[i]!;
    const relative = path.slice(folder.length + (folder.endsWith(sep) ? 0 : 1)).replaceAll(sep, '/');
    const answer = ignores(rules, relative, isFolder);
    if (answer !== undefined) return answer;
  }
  return false;
}

/** The rules that hold above a folder; none when they take out the folder itself: naming it asks for it. */
function rulesAbove(start: string): readonly Rules[] {
  const root = repositoryRoot(start);
  if (root === undefined) return [];
  const folders: string[] = [];
  for (let at = start; at !== root;) folders.unshift((at = dirname(at)));
  const all: Rules[] = [];
  const exclude = readRules(root, join('.git', 'info', 'exclude'));
  if (exclude !== undefined) all.push(exclude);
  for (const [index, folder] of folders.entries()) {
    const rules = readRules(folder);
    if (rules !== undefined) all.push(rules);
    if (isIgnored(folders[index + 1] ?? start, true, all)) return [];
  }
  return all;
}

const MAX_RULE_BYTES = 200_000;

function readRules(folder: string, name = '.gitignore'): Rules | undefined {
  try {
    const path = join(folder, name);
    const stats = lstatSync(path);
    // Git does not follow links to a .gitignore either.
    if (!stats.isFile() || stats.size > MAX_RULE_BYTES) return undefined;
    return { folder, rules: parseGitignore(readFileSync(path, 'utf8')) };
  } catch {
    return undefined;
  }
}

/** The nearest folder at or above an absolute path that holds `.git`; undefined outside of repositories. */
export function repositoryRoot(path: string): string | undefined {
  return rootFinder()(path);
}

/** The same for many paths: each folder is looked at once. */
export function rootFinder(): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const find = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path);
    const parent = dirname(path);
    const above = (): string | undefined => (parent === path ? undefined : find(parent));
    const root = exists(join(path, '.git')) ? path : above();
    known.set(path, root);
    return root;
  };
  return find;
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Orders texts by code points: the same on every platform and in every locale. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  // Step back onto a whole surrogate pair, so that it compares as the character it is.
  if (at > 0 && isLow(a.charCodeAt(at)) && isLow(b.charCodeAt(at))) at--;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
