import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ignoreTest, parseDockerignore } from '../../project/dockerignore.js';

interface ContextEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly entry: Dirent;
}

/** What a build sees of its context: files and links, sorted, folders left out. */
export function* walkContext(root: string, ignore: string | undefined): Generator<ContextEntry> {
  const { patterns } = parseDockerignore(ignore ?? '');
  const ignored = ignoreTest(patterns);
  const hasExceptions = patterns.some(({ negated }) => negated);
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const below: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) {
        if (!ignored(path)) yield { path, entry };
      } else if (hasExceptions || !ignored(path)) below.unshift(path);
    }
    folders.push(...below);
  }
}
