import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { folderOf, joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder } from './facts.js';
import { folderGlobs } from './folder-globs.js';
import { readJson } from './read.js';
import { entries, field, fieldAt, items, text, textMap, texts } from './values.js';

/** A folder with a composer.json. */
export interface ComposerProject extends ManifestFacts {
  readonly name: string | undefined;
  readonly require: ReadonlyMap<string, string>;
  readonly requireDev: ReadonlyMap<string, string>;
  /** PHP extensions asked for (`ext-…`), by composer.json and by composer.lock's `platform`. */
  readonly extensions: readonly string[];
  /** Events of an install that have scripts here; `--no-scripts` skips these. */
  readonly installScripts: readonly string[];
  /** Paths that the autoloader is built from, as files and folders from the context root. */
  readonly autoload: readonly string[];
  /** Where packages go: `config.vendor-dir`. */
  readonly vendorDir: string;
  readonly versions: readonly VersionFact[];
}

const events = [
  'pre-install-cmd', 'post-install-cmd', 'pre-autoload-dump', 'post-autoload-dump', 'pre-update-cmd', 'post-update-cmd',
  'pre-package-install', 'post-package-install', 'init', 'command', 'pre-operations-exec',
]; // prettier-ignore

/** Reads the composer.json of a folder; undefined when there is none. */
export function readComposer(context: ContextFiles, folder: string): ComposerProject | undefined {
  const path = joinPath(folder, 'composer.json');
  if (!hasFile(context, path)) return undefined;
  const facts = factsBuilder(context, folder);
  facts.addFiles(['composer.json', 'composer.lock', 'auth.json', 'symfony.lock']);
  const json = readJson(facts, path);
  for (const [, repository] of listOrMap(field(json, 'repositories'))) noteRepository(facts, repository, path);
  const autoload = ['autoload', 'autoload-dev'].flatMap((key) => autoloadPaths(facts, field(json, key), path));
  const scripts = events.filter((event) => fieldAt(json, 'scripts', event) !== undefined);
  if (scripts.length > 0) facts.readsPath(folder, `scripts run at install: ${scripts.join(', ')}`);
  for (const patch of localPatches(json)) facts.reads(patch, 'a patch that the install applies', { path });
  const patchesFile = text(fieldAt(json, 'extra', 'patches-file'));
  if (patchesFile !== undefined) {
    facts.addFiles([patchesFile]);
    facts.readsPath(folder, `patches named in ${patchesFile}`);
  }
  const require = textMap(field(json, 'require'));
  const lock = readJson(facts, joinPath(folder, 'composer.lock'));
  const platform = [...require.keys(), ...entries(field(lock, 'platform')).map(([name]) => name)];
  const php = require.get('php');
  const pinned = text(fieldAt(json, 'config', 'platform', 'php'));
  return {
    ...facts.done('composer'),
    name: text(field(json, 'name')),
    require,
    requireDev: textMap(field(json, 'require-dev')),
    extensions: [...new Set(platform.filter((name) => name.startsWith('ext-')))].sort(),
    installScripts: scripts,
    autoload,
    vendorDir: text(fieldAt(json, 'config', 'vendor-dir')) ?? 'vendor',
    versions: [
      ...(pinned === undefined ? [] : [{ value: pinned, from: `${path} config.platform.php` }]),
      ...(php === undefined ? [] : [{ value: php, from: `${path} require.php` }]),
    ],
  };
}

function listOrMap(value: unknown): readonly (readonly [string, unknown])[] {
  return Array.isArray(value) ? items(value).map((item, index) => [String(index), item]) : entries(value);
}

/** `path` repositories (globs allowed) and `artifact` folders. */
function noteRepository(facts: FactsBuilder, repository: unknown, path: string): void {
  const type = text(field(repository, 'type'));
  const url = text(field(repository, 'url'));
  if (url === undefined || (type !== 'path' && type !== 'artifact')) return;
  if (!/[*?[{]/.test(url)) {
    const target = facts.reads(url, `a ${type} repository`, { path });
    if (target !== undefined) facts.addFiles(['composer.json'], target);
    return;
  }
  const pattern = resolveInContext(facts.folder, url);
  const named = pattern === undefined ? undefined : folderGlobs([pattern]);
  if (named === undefined) facts.cannotTell(path, 'a path repository by a pattern that is not understood');
  for (const file of named === undefined ? [] : facts.context.paths) {
    if (!file.endsWith('/composer.json') || !named!(folderOf(file))) continue;
    facts.addManifest(file);
    facts.readsPath(folderOf(file), 'a path repository');
  }
}

/** The files and folders of an autoload section. `files` and `classmap` must be there when the autoloader is dumped. */
function autoloadPaths(facts: FactsBuilder, autoload: unknown, path: string): readonly string[] {
  const mapped = ['psr-4', 'psr-0'].flatMap((kind) => {
    return entries(field(autoload, kind)).flatMap(([, value]) => (typeof value === 'string' ? [value] : texts(value)));
  });
  const read = ['classmap', 'files'].flatMap((kind) => texts(field(autoload, kind)));
  for (const name of read) facts.reads(name, 'read when the autoloader is dumped', { path });
  return [...mapped, ...read]
    .map((name) => resolveInContext(facts.folder, name))
    .filter((found) => found !== undefined);
}

/** Local files in `extra.patches` (cweagans/composer-patches). */
function localPatches(json: unknown): readonly string[] {
  const found = entries(fieldAt(json, 'extra', 'patches')).flatMap(([, patches]) => listOrMap(patches));
  return found
    .map(([, patch]) => text(patch) ?? text(field(patch, 'path')) ?? text(field(patch, 'url')))
    .filter((name) => name !== undefined && !/^https?:/.test(name)) as string[];
}
