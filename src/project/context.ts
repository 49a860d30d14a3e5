import { onceFor } from '../once.js';
import { cleanPath } from './paths.js';

/** The files of a build context, read-only. Paths are relative to the context root, with `/`, no leading `./`. */
export interface ContextFiles {
  /** Every file (not folders), sorted by code unit; .dockerignore is not applied. */
  readonly paths: readonly string[];
  /** False when the listing was cut short: then nothing may be concluded from a path that is absent. */
  readonly complete: boolean;
  /** Those of the paths that are symbolic links; undefined where there are none. */
  readonly links?: ReadonlySet<string> | undefined;
  /** The UTF-8 text of a file; undefined when absent, too large, not UTF-8, or a link that leaves the tree. */
  read(path: string): string | undefined;
}

/** A context held in memory, for tests, fixtures and the browser; keys are paths, values texts. */
export function memoryContext(files: Readonly<Record<string, string>>): ContextFiles {
  const texts = new Map(Object.entries(files).map(([path, text]) => [cleanPath(path), text]));
  return { paths: [...texts.keys()].sort(), complete: true, read: (path) => texts.get(path) };
}

const indexOf = onceFor(({ paths }: ContextFiles): ReadonlySet<string> => new Set(paths));

/** Whether the context lists a file. */
export function hasFile(context: ContextFiles, path: string): boolean {
  return indexOf(context).has(path);
}

/** The files at or below a folder, by binary search in sorted paths; `""` is the root. */
export function filesBelow(paths: readonly string[], folder: string): readonly string[] {
  if (folder === '') return paths;
  const prefix = `${folder}/`;
  const start = firstAtLeast(paths, prefix);
  // '0' follows '/' in code unit order, so this is the first path past the folder.
  return paths.slice(start, firstAtLeast(paths, `${folder}0`));
}

function firstAtLeast(paths: readonly string[], wanted: string): number {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (paths[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
