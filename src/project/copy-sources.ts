import type { VisiblePaths } from './dockerignore.js';
import { ignoreTest } from './dockerignore.js';
import { filesBelow } from './context.js';
import { matchTokens } from './glob-tokens.js';
import { compileGoMatch, hasWildcard } from './go-match.js';
import type { IgnorePattern } from './pattern-matcher.js';
import { compilePattern } from './pattern-matcher.js';
import { clipToRoot } from './paths.js';

/** What the sources of a COPY or ADD are in a context. */
interface ResolvedSources {
  /** The files that are copied, sorted. */
  readonly files: readonly string[];
  /** Literal sources that are not there: BuildKit fails on these. */
  readonly missing: readonly string[];
  /** Wildcards that match nothing: BuildKit copies nothing and goes on. */
  readonly unmatched: readonly string[];
  /** URLs and git references, which only ADD takes. */
  readonly remote: readonly string[];
  /** Sources and exclude patterns that are not valid patterns: the build fails. */
  readonly malformed: readonly string[];
  /** False when the answer may lack files; then an absence proves nothing. */
  readonly complete: boolean;
}

/** Flags of the instruction that change what its sources are. */
export interface SourceFlags {
  /** `--exclude` patterns, in .dockerignore syntax. */
  readonly exclude?: readonly string[];
  /** `--parents`: sources are .dockerignore-like patterns below the root or below the part before `/./`. */
  readonly parents?: boolean;
}

/**
 * Resolves sources as BuildKit's COPY does (dockerfile2llb and fsutil's copy): below the root whatever they say, a folder
 * stands for all below it, wildcards match by Go's `filepath.Match` from the first part that has one.
 * `--exclude` patterns count from the folder that is copied; a source that is itself a file is never excluded.
 */
export function resolveSources(
  visible: Pick<VisiblePaths, 'paths' | 'complete'>,
  sources: readonly string[],
  flags: SourceFlags = {},
): ResolvedSources {
  const files = new Set<string>();
  const [missing, unmatched, remote]: [string[], string[], string[]] = [[], [], []];
  const { patterns: exclude, malformed } = compileAll(flags.exclude ?? []);
  const excluded = ignoreTest(exclude);
  for (const source of sources) {
    if (isRemoteSource(source)) {
      remote.push(source);
      continue;
    }
    const found = flags.parents ? withParents(visible.paths, source) : roots(visible.paths, clipToRoot(source));
    if (found === undefined) {
      malformed.push(source);
      continue;
    }
    for (const { folder, path } of found) {
      if (folder === undefined || !excluded(folder === '' ? path : path.slice(folder.length + 1))) files.add(path);
    }
    if (found.length === 0) (hasWildcard(source) ? unmatched : missing).push(source);
  }
  const complete = visible.complete && malformed.length === 0;
  return { files: [...files].sort(), missing, unmatched, remote, malformed, complete };
}

/** A file that a source stands for, and the copied folder it was found below; undefined for a source that is the file. */
interface Found {
  readonly path: string;
  readonly folder: string | undefined;
}

function roots(paths: readonly string[], source: string): readonly Found[] | undefined {
  const parts = source === '' ? [] : source.split('/');
  const first = parts.findIndex(hasWildcard);
  if (first < 0) return at(paths, source);
  const base = parts.slice(0, first).join('/');
  const tokens = compileGoMatch(parts.slice(first).join('/'));
  if (tokens === undefined) return undefined;
  const found: Found[] = [];
  let last: { path: string; matches: boolean } | undefined;
  for (const path of filesBelow(paths, base)) {
    const name = path.split('/').slice(0, parts.length).join('/');
    const relative = base === '' ? name : name.slice(base.length + 1);
    if (last?.path !== name) last = { path: name, matches: matchTokens(tokens, relative) };
    if (last.matches) found.push({ path, folder: name === path ? undefined : name });
  }
  return found;
}

function at(paths: readonly string[], source: string): readonly Found[] {
  const below = filesBelow(paths, source).map((path) => ({ path, folder: source }));
  return below.length === 0 && paths.includes(source) ? [{ path: source, folder: undefined }] : below;
}

function withParents(paths: readonly string[], source: string): readonly Found[] | undefined {
  const pivot = source.indexOf('/./');
  const folder = pivot < 0 ? '' : clipToRoot(source.slice(0, pivot));
  const { patterns } = compileAll([clipToRoot(pivot < 0 ? source : source.slice(pivot + 3))]);
  if (hasWildcard(folder)) return undefined; // a wildcard before the pivot is not worked out
  if (patterns.length === 0) return at(paths, folder);
  const included = ignoreTest(patterns);
  return filesBelow(paths, folder)
    .filter((path) => included(folder === '' ? path : path.slice(folder.length + 1)))
    .map((path) => ({ path, folder }));
}

function compileAll(texts: readonly string[]): { patterns: IgnorePattern[]; malformed: string[] } {
  const patterns: IgnorePattern[] = [];
  const malformed: string[] = [];
  for (const text of texts) {
    const compiled = compilePattern(text);
    if (compiled === undefined) continue;
    if ('why' in compiled) malformed.push(text);
    else patterns.push(compiled);
  }
  return { patterns, malformed };
}

/** Whether ADD fetches a source: an `http(s)://` URL, a `git://` or `ssh://` one, or `user@host:path`. */
export function isRemoteSource(source: string): boolean {
  if (/^(?:https?|git|ssh):\/\//i.test(source)) return true;
  return /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:\S+$/.test(source);
}
