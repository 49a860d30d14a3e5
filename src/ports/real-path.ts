import { realpathSync } from 'node:fs';

/** A path with its symbolic links resolved; undefined where it leads nowhere. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
