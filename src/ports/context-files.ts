import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { ContextFiles } from '../project/context.js';
import { decodeUtf8 } from './utf8.js';

export interface ContextLimits {
  /** How many files are listed; past it the listing is incomplete. */
  readonly maxFiles?: number;
  /** Larger files read as absent. */
  readonly maxBytesPerFile?: number;
}

const SKIPPED = new Set(['.git', 'node_modules']);

/**
 * The files of a folder on disk, listed when first asked for and read when asked for. Leaves out what lies in `.git` and
 * `node_modules`; a symbolic link is listed but read only when it leads to a file inside the folder.
 */
export function readContext(root: string, limits: ContextLimits = {}): ContextFiles {
  const { maxFiles = 50_000, maxBytesPerFile = 2_000_000 } = limits;
  const texts = new Map<string, string | undefined>();
  let listing: Listing | undefined;
  let known: ReadonlySet<string> | undefined;
  const listed = (): Listing => (listing ??= list(root, maxFiles));
  return {
    get paths() {
      return listed().paths;
    },
    get complete() {
      return listed().complete;
    },
    get links() {
      return listed().links;
    },
    read(path) {
      known ??= new Set(listed().paths);
      if (!known.has(path)) return undefined;
      if (!texts.has(path)) texts.set(path, readInside(root, path, maxBytesPerFile));
      return texts.get(path);
    },
  };
}

interface Listing {
  readonly paths: readonly string[];
  readonly complete: boolean;
  readonly links: ReadonlySet<string>;
}

/** Lists level by level, so that a listing cut short still holds what is near the root. */
function list(root: string, maxFiles: number): Listing {
  const paths: string[] = [];
  const links = new Set<string>();
  let complete = true;
  for (let level = ['']; level.length > 0;) {
    const below: string[] = [];
    for (const folder of level) {
      let entries: Dirent[];
      try {
        entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
      } catch {
        complete = false;
        continue;
      }
      const files: string[] = [];
      for (const entry of entries) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isSymbolicLink()) links.add(path);
        if (!entry.isDirectory()) files.push(path);
        else if (!SKIPPED.has(entry.name)) below.push(path);
      }
      if (paths.length + files.length > maxFiles) {
        const some = files.sort().slice(0, maxFiles - paths.length);
        return { paths: [...paths, ...some].sort(), complete: false, links };
      }
      paths.push(...files);
    }
    level = below.sort();
  }
  return { paths: paths.sort(), complete, links };
}

function readInside(root: string, path: string, maxBytes: number): string | undefined {
  let handle: number | undefined;
  try {
    const base = realpathSync.native(root);
    const real = realpathSync.native(join(root, path));
    if (!real.startsWith(base.endsWith(sep) ? base : base + sep)) return undefined;
    // O_NOFOLLOW: what has become a link since is not followed. O_NONBLOCK: a named pipe is not waited for.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    handle = openSync(real, flags);
    const stats = fstatSync(handle);
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const bytes = readFileSync(handle);
    return bytes.length > maxBytes ? undefined : decodeUtf8(bytes);
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
