import { compilePath, matchPath, matchSegment, type PathPattern, type Segment } from './glob.js';

/** One line of a .gitignore; the grammar is that of gitignore(5). */
interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** A pattern without a slash is compared with the last part of a path, any other with the whole. */
  readonly name: Segment | undefined;
  readonly path: PathPattern;
}

/** The rules of one .gitignore file, in its order. */
export type Gitignore = readonly Rule[];

/** Reads a .gitignore; lines that Git could not match either are dropped. */
export function parseGitignore(text: string): Gitignore {
  const rules: Rule[] = [];
  for (const line of text.replace(/^\u{feff}/u, '').split('\n')) {
    const rule = parseRule(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
}

const MAX_PATTERN = 4096;

function parseRule(line: string): Rule | undefined {
  if (line.startsWith('#') || line.length > MAX_PATTERN) return undefined;
  let pattern = trimSpaces(line);
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const foldersOnly = pattern.endsWith('/');
  if (foldersOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return undefined;
  const anchored = pattern.includes('/');
  const segments = (pattern.startsWith('/') ? pattern.slice(1) : pattern).split('/');
  const path = compilePath(anchored ? segments : ['**', ...segments]);
  if (path === undefined) return undefined;
  const last = path.at(-1);
  const name = !anchored && path.length === 2 && last !== '**' ? last : undefined;
  return { negated, foldersOnly, name, path };
}

/** Drops spaces at the end, but not one behind a backslash. */
function trimSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end--;
  let slashes = 0;
  while (line[end - 1 - slashes] === '\\') slashes++;
  return end < line.length && slashes % 2 === 1 ? line.slice(0, end + 1) : line.slice(0, end);
}

/**
 * What one .gitignore says about a path relative to its folder: true for ignored, false for taken back by `!`,
 * undefined for nothing. Folders above the path are the caller's matter: what lies in an ignored folder stays ignored.
 */
export function ignores(rules: Gitignore, path: string, isFolder: boolean): boolean | undefined {
  const parts = path.split('/');
  const name = parts.at(-1)!;
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i]!;
    if (rule.foldersOnly && !isFolder) continue;
    if (rule.name === undefined ? matchPath(rule.path, parts) : matchSegment(rule.name, name)) return !rule.negated;
  }
  return undefined;
}
