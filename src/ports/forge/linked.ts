import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Whether a file of a repository is a symbolic link, or lies behind one. */
export function isLinked(root: string, file: string): boolean {
  try {
    return realpathSync(file) !== join(realpathSync(root), relative(root, file));
  } catch {
    return true;
  }
}
