import {
  appendFileSync,
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { walkContext } from './context-walk.js';

/** How much of a context is copied at most, bytes. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/** A copy of a build context in which files may change; the user's own is never touched. */
export interface ContextCopy {
  readonly root: string;
  /** Every file in it, relative, with `/`. */
  readonly paths: readonly string[];
  append(path: string, text: string): void;
}

/**
 * Copies what the build sees; links stay links, empty folders are left out.
 * @param ignore the ignore file's text
 * @returns undefined when it is larger than 2 GiB
 */
export function copyContext(from: string, to: string, ignore: string | undefined): ContextCopy | undefined {
  const paths: string[] = [];
  let bytes = 0;
  for (const { path, entry } of walkContext(from, ignore)) {
    const source = join(from, path);
    const target = join(to, path);
    makeFolders(from, to, dirname(path));
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) {
      const { size, mode } = lstatSync(source);
      bytes += size;
      if (bytes > MOST_BYTES) return undefined;
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, mode & 0o7777);
      paths.push(path);
    }
  }
  return { root: to, paths, append: (path, text) => appendFileSync(join(to, path), text) };
}

/** With the modes of the originals: they are part of what a build copies. */
function makeFolders(from: string, to: string, folder: string): void {
  if (folder === '.') return;
  makeFolders(from, to, dirname(folder));
  const target = join(to, folder);
  if (mkdirSync(target, { recursive: true }) === undefined) return;
  chmodSync(target, lstatSync(join(from, folder)).mode & 0o7777);
}
