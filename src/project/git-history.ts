/** How often each path changed in the commits that were read. */
export interface ChangeCounts {
  /** Commits read, those that touch no file included. */
  readonly commits: number;
  /** Commits in which a path was added, changed or removed, by path from the repository's root. */
  readonly byPath: ReadonlyMap<string, number>;
  /** The paths of each commit that touches some, newest first. */
  readonly byCommit: readonly (readonly string[])[];
}

/** The `--format` that `parseGitLog` reads: a record separator and the commit's hash. */
export const GIT_LOG_FORMAT = '%x1e%H';

/**
 * Counts the paths in the output of `git log --format=<GIT_LOG_FORMAT> --name-only -z`.
 * A path that a commit lists twice (renames with `-M`) counts once.
 */
export function parseGitLog(output: string): ChangeCounts {
  const byPath = new Map<string, number>();
  const touched: Set<string>[] = [];
  let commits = 0;
  let seen = new Set<string>();
  let first = false; // with -z a header ends in NUL, and a newline comes before the first path only
  for (const field of output.split('\0')) {
    if (/^\x1e[0-9a-f]{40,64}$/.test(field)) {
      commits++;
      seen = new Set();
      first = true;
      continue;
    }
    const path = first ? field.replace(/^\n/, '') : field;
    first = false;
    if (path === '' || commits === 0 || seen.has(path)) continue;
    if (seen.size === 0) touched.push(seen);
    seen.add(path);
    byPath.set(path, (byPath.get(path) ?? 0) + 1);
  }
  return { commits, byPath, byCommit: touched.map((paths) => [...paths]) };
}

/** The counts of the paths below a folder, by their path from that folder: a build context inside its repository. */
export function changesBelow(counts: ChangeCounts, folder: string): ChangeCounts {
  if (folder === '') return counts;
  const isBelow = (path: string): boolean => path.startsWith(`${folder}/`);
  const below = [...counts.byPath].filter(([path]) => isBelow(path));
  return {
    commits: counts.commits,
    byPath: new Map(below.map(([path, count]) => [path.slice(folder.length + 1), count])),
    byCommit: counts.byCommit
      .map((paths) => paths.filter(isBelow).map((path) => path.slice(folder.length + 1)))
      .filter((paths) => paths.length > 0),
  };
}

/** How many commits changed one of these paths. */
export function commitsThatChange({ byCommit }: ChangeCounts, paths: readonly string[]): number {
  const wanted = new Set(paths);
  return byCommit.filter((changed) => changed.some((path) => wanted.has(path))).length;
}
