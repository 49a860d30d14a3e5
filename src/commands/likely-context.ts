import { relative, resolve, sep } from 'node:path';
import { Dockerfile, DockerfileError } from '../dockerfile/index.js';
import { copyWords, readFacts } from '../facts/index.js';
import { cleanPath } from '../project/paths.js';

/** Words that name no file of the context for sure: everything, patterns, what lies elsewhere. */
const UNTOLD = /^(?:[./]*|\w+:\/\/.*|git@.*)$|[*?[]|(?:^|\/)\.\.(?:\/|$)/;

/**
 * The folder that a Dockerfile is built from, where nothing says so: its own, unless that lacks what it copies and a folder
 * above has all of it.
 * @param paths the files of the repository, from its root, sorted by code unit
 * @returns several where it may be any of them
 */
export function likelyContexts(text: string, file: string, root: string, paths: readonly string[]): readonly string[] {
  const own = resolve(file, '..');
  const below = relative(root, own).split(sep).join('/');
  if (below === '' || below.startsWith('..')) return [own];
  const parts = below.split('/');
  const folders = [...parts.keys(), parts.length].map((depth) => parts.slice(0, depth).join('/')).reverse();
  const named = copiedNames(text);
  const found = folders.map((folder) => presentIn(folder, named, paths));
  // What is nowhere is made before the build, and tells nothing.
  const known = named.filter((name) => found.some((present) => present.has(name)));
  const holding = folders.filter((_, index) => found[index]!.size === known.length);
  if (holding.length === 0 || holding.includes(below)) return [own];
  return holding.map((folder) => resolve(root, folder));
}

/** Files and folders of the context that COPY and ADD name. */
function copiedNames(text: string): readonly string[] {
  let file: Dockerfile;
  try {
    file = Dockerfile.parse(text);
  } catch (error) {
    if (error instanceof DockerfileError) return [];
    throw error;
  }
  const facts = readFacts(file);
  const copies = file.instructions.filter(
    ({ keyword, flags, heredocs }) =>
      (keyword === 'COPY' || keyword === 'ADD') && heredocs.length === 0 && !flags.some(({ name }) => name === 'from'),
  );
  const words = copies.flatMap((copy) => copyWords(facts, copy).slice(0, -1));
  const names = words.filter((word): word is string => word !== undefined && !UNTOLD.test(word));
  return [...new Set(names.map((name) => cleanPath(`/${name}`).slice(1)))];
}

function presentIn(folder: string, names: readonly string[], paths: readonly string[]): ReadonlySet<string> {
  const start = folder === '' ? '' : `${folder}/`;
  return new Set(names.filter((name) => isThere(paths, start + name)));
}

/** Whether sorted paths hold a file, or a folder with files. */
function isThere(paths: readonly string[], path: string): boolean {
  return paths[firstFrom(paths, path)] === path || paths[firstFrom(paths, `${path}/`)]?.startsWith(`${path}/`) === true;
}

/** The index of the first of sorted paths that does not come before one. */
function firstFrom(paths: readonly string[], path: string): number {
  let [low, high] = [0, paths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (paths[middle]! < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
