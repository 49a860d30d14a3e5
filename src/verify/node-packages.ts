import { parseJson } from '../project/manifests/parse.js';
import { entries, field, fieldAt, text } from '../project/manifests/values.js';
import { folderOf, resolvePath } from './closure.js';
import type { InstalledPackage, InstalledPackages } from './dependencies.js';
import type { Tree } from './types.js';

/** In a node_modules, written by npm, Yarn and pnpm. */
const NOTES = [
  '.package-lock.json',
  '.yarn-integrity',
  '.modules.yaml',
  '.pnpm/lock.yaml',
  '.pnpm-workspace-state.json',
];
const PACKAGE = /\/node_modules\/(?:@[^/]+\/)?[^/.@][^/]*$/;
const GROUPS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

interface NodePackage extends InstalledPackage {
  readonly folder: string;
  readonly programs: readonly string[];
}

/** The packages of a node_modules, by the package.json of each. Links, as pnpm sets them, are followed. */
export function nodePackages(tree: Tree, folder: string): readonly InstalledPackages[] {
  const packages = new Map<string, NodePackage>();
  for (const [path, entry] of tree) {
    const at = folderOf(path);
    if (!path.startsWith(`${folder}/`) || !path.endsWith('/package.json') || !PACKAGE.test(at)) continue;
    if (entry.text === undefined) continue;
    packages.set(
      at,
      readPackage(at, entry.text, (name) => resolve(at, name)),
    );
  }
  const resolve = (from: string, name: string): NodePackage | undefined => {
    for (let at = from; `${at}/node_modules`.startsWith(folder); at = folderOf(at)) {
      const own = at.endsWith('/node_modules') ? at : `${at}/node_modules`;
      const found = packages.get(resolvePath(tree, `${own}/${name}`)?.path ?? '');
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return [
    {
      all: [...packages.values()],
      find: (name) => packages.get(resolvePath(tree, `${folder}/${name}`)?.path ?? ''),
      filesOf: (going) => filesOf(tree, folder, packages, going),
      notes: NOTES.map((name) => `${folder}/${name}`),
    },
  ];
}

function readPackage(at: string, source: string, resolve: (name: string) => NodePackage | undefined): NodePackage {
  const parsed = parseJson(source);
  const json = 'value' in parsed ? parsed.value : undefined;
  const name = at.slice(at.lastIndexOf('/node_modules/') + '/node_modules/'.length);
  const bin = field(json, 'bin');
  const isOptional = (peer: string): boolean => fieldAt(json, 'peerDependenciesMeta', peer, 'optional') === true;
  let needs: readonly NodePackage[] | undefined;
  return {
    name,
    folder: at,
    programs: text(bin) === undefined ? entries(bin).map(([program]) => program) : [name.replace(/^@[^/]+\//, '')],
    get needs() {
      return (needs ??= GROUPS.flatMap((group) => entries(field(json, group)).map(([one]) => ({ group, one })))
        .filter(({ group, one }) => group !== 'peerDependencies' || !isOptional(one))
        .flatMap(({ one }) => resolve(one) ?? []));
    },
  };
}

function* filesOf(
  tree: Tree,
  folder: string,
  packages: ReadonlyMap<string, NodePackage>,
  going: ReadonlySet<InstalledPackage>,
): Iterable<string> {
  const staying = [...packages.values()].filter((one) => !going.has(one));
  const taken = new Set(staying.flatMap(({ programs }) => programs));
  const programs = new Set([...packages.values()].flatMap((one) => one.programs).filter((name) => !taken.has(name)));
  // pnpm keeps each package, with links to what it needs, in a folder of its own.
  const storeOf = (path: string): string | undefined => /^.*\/\.pnpm\/[^/]+(?=\/)/.exec(`${path}/`)?.[0];
  const kept = new Set(staying.map((one) => storeOf(one.folder)));
  const stores = new Set([...packages.values()].map((one) => storeOf(one.folder)).filter((store) => !kept.has(store)));
  const ownerOf = (path: string): NodePackage | undefined => {
    for (let at = path; at !== folder && at.startsWith(folder); at = folderOf(at)) {
      const owner = packages.get(at);
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
  for (const [path, entry] of tree) {
    if (!path.startsWith(`${folder}/`)) continue;
    const target = entry.type === 'link' ? resolvePath(tree, path)?.path : undefined;
    const owner = ownerOf(path) ?? (target === undefined ? undefined : ownerOf(target));
    const program = /\/\.bin\/([^/]+)$/.exec(path)?.[1];
    const store = storeOf(path);
    const goes =
      (owner !== undefined && going.has(owner)) ||
      (program !== undefined && programs.has(program)) ||
      (store !== undefined && stores.has(store));
    if (goes) yield path;
  }
}
