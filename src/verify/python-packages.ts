import { normalName } from '../project/manifests/python-requirements.js';
import { clean, folderOf } from './closure.js';
import type { InstalledPackage, InstalledPackages } from './dependencies.js';
import { pythonSource } from './noise.js';
import type { Tree } from './types.js';

interface PythonPackage extends InstalledPackage {
  /** Its `.dist-info`. */
  readonly folder: string;
}

/**
 * The packages of every site-packages at or below a folder, by their `.dist-info`.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function pythonPackages(tree: Tree, folder: string): readonly InstalledPackages[] {
  const places = new Map<string, Map<string, PythonPackage>>();
  for (const [path, { text }] of tree) {
    const place = /^(.*\/site-packages)\/[^/]+\.dist-info\/METADATA$/.exec(path)?.[1];
    if (place === undefined || text === undefined || !`${place}/`.startsWith(`${folder}/`)) continue;
    const found = places.get(place) ?? new Map<string, PythonPackage>();
    places.set(place, found);
    const one = readPackage(folderOf(path), text, (name) => found.get(name));
    found.set(one.name, one);
  }
  return [...places].map(([place, found]) => ({
    all: [...found.values()],
    find: (name) => found.get(normalName(name)),
    filesOf: (going) =>
      filesOf(
        tree,
        place,
        [...found.values()].filter((one) => going.has(one)),
      ),
    notes: [],
  }));
}

function readPackage(
  folder: string,
  metadata: string,
  find: (name: string) => PythonPackage | undefined,
): PythonPackage {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0]!;
  const name = normalName(/^Name: *(\S+)/im.exec(head)?.[1] ?? '');
  const asked = [...head.matchAll(/^Requires-Dist: *([A-Za-z0-9][\w.-]*)/gim)].map(([, one]) => normalName(one!));
  return {
    name,
    folder,
    get needs() {
      return asked.flatMap((one) => find(one) ?? []);
    },
  };
}

/** As RECORD lists them, with what Python compiled of them. */
function* filesOf(tree: Tree, place: string, going: readonly PythonPackage[]): Iterable<string> {
  const folders = new Set(going.map(({ folder }) => folder));
  const listed = new Set(
    going.flatMap(({ folder }) =>
      (tree.get(`${folder}/RECORD`)?.text ?? '')
        .split(/\r?\n/)
        .map((line) => /^"?([^",]+)/.exec(line)?.[1] ?? '')
        .filter((path) => path !== '')
        .map((path) => (path.startsWith('/') ? clean(path) : clean(`${place}/${path}`))),
    ),
  );
  for (const path of tree.keys()) {
    const source = pythonSource(path);
    if (listed.has(path) || folders.has(folderOf(path)) || (source !== undefined && listed.has(source))) yield path;
  }
}
