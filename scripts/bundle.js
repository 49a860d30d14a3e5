// Bundles TypeScript sources for a script and imports the result: Node 20 runs no .ts.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Imports what `contents` (a TypeScript module of the repository's root) exports. */
export async function importSource(name, contents) {
  const outfile = path.join(root, 'node_modules', '.cache', 'dfix', `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
