import { folderOf } from './closure.js';
import type { InstalledPackage, InstalledPackages } from './dependencies.js';
import type { Tree } from './types.js';

interface Gem extends InstalledPackage {
  /** With the version, and the platform where it has one: `ffi-1.16.3-x86_64-linux`. */
  readonly fullName: string;
  readonly programs: readonly string[];
}

/**
 * The gems of every gem home at or below a folder, by the specifications that RubyGems writes.
 * https://guides.rubygems.org/specification-reference/
 */
export function rubyPackages(tree: Tree, folder: string): readonly InstalledPackages[] {
  const homes = new Map<string, Map<string, Gem>>();
  for (const [path, { text }] of tree) {
    const [, home, fullName] = /^(.*)\/specifications\/([^/]+)\.gemspec$/.exec(path) ?? [];
    if (home === undefined || text === undefined || !`${home}/`.startsWith(`${folder}/`)) continue;
    const found = homes.get(home) ?? new Map<string, Gem>();
    homes.set(home, found);
    const name = /^# stub: (\S+) /m.exec(text)?.[1] ?? /\.name = "([^"]+)"/.exec(text)?.[1] ?? fullName!;
    const asked = [...text.matchAll(/add_(?:runtime_)?dependency\(%q<([^>]+)>/g)].map(([, one]) => one!);
    const programs = [...(/\.executables = \[([^\]]*)\]/.exec(text)?.[1]?.matchAll(/"([^"]+)"/g) ?? [])];
    found.set(name, {
      name,
      fullName: fullName!,
      programs: programs.map(([, program]) => program!),
      get needs() {
        return asked.flatMap((one) => found.get(one) ?? []);
      },
    });
  }
  return [...homes].map(([home, found]) => ({
    all: [...found.values()],
    find: (name) => found.get(name),
    filesOf: (going) => filesOf(tree, home, [...found.values()], going),
    notes: [],
  }));
}

function* filesOf(
  tree: Tree,
  home: string,
  gems: readonly Gem[],
  going: ReadonlySet<InstalledPackage>,
): Iterable<string> {
  const taken = new Set(gems.filter((gem) => !going.has(gem)).flatMap(({ programs }) => programs));
  const gone = gems.filter((gem) => going.has(gem));
  const names = new Set(gone.map(({ fullName }) => fullName));
  const programs = new Set(gone.flatMap((gem) => gem.programs).filter((name) => !taken.has(name)));
  for (const path of tree.keys()) {
    if (!path.startsWith(`${home}/`)) continue;
    const inside = path.slice(home.length + 1);
    const gem = /^(?:gems|doc|build_info|extensions\/[^/]+\/[^/]+)\/([^/]+)/.exec(inside)?.[1];
    const single = /^(?:specifications|cache)\/(.+)\.gem(?:spec)?$/.exec(inside)?.[1];
    const isProgram = folderOf(inside) === 'bin' && programs.has(inside.slice('bin/'.length));
    if (names.has(gem?.replace(/\.info$/, '') ?? '') || names.has(single ?? '') || isProgram) yield path;
  }
}
