import { onceForEach } from '../once.js';
import type { ContextFiles } from './context.js';
import { hasFile } from './context.js';
import { cleanPath, folderOf } from './paths.js';
import type { IgnorePattern } from './pattern-matcher.js';
import { compilePattern, trimSpace } from './pattern-matcher.js';

/** A line of an ignore file that Docker refuses; with one of these the build does not start. */
interface MalformedPattern {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** A pattern and where it stands. */
interface IgnoreLine extends IgnorePattern {
  /** Counted from 1. */
  readonly line: number;
}

/** An ignore file, read. */
interface Dockerignore {
  readonly patterns: readonly IgnoreLine[];
  readonly malformed: readonly MalformedPattern[];
}

/** More patterns than this are reported as malformed, so that no file can make matching slow. */
const MAX_PATTERNS = 5000;

/**
 * Reads a .dockerignore as moby/patternmatcher's `ignorefile` does: a byte order mark and blank lines are dropped, a line
 * that *starts* with `#` is a comment, patterns are trimmed and cleaned, a leading `/` (also after `!`) goes.
 */
export function parseDockerignore(text: string): Dockerignore {
  const patterns: IgnoreLine[] = [];
  const malformed: MalformedPattern[] = [];
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const written = trimSpace(raw);
    if (raw.startsWith('#') || written === '') continue;
    if (patterns.length + malformed.length >= MAX_PATTERNS) {
      malformed.push({ line, text: '', why: `more than ${MAX_PATTERNS} patterns` });
      break;
    }
    const compiled = compilePattern(normalize(written));
    if (compiled === undefined) continue;
    if ('why' in compiled) malformed.push({ line, text: written.slice(0, 200), why: compiled.why });
    else patterns.push({ ...compiled, line });
  }
  return { patterns, malformed };
}

/** The pattern that `ignorefile.ReadAll` hands on for a trimmed line. */
function normalize(line: string): string {
  const negated = line.startsWith('!');
  const pattern = negated ? trimSpace(line.slice(1)) : line;
  let cleaned = pattern === '' ? '' : cleanPath(pattern) || '.';
  if (cleaned.length > 1 && cleaned.startsWith('/')) cleaned = cleaned.slice(1);
  return (negated ? '!' : '') + cleaned;
}

/**
 * Whether a file or folder is kept out of the context: the last pattern that matches it or one of its parents decides
 * (`MatchesOrParentMatches`). The context root itself never is.
 */
export function isIgnored(patterns: readonly IgnorePattern[], path: string): boolean {
  return ignoreTest(patterns)(path);
}

/** `isIgnored` for many paths: what a folder matches is worked out once for all that is below it. */
export function ignoreTest(patterns: readonly IgnorePattern[]): (path: string) => boolean {
  const folders = new Map<string, Int8Array>();
  const known = (folder: string): Int8Array => {
    let row = folders.get(folder);
    if (row === undefined) folders.set(folder, (row = new Int8Array(patterns.length)));
    return row;
  };
  const folderMatches = (folder: string, index: number): boolean => {
    const row = known(folder);
    if (row[index] === 0) {
      const above = folderOf(folder);
      const hit = patterns[index]!.matches(folder) || (above !== '' && folderMatches(above, index));
      row[index] = hit ? 1 : -1;
    }
    return row[index] === 1;
  };
  return (path) => {
    const clean = cleanPath(path);
    if (clean === '') return false;
    const folder = folderOf(clean);
    let ignored = false;
    for (const [index, pattern] of patterns.entries()) {
      if (pattern.negated !== ignored) continue;
      if (pattern.matches(clean) || (folder !== '' && folderMatches(folder, index))) ignored = !pattern.negated;
    }
    return ignored;
  };
}

/**
 * The ignore file that BuildKit uses for a Dockerfile: `<Dockerfile>.dockerignore` beside it, else `.dockerignore` in the
 * context root; undefined when there is neither. `dockerfilePath` is relative to the context root.
 */
export function ignoreFileFor(context: ContextFiles, dockerfilePath: string): string | undefined {
  const own = `${cleanPath(dockerfilePath)}.dockerignore`;
  return [own, '.dockerignore'].find((path) => hasFile(context, path));
}

/** What a Dockerfile's instructions can see of the context. */
export interface VisiblePaths {
  readonly paths: readonly string[];
  /** False when the listing was cut short or the ignore file could not be read in full. */
  readonly complete: boolean;
  readonly ignoreFile: string | undefined;
  readonly malformed: readonly MalformedPattern[];
}

/** The files of a context without those that its ignore file keeps out. */
export function visiblePaths(context: ContextFiles, dockerfilePath: string): VisiblePaths {
  return visibleUnder(context, ignoreFileFor(context, dockerfilePath));
}

const visibleUnder = onceForEach((context: ContextFiles, ignoreFile: string | undefined): VisiblePaths => {
  if (ignoreFile === undefined) return { paths: context.paths, complete: context.complete, ignoreFile, malformed: [] };
  const text = context.read(ignoreFile);
  const { patterns, malformed } = parseDockerignore(text ?? '');
  const ignored = ignoreTest(patterns);
  const complete = context.complete && text !== undefined && malformed.length === 0;
  return { paths: context.paths.filter((path) => !ignored(path)), complete, ignoreFile, malformed };
});
