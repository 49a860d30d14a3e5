import type { Difference, Tree } from './types.js';

/** Files that hold the list of what a manager installed: compared by packages, not by bytes. */
export const PACKAGE_LISTS: readonly { readonly manager: string; readonly path: string }[] = [
  { manager: 'apt', path: '/var/lib/dpkg/status' },
  { manager: 'apk', path: '/lib/apk/db/installed' },
  { manager: 'apk', path: '/usr/lib/apk/db/installed' },
];

/** The packages of an image as `manager/name`, each with its version. */
export function packagesOf(tree: Tree): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { manager, path } of PACKAGE_LISTS) {
    const text = tree.get(path)?.text ?? '';
    for (const stanza of text.split(/\n\n+/)) {
      const name = (manager === 'apt' ? /^Package: (.*)$/m : /^P:(.*)$/m).exec(stanza)?.[1];
      const version = (manager === 'apt' ? /^Version: (.*)$/m : /^V:(.*)$/m).exec(stanza)?.[1] ?? '';
      if (manager === 'apt' && !/^Status: .* installed$/m.test(stanza)) continue;
      if (name !== undefined) found.set(`${manager}/${name}`, version);
    }
  }
  return found;
}

/** Packages added, removed, or of another version. */
export function comparePackages(before: Tree, after: Tree): readonly Difference[] {
  const [a, b] = [packagesOf(before), packagesOf(after)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((name) => a.get(name) !== b.get(name))
    .map((what) => ({
      kind: 'package',
      effect: !b.has(what) ? 'removed' : !a.has(what) ? 'added' : 'changed',
      what,
      detail: `${a.get(what) ?? 'absent'} -> ${b.get(what) ?? 'absent'}`,
    }));
}

/** The files that belong to packages, as the manager's lists in the image say; absolute. */
export function filesOfPackages(tree: Tree, manager: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const files = new Set<string>();
  if (manager === 'apt') {
    for (const [path, { text }] of tree) {
      const list = /^\/var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.([a-z\d-]+)$/.exec(path);
      if (list === null || !names.has(list[1]!)) continue;
      files.add(path);
      if (list[2] === 'list')
        for (const file of (text ?? '').split('\n')) if (file !== '' && file !== '/.') files.add(file);
    }
  }
  if (manager === 'apk') {
    for (const { path } of PACKAGE_LISTS) {
      for (const stanza of (tree.get(path)?.text ?? '').split(/\n\n+/)) {
        const name = /^P:(.*)$/m.exec(stanza)?.[1];
        if (name === undefined || !names.has(name)) continue;
        let folder = '';
        for (const line of stanza.split('\n')) {
          if (line.startsWith('F:')) files.add((folder = `/${line.slice(2)}`));
          if (line.startsWith('R:')) files.add(`${folder}/${line.slice(2)}`);
        }
      }
    }
  }
  return files;
}
