import { nodePackages } from './node-packages.js';
import { pythonPackages } from './python-packages.js';
import { rubyPackages } from './ruby-packages.js';
import type { Tree } from './types.js';

/** A package that a project's manager has installed, as the image's files tell. */
export interface InstalledPackage {
  readonly name: string;
  /** The packages that it asks for, as they are found from where it stands. */
  readonly needs: readonly InstalledPackage[];
}

/** What is installed in one place. */
export interface InstalledPackages {
  /** All that are there. */
  readonly all: readonly InstalledPackage[];
  /** Those that the project itself finds under a name. */
  find(name: string): InstalledPackage | undefined;
  /** The files that are there for these packages only. */
  filesOf(packages: ReadonlySet<InstalledPackage>): Iterable<string>;
  /** Files in which the manager notes what it has installed. */
  readonly notes: readonly string[];
}

/** What is announced of a project's dependencies. */
export interface Dependencies {
  /** Where they are installed, absolute: `/app/node_modules`. */
  readonly folders: readonly string[];
  /** Packages that the project needs and that stay. */
  readonly kept: readonly string[];
}

/**
 * The files that go with some packages of a project: with them go the packages that only they need.
 * @param manager `npm` for all that fill a node_modules, `pip` for all that fill a site-packages, `gem`
 */
export function filesOfDependencies(
  tree: Tree,
  manager: string,
  names: readonly string[],
  { folders, kept }: Dependencies,
): { readonly files: ReadonlySet<string>; readonly notes: ReadonlySet<string> } {
  const read = READERS.get(manager);
  const [files, notes] = [new Set<string>(), new Set<string>()];
  for (const installed of read === undefined ? [] : folders.flatMap((folder) => read(tree, folder))) {
    for (const file of installed.filesOf(goingWith(installed, names, kept))) files.add(file);
    for (const note of installed.notes) notes.add(note);
  }
  return { files, notes };
}

const READERS = new Map([
  ['npm', nodePackages],
  ['pip', pythonPackages],
  ['gem', rubyPackages],
]);

/** The named packages and what they need, without what the project or another package needs. */
function goingWith(
  { all, find }: InstalledPackages,
  names: readonly string[],
  kept: readonly string[],
): ReadonlySet<InstalledPackage> {
  const found = (wanted: readonly string[]) => wanted.map(find).filter((one) => one !== undefined);
  const going = reached(found(names));
  const staying = reached([...found(kept), ...all.filter((one) => !going.has(one))]);
  return new Set([...going].filter((one) => !staying.has(one)));
}

function reached(from: readonly InstalledPackage[]): ReadonlySet<InstalledPackage> {
  const open = [...from];
  const seen = new Set<InstalledPackage>();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    open.push(...one.needs);
  }
  return seen;
}
