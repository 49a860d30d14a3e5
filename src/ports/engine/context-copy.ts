import {
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  appendFileSync,
  readlinkSync,
  symlinkSync,
  chmodSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';

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
 * Copies what the build sees; links stay links.
 * @param sees whether a path is part of the context; asked for files
 * @returns undefined when it is larger than 2 GiB
 */
export function copyContext(from: string, to: string, sees: (path: string) => boolean): ContextCopy | undefined {
  const paths: string[] = [];
  let bytes = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        folders.push(path);
        continue;
      }
      if (!sees(path)) continue;
      const source = join(from, path);
      const target = join(to, path);
      mkdirSync(join(to, folder), { recursive: true });
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
      else if (entry.isFile()) {
        const { size, mode } = lstatSync(source);
        bytes += size;
        if (bytes > MOST_BYTES) return undefined;
        copyFileSync(source, target, constants.COPYFILE_FICLONE);
        chmodSync(target, mode & 0o7777);
        paths.push(path);
      }
      if (folder !== '') chmodSync(join(to, folder), lstatSync(join(from, folder)).mode & 0o7777);
    }
  }
  return { root: to, paths, append: (path, text) => appendFileSync(join(to, path), text) };
}
