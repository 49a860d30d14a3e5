import { cleanPath, folderOf, joinPath } from '../project/paths.js';
import type { Selector } from './context-view.js';
import type { Entry } from './history.js';
import type { Ecosystem } from './kinds-table.js';

/** Files that an install goes by because a manifest names them. */
export interface NamedFiles {
  /** Tells of a file that is there now; without an entry, of one that is gone. */
  note(path: string, entry: Entry | undefined): Promise<void>;
  of(ecosystem: Ecosystem): readonly Selector[];
}

interface Named {
  readonly ecosystem: Ecosystem;
  readonly path: string;
}

/**
 * What a mix.exs reads when it is evaluated, and for packages of Node that are linked to `deps`, which Mix fills, what Mix
 * goes by: npm reads their manifests there and installs what these ask for, and Yarn copies them.
 * @param text the content of a blob
 */
export function namedFiles(text: (id: string) => Promise<string | undefined>): NamedFiles {
  const named = new Map<string, readonly Named[]>();
  return {
    async note(path, entry) {
      const read = /(?:^|\/)mix\.exs$/.test(path)
        ? readByMix
        : /(?:^|\/)package\.json$/.test(path)
          ? linked
          : undefined;
      if (read === undefined) return;
      if (entry === undefined) named.delete(path);
      else named.set(path, read(folderOf(path), (await text(entry.id)) ?? ''));
    },
    of(ecosystem) {
      const all = [...named.values()].flat().filter((one) => one.ecosystem === ecosystem);
      const paths = new Set(all.map(({ path }) => path).sort());
      if (paths.size === 0) return [];
      return [{ kind: 'test', key: `named ${JSON.stringify([...paths])}`, test: (path) => paths.has(path) }];
    },
  };
}

function readByMix(folder: string, source: string): readonly Named[] {
  const calls = source.matchAll(/\bFile\.(?:read|stream)!?(?:\s*\(|\s)\s*(?:Path\.join\(__DIR__,\s*)?"([^"#\n]*)"/g);
  return [...calls].map(([, name]) => ({ ecosystem: 'elixir', path: cleanPath(joinPath(folder, name!)) }));
}

function linked(folder: string, source: string): readonly Named[] {
  const links = source.matchAll(/"(?:file|link|portal):((?:\.{1,2}\/)*)deps\/[^"\n]*"/g);
  const roots = new Set([...links].map(([, up]) => cleanPath(joinPath(folder, up!))));
  return [...roots].flatMap((root) =>
    ['mix.exs', 'mix.lock'].map((name): Named => ({ ecosystem: 'node', path: joinPath(root, name) })),
  );
}
