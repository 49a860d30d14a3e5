import { relative, resolve, sep } from 'node:path';
import { Dockerfile, DockerfileError } from '../dockerfile/index.js';
import { copyWords, readFacts } from '../facts/index.js';
import { type ContextFiles, filesBelow, hasFile } from '../project/context.js';
import { cleanPath } from '../project/paths.js';

/** Words that name no file of the context for sure: everything, patterns, what lies elsewhere. */
const UNTOLD = /^(?:[./]*|\w+:\/\/.*|git@.*)$|[*?[]|(?:^|\/)\.\.(?:\/|$)/;

/**
 * The folder that a Dockerfile is built from, where nothing says so: its own, unless that lacks what it copies and a folder
 * above has all of it.
 * @param repository its files, from the root
 * @returns several where it may be any of them
 */
export function likelyContexts(text: string, file: string, root: string, repository: ContextFiles): readonly string[] {
  const own = resolve(file, '..');
  const below = relative(root, own).split(sep).join('/');
  if (below === '' || below.startsWith('..') || !repository.complete) return [own];
  const parts = below.split('/');
  const folders = [...parts.keys(), parts.length].map((depth) => parts.slice(0, depth).join('/')).reverse();
  const named = copiedNames(text);
  const found = folders.map((folder) => presentIn(folder, named, repository));
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

function presentIn(folder: string, names: readonly string[], repository: ContextFiles): ReadonlySet<string> {
  const start = folder === '' ? '' : `${folder}/`;
  const isThere = (path: string): boolean => hasFile(repository, path) || filesBelow(repository.paths, path).length > 0;
  return new Set(names.filter((name) => isThere(start + name)));
}
