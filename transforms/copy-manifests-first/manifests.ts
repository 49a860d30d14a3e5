import type { Dockerfile } from '../../src/dockerfile/index.js';
import { filesBelow } from '../../src/project/context.js';
import { baseName, folderOf } from '../../src/project/paths.js';
import { type ContextCopy, sourceText } from './copies.js';
import type { View } from '../../src/project/view.js';

/** More lines than this are no improvement. */
const MOST_LINES = 60;

/** Files whose neighbours are source: their folder is never copied whole. */
const SINGLE =
  /^(?:package\.json|pom\.xml|Cargo\.toml|go\.(?:mod|sum|work)|pyproject\.toml|composer\.json|mix\.exs|Gemfile|pubspec\.yaml|shard\.yml|Package\.swift|deno\.jsonc?|deps\.(?:ts|edn)|cpanfile|renv\.lock|stack\.yaml|project\.clj|(?:main|lib|build)\.rs|.*\.(?:csproj|fsproj|vbproj|sln|slnx|gradle|kts|gemspec|cabal)|activate\.R)$/;

/**
 * The COPY lines that bring what is needed of a copy, each folder of the image with its own, as its author would have
 * written them; `named` are folders of the context that are needed whole. A reason when there would be too many, or a name needs more than plain words.
 */
export function manifestCopies(
  file: Dockerfile,
  copy: ContextCopy,
  needed: ReadonlySet<string>,
  named: ReadonlySet<string>,
  view: View,
): readonly string[] | { readonly reason: string } {
  const { instruction, workdir } = copy;
  const entries = [...copy.files].filter(([image]) => needed.has(image));
  const froms = new Set(entries.map(([, from]) => from));
  const whole = wholeFolders(copy, froms, named, view);
  const groups = new Map<string, string[]>();
  const add = (target: string, source: string): void =>
    void groups.set(target, [...(groups.get(target) ?? []), source]);
  for (const { from, to } of whole) add(`${to}/`, `${from}/`);
  for (const [image, from] of entries) {
    if (whole.some((folder) => from.startsWith(`${folder.from}/`))) continue;
    const target = baseName(image) === baseName(from) ? `${folderOf(image)}/` : image;
    add(target, from);
  }
  if (groups.size > MOST_LINES) return { reason: `the manifests would take ${groups.size} COPY lines` };
  const strange = [...groups].flat(2).find((path) => /[[\]*?\\$"'\s]/.test(path));
  if (strange !== undefined) return { reason: `${strange} cannot be named in a COPY without quoting` };
  const flags = instruction.flags
    .filter(({ name }) => name !== 'exclude')
    .map(({ span }) => `${instruction.logical.text.slice(span.start, span.end)} `)
    .join('');
  const keyword = file.slice(instruction.span).startsWith(instruction.keyword.toLowerCase()) ? 'copy' : 'COPY';
  return [...groups]
    .sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .map(
      ([target, sources]) =>
        `${keyword} ${flags}${sources
          .sort(byRank)
          .map((path) => sourceText(copy, path))
          .join(' ')} ${destination(copy, target, workdir)}`,
    );
}

/** Folders to which more of the same come, and all of which are read: they are copied whole though they hold one file. */
const GROWING = /(?:^|\/)(?:patches|\.mvn|\.yarn(?:\/(?:releases|plugins|patches|cache))?)$/;

/** The manifest itself comes first, then its lockfile, then the rest. */
const RANKS: readonly RegExp[] = [
  /(?:^|\/)(?:package\.json|composer\.json|Gemfile|gems\.rb|Cargo\.toml|go\.mod|pom\.xml|pyproject\.toml|mix\.exs|Pipfile|pubspec\.yaml|shard\.yml|Package\.swift|deno\.jsonc?|stack\.yaml|cpanfile)$/,
  /(?:^|\/)(?:[\w.-]*[.-]lock(?:\.json|\.yaml|b)?|go\.sum|gems\.locked|Package\.resolved)$/,
];

function rankOf(path: string): number {
  const rank = RANKS.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? RANKS.length : rank;
}

function byRank(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : 1);
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Folders all of whose files are needed, the outermost. */
function wholeFolders(
  copy: ContextCopy,
  froms: ReadonlySet<string>,
  named: ReadonlySet<string>,
  view: View,
): readonly { from: string; to: string }[] {
  const found: { from: string; to: string }[] = [];
  const candidates = new Set([...froms].flatMap((path) => ancestors(path)));
  for (const from of [...candidates].sort()) {
    const root = copy.folders.find((folder) => folder.from === '' || from.startsWith(`${folder.from}/`));
    if (root === undefined || found.some((folder) => from.startsWith(`${folder.from}/`))) continue;
    const files = filesBelow(view.visible.paths, from);
    if (!files.every((path) => froms.has(path))) continue;
    const isOne =
      named.has(from) ||
      GROWING.test(from) ||
      files.every((path) => folderOf(path) === from && /\.(?:patch|tgz|gem|whl)$/.test(path));
    if (!isOne && (files.length < 2 || files.some((path) => SINGLE.test(baseName(path))))) continue;
    const rest = root.from === '' ? from : from.slice(root.from.length + 1);
    found.push({ from, to: root.to === '/' ? `/${rest}` : `${root.to}/${rest}` });
  }
  return found;
}

function ancestors(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folderOf(path); at !== ''; at = folderOf(at)) folders.push(at);
  return folders;
}

/** A destination as the author writes them: below the one of the COPY, or from the working directory where that is relative. */
function destination({ written, target }: ContextCopy, path: string, workdir: string | undefined): string {
  if (/^[/$]/.test(written)) {
    const folder = target === '/' ? '/' : `${target}/`;
    return path.startsWith(folder) ? `${written.replace(/\/$/, '')}/${path.slice(folder.length)}` : path;
  }
  const home = workdir === '/' ? '/' : `${workdir ?? ''}/`;
  if (workdir === undefined || !path.startsWith(home)) return path;
  const rest = path.slice(home.length);
  return rest === '' ? './' : rest;
}
