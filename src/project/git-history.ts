/** For each of the last commits, the newest first, the paths that it added, changed or removed. */
export type History = readonly (readonly string[])[];

/** How many commits are read where nobody says otherwise. */
export const RECENT_COMMITS = 200;

/** The `--format` that `parseGitLog` reads: a record separator and the commit's hash. */
export const GIT_LOG_FORMAT = '%x1e%H';

/**
 * The commits in the output of `git log --format=<GIT_LOG_FORMAT> --name-only -z`, paths from the repository's root.
 * A path that a commit lists twice (renames with `-M`) counts once.
 */
export function parseGitLog(output: string): History {
  const commits: Set<string>[] = [];
  let first = false; // with -z a header ends in NUL, and a newline comes before the first path only
  for (const field of output.split('\0')) {
    if (/^\x1e[0-9a-f]{40,64}$/.test(field)) {
      commits.push(new Set());
      first = true;
      continue;
    }
    const path = first ? field.replace(/^\n/, '') : field;
    first = false;
    if (path !== '') commits.at(-1)?.add(path);
  }
  return commits.map((paths) => [...paths]);
}

/** The same commits with the paths below a folder only, counted from that folder: a build context inside its repository. */
export function changesBelow(history: History, folder: string): History {
  if (folder === '') return history;
  return history.map((paths) =>
    paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
  );
}

/** In how many commits each path changed. */
export function countChanges(history: History): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of history.flat()) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

/** How many commits changed one of these paths. */
export function commitsThatChange(history: History, paths: readonly string[]): number {
  const wanted = new Set(paths);
  return history.filter((changed) => changed.some((path) => wanted.has(path))).length;
}
