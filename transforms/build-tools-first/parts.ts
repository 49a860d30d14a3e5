import type { Instruction } from '../../src/dockerfile/index.js';
import { filesBelow } from '../../src/project/context.js';
import type { GoClosure } from '../../src/project/go-closure.js';
import { folderOf, foldersAbove, joinPath } from '../../src/project/paths.js';
import type { SourceCopy } from './source.js';

/** More lines than this are no improvement. */
const MOST_LINES = 6;

/** COPYs of a part of what one COPY brings. */
export interface Parts {
  /** Sources from the context's root, and the folder that each goes to; a folder to itself. */
  readonly lines: readonly { readonly sources: readonly string[]; readonly folder: string }[];
  /** The files of the COPY that they leave out. */
  readonly left: readonly string[];
}

/** The parts of a COPY that bring all that a build reads and is not there yet; a reason where there are none. */
export function partsOf(
  closure: GoClosure,
  module: string,
  visible: readonly string[],
  { from }: SourceCopy,
  brought: ReadonlySet<string>,
): Parts | string {
  const own = filesBelow(visible, from);
  const needed = new Set([...closure.manifests, ...closure.files]);
  for (const [folder, { whole }] of closure.folders)
    for (const path of filesBelow(visible, folder))
      if (whole || (folderOf(path) === folder && path.endsWith('.go'))) needed.add(path);
  for (const path of brought) needed.delete(path);
  const outside = [...needed].find((path) => from !== '' && !path.startsWith(`${from}/`));
  if (outside !== undefined) return `${outside} is not there before the build`;
  // A folder of the module was chosen by somebody: it comes later as a whole, or it stays.
  if (from !== '' && module !== from && !module.startsWith(`${from}/`))
    return needed.size > 0 ? { lines: [], left: [] } : { lines: [], left: own };
  const isWhole = (folder: string): boolean => filesBelow(visible, folder).every((path) => needed.has(path));
  const isOtherPackage = (path: string): boolean =>
    path.endsWith('.go') && !/_test\.go$|\/testdata\//.test(path) && !needed.has(path) && !brought.has(path);
  const folders = new Set<string>();
  const single = new Set<string>();
  for (const path of needed) {
    const folder = folderOf(path);
    // Tests and notes that lie in the folder of a package come along; other packages do not.
    const others = filesBelow(visible, folder).some(isOtherPackage);
    if (folder !== from && folder !== '' && (isWhole(folder) || (closure.folders.has(folder) && !others)))
      folders.add(folder);
    else single.add(path);
  }
  let lines = linesOf(from, joined(from, folders, visible), single, closure);
  for (const top of busiest(from, lines)) {
    if (lines.length <= MOST_LINES) break;
    folders.add(top);
    lines = linesOf(from, joined(from, folders, visible), single, closure);
  }
  if (lines.length > MOST_LINES) return `the build reads ${lines.length} folders`;
  if (lines.some(({ sources }) => sources.some((name) => /[[\]?\\$"'\s]/.test(name))))
    return 'a name of the source cannot be written without quoting';
  const aside = closure.folders.has(from) && !own.some(isOtherPackage);
  return { lines, left: aside ? [] : own.filter((path) => !brought.has(path) && !isBrought({ lines }, path)) };
}

/** The lines that a download of modules has no use for, where what it reads has lines of its own or is there. */
export function beyondManifests(
  { lines }: Parts,
  { manifests }: GoClosure,
  brought: ReadonlySet<string>,
): Parts['lines'] {
  const early = lines.filter(({ sources }) => sources.every((name) => manifests.includes(name)));
  const isThere = (path: string): boolean => brought.has(path) || early.some(({ sources }) => sources.includes(path));
  return manifests.every(isThere) ? lines.filter((line) => !early.includes(line)) : [];
}

/** Whether one of the COPYs brings a file. */
export function isBrought({ lines }: Pick<Parts, 'lines'>, path: string): boolean {
  return lines.some(
    ({ sources, folder }) =>
      sources.includes(path) ||
      (sources[0] === folder && path.startsWith(`${folder}/`)) ||
      (path.endsWith('.go') && folderOf(path) === folder && sources.includes(joinPath(folder, '*.go'))),
  );
}

/** Folders with those taken together that make up the folder above them. */
function joined(from: string, given: ReadonlySet<string>, visible: readonly string[]): readonly string[] {
  const folders = new Set(given);
  for (const folder of given) {
    for (const above of foldersAbove(folder)) {
      if (above === from || above === '' || !above.startsWith(from)) break;
      const isBrought = (path: string): boolean => foldersAbove(path).some((one) => folders.has(one));
      if (!filesBelow(visible, above).every(isBrought)) break;
      folders.add(above);
    }
  }
  return [...folders].filter((folder) => !foldersAbove(folder).some((above) => folders.has(above)));
}

/** The folders just below `from` that lines lie in, those of most lines first. */
function busiest(from: string, lines: Parts['lines']): readonly string[] {
  const counts = new Map<string, number>();
  for (const { folder } of lines) {
    const top = [folder, ...foldersAbove(folder)].find((one) => one !== from && folderOf(one) === from);
    if (top !== undefined) counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([top]) => top);
}

function linesOf(
  from: string,
  folders: readonly string[],
  single: ReadonlySet<string>,
  { folders: packages }: GoClosure,
) {
  const byFolder = new Map<string, string[]>();
  for (const path of [...single].sort()) {
    const folder = folderOf(path);
    if (foldersAbove(path).some((above) => folders.includes(above))) continue;
    const name = packages.has(folder) && path.endsWith('.go') ? joinPath(folder, '*.go') : path;
    const names = byFolder.get(folder) ?? [];
    byFolder.set(folder, names.includes(name) ? names : [...names, name]);
  }
  // The manifests first, as everybody writes it.
  const files = [...byFolder].map(([folder, sources]) => ({ folder, sources: sources.sort(byKind) }));
  const whole = folders.map((folder) => ({ folder, sources: [folder] }));
  return [
    ...files.filter(({ folder }) => folder === from),
    ...[...files.filter(({ folder }) => folder !== from), ...whole].sort((a, b) => (a.folder < b.folder ? -1 : 1)),
  ];
}

function byKind(a: string, b: string): number {
  const rank = (name: string): number => (/(?:^|\/)go\.(?:mod|sum)$/.test(name) ? 0 : name.endsWith('*.go') ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The COPYs as they are written, in the way of the one that they are a part of. */
export function textOf(
  { lines }: Pick<Parts, 'lines'>,
  { instruction, from, written }: SourceCopy,
  eol: string,
): string {
  const { flags, logical, keywordSpan } = instruction satisfies Instruction;
  const given = flags.map(({ span }) => `${logical.text.slice(span.start, span.end)} `).join('');
  const isLower = /^[a-z]/.test(logical.text.slice(keywordSpan.start));
  const target = /^\.?\/?$/.test(written) && written !== '/' ? '' : written.endsWith('/') ? written : `${written}/`;
  return lines
    .map(({ sources, folder }) => {
      const below = folder === from ? '' : `${folder.slice(from === '' ? 0 : from.length + 1)}/`;
      const words = sources[0] === folder ? [`${folder}/`] : sources;
      return `${isLower ? 'copy' : 'COPY'} ${given}${words.join(' ')} ${target + below === '' ? './' : target + below}`;
    })
    .join(eol);
}
