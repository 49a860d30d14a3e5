import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { BuildError, type Entry, PROGRAM, type Tree } from './tree.js';

/** What the oracle's package managers ask of a tree, answered by the file system of a container. */
export type DiskTree = Pick<
  Tree,
  'get' | 'at' | 'has' | 'isFolder' | 'below' | 'children' | 'read' | 'write' | 'makeFolders' | 'remove'
>;

/** Where the engine mounts something, and what the stand-in images hold for themselves. */
const MOUNTED = /^\/(?:dev|proc|sys|oracle|\.dockerenv|etc\/(?:hostname|hosts|resolv\.conf|mtab))(?:\/|$)/;

/** @param hides whether a path belongs to the real base image alone, and the oracle knows nothing of it */
export function diskTree(hides: (path: string) => boolean): DiskTree {
  const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const tree: DiskTree = {
    get: (path) => entryOf(path, statSync(path, { throwIfNoEntry: false })),
    at: (path) => entryOf(path, lstatSync(path, { throwIfNoEntry: false })),
    has: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    isFolder,
    below: (path) => walk(path).filter((one) => !hides(one)),
    children: (path) =>
      isFolder(path)
        ? readdirSync(path)
            .map((name) => `${path === '/' ? '' : path}/${name}`)
            .filter((one) => !MOUNTED.test(one) && !hides(one))
            .sort()
        : [],
    read: (path) => failing(path, () => readFileSync(path, 'utf8')),
    write: (path, text) =>
      failing(path, () => {
        const isNew = !existsSync(path);
        writeFileSync(path, text);
        if (isNew && text.startsWith(PROGRAM)) chmodSync(path, 0o755);
      }),
    makeFolders: (path) => failing(path, () => void mkdirSync(path, { recursive: true })),
    remove: (path) => failing(path, () => rmSync(path, { recursive: true, force: true })),
  };
  return tree;
}

/** All paths below a folder, sorted as the oracle sorts them. */
export function walk(folder: string): readonly string[] {
  const device = statSync('/').dev;
  const found: string[] = [];
  const enter = (path: string): void => {
    for (const name of readdirSync(path)) {
      const child = `${path === '/' ? '' : path}/${name}`;
      if (MOUNTED.test(child)) continue;
      const stats = lstatSync(child);
      // A volume is no part of the image.
      if (folder === '/' && stats.isDirectory() && stats.dev !== device) continue;
      found.push(child);
      if (stats.isDirectory()) enter(child);
    }
  };
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) enter(folder);
  return found.sort();
}

/** @param told stands for the text of a file */
export function entryOf(path: string, stats: Stats | undefined, told?: string): Entry | undefined {
  if (stats === undefined) return undefined;
  const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
  const text = kind === 'folder' ? '' : kind === 'link' ? readlinkSync(path) : (told ?? contentOf(path, stats.size));
  return { kind, text, owner: `${stats.uid}:${stats.gid}`, mode: (stats.mode & 0o7777).toString(8) };
}

/** A text, or the digest of what is too long for one. */
function contentOf(path: string, size: number): string {
  const bytes = readFileSync(path);
  return size > 4096 ? createHash('sha256').update(bytes).digest('hex') : bytes.toString('utf8');
}

function failing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new BuildError(`${path}: ${(error as Error).message}`);
  }
}
