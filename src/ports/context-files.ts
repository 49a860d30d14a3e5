import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ContextFiles } from '../project/context.js';
import { decodeUtf8 } from './utf8.js';
import { realPath } from './real-path.js';
import { isTemporary } from './write-files.js';

interface ContextLimits {
  /** How many files are listed; past it the listing is incomplete. */
  readonly maxFiles?: number;
  /** Larger files read as absent. */
  readonly maxBytesPerFile?: number;
}

const SKIPPED = new Set(['.git', 'node_modules']);

/** A context on disk, and what was asked of it. */
export interface DiskContext extends ContextFiles {
  /** Its real path. */
  readonly folder: string;
  /** The real paths of the files whose text was asked for, also of those that are not there. */
  readonly asked: ReadonlySet<string>;
}

/**
 * The files of a folder on disk, listed when first asked for and read when asked for. Leaves out what lies in `.git` and
 * `node_modules`; a symbolic link is listed but read only when it leads to a file inside the folder.
 */
export function readContext(root: string, limits: ContextLimits = {}): DiskContext {
  const { maxFiles = 50_000, maxBytesPerFile = 2_000_000 } = limits;
  const texts = new Map<string, string | undefined>();
  const asked = new Set<string>();
  let folder: string | undefined;
  let listing: Listing | undefined;
  let known: ReadonlySet<string> | undefined;
  const listed = (): Listing => (listing ??= list(root, maxFiles));
  const base = (): string => (folder ??= realPath(root) ?? root);
  return {
    asked,
    get folder() {
      return base();
    },
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
      if (texts.has(path)) return texts.get(path);
      const named = join(base(), path);
      const real = known.has(path) ? realPath(named) : undefined;
      asked.add(real ?? named);
      const text = real !== undefined && isBelow(real, base()) ? readFile(real, maxBytesPerFile) : undefined;
      texts.set(path, text);
      return text;
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
        if (!entry.isDirectory()) {
          if (!isTemporary(entry.name)) files.push(path);
        } else if (!SKIPPED.has(entry.name)) below.push(path);
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

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function readFile(real: string, maxBytes: number): string | undefined {
  let handle: number | undefined;
  try {
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
