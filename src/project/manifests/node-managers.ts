import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder } from './facts.js';
import type { NodeManager } from './node.js';
import { readYaml, sourceOf } from './read.js';
import { entries, field, fieldAt, items, text } from './values.js';

const lockfileManagers: readonly (readonly [string, NodeManager])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** The lockfiles that hold for a folder: its own, else those of its workspace root. */
export function lockfilesOf(context: ContextFiles, folder: string, root: string | undefined): readonly string[] {
  const inFolder = (at: string) =>
    lockfileManagers.map(([name]) => joinPath(at, name)).filter((path) => hasFile(context, path));
  const own = inFolder(folder);
  return own.length > 0 || root === undefined ? own : inFolder(root);
}

/** The project's own manager: its `packageManager` field, then its lockfile; npm where several lockfiles contradict. */
export function detectManager(
  packageManager: string | undefined,
  lockfiles: readonly string[],
): { manager: NodeManager; from: 'packageManager' | 'lockfile' | 'several lockfiles' | 'default' } {
  const declared = lockfileManagers.find(([, manager]) => packageManager?.startsWith(`${manager}@`))?.[1];
  if (declared !== undefined) return { manager: declared, from: 'packageManager' };
  const found = lockfileManagers.filter(([name]) => lockfiles.some((path) => path.endsWith(name)));
  const managers = [...new Set(found.map(([, manager]) => manager))];
  if (managers.length === 0) return { manager: 'npm', from: 'default' };
  return { manager: managers[0]!, from: managers.length === 1 ? 'lockfile' : 'several lockfiles' };
}

/** Adds lockfile, configuration, plug-ins, patches and the like: the files besides package.json that an install reads. */
export function addManagerFiles(
  facts: FactsBuilder,
  manager: NodeManager,
  packageManager: string | undefined,
  json: unknown,
): void {
  facts.addFiles(lockfileManagers.filter(([, of]) => of === manager).map(([name]) => name));
  facts.addFiles(['.npmrc']);
  addNamedFiles(facts, settingsOf(facts, '.npmrc'));
  if (manager === 'yarn') addYarnFiles(facts, packageManager);
  if (manager === 'pnpm') addPnpmFiles(facts, json);
  if (manager === 'bun') {
    facts.addFiles(['bunfig.toml']);
    addNamedFiles(facts, settingsOf(facts, 'bunfig.toml'));
    addPatches(facts, field(json, 'patchedDependencies'));
  }
}

function addYarnFiles(facts: FactsBuilder, packageManager: string | undefined): void {
  facts.addFiles(['.yarnrc', '.yarnrc.yml']);
  const classic = settingsOf(facts, '.yarnrc');
  for (const [name, value] of classic) {
    if (name === 'yarn-path') addReference(facts, value);
  }
  addNamedFiles(facts, classic);
  const path = joinPath(facts.folder, '.yarnrc.yml');
  const settings = readYaml(facts, path);
  if (settings === undefined && !isBerry(packageManager)) return;
  for (const folder of ['releases', 'plugins', 'patches', 'cache']) facts.addTree(`.yarn/${folder}`);
  const yarnPath = text(field(settings, 'yarnPath'));
  if (yarnPath !== undefined) addReference(facts, yarnPath);
  for (const plugin of items(field(settings, 'plugins'))) {
    const reference = text(plugin) ?? text(field(plugin, 'path'));
    if (reference !== undefined) addReference(facts, reference);
  }
  addNamedFiles(facts, scalarsOf(settings));
  const cache = text(field(settings, 'cacheFolder'));
  if (cache !== undefined) facts.addTree(resolveInContext(facts.folder, cache) ?? '.yarn/cache', '');
  if (field(settings, 'enableConstraintsChecks') === true) facts.addFiles(['yarn.config.cjs', 'constraints.pro']);
}

function isBerry(packageManager: string | undefined): boolean {
  const major = /^yarn@(\d{1,4})/.exec(packageManager ?? '')?.[1];
  return major !== undefined && Number(major) >= 2;
}

function addPnpmFiles(facts: FactsBuilder, json: unknown): void {
  facts.addFiles(['pnpm-workspace.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs', 'pnpmfile.js']);
  addPatches(facts, fieldAt(json, 'pnpm', 'patchedDependencies'));
  const workspace = readYaml(facts, joinPath(facts.folder, 'pnpm-workspace.yaml'));
  addPatches(facts, field(workspace, 'patchedDependencies'));
  const settings = [...settingsOf(facts, '.npmrc'), ...scalarsOf(workspace)];
  addNamedFiles(facts, settings);
  const hooks = settings.flatMap(([key, value]) => (/^(?:global-?)?pnpmfile$/i.test(key) ? value : []));
  for (const name of ['.pnpmfile.cjs', '.pnpmfile.mjs', ...hooks]) {
    const path = joinPath(facts.folder, name);
    const source = sourceOf(facts, path);
    if (source !== undefined && /(?:require\s*\(|import\b|from)\s*['"`]\.|readFile|__dirname/.test(source)) {
      facts.readsPath(facts.folder, `${name} runs at install and reads other files`);
    }
  }
}

type Settings = readonly (readonly [name: string, value: string])[];

/** The settings of a file with one on each line: `cafile=certs/ca.pem`, `yarn-path "./yarn.cjs"`. */
function settingsOf(facts: FactsBuilder, name: string): Settings {
  const lines = sourceOf(facts, joinPath(facts.folder, name))?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const key = /^[\w@:./-]+/.exec(line.trim())?.[0];
    const value = line
      .trim()
      .slice(key?.length)
      .replace(/^\s*=?/, '')
      .trim();
    return key === undefined || value === '' ? [] : [[key, value.replace(/^(["'])(.*)\1$/, '$2')] as const];
  });
}

/** The settings of a YAML file, those of lists and maps among them by their own names. */
function scalarsOf(value: unknown, name = '', depth = 0): Settings {
  if (typeof value === 'string') return [[name, value]];
  if (depth > 5) return [];
  if (Array.isArray(value)) return value.flatMap((item) => scalarsOf(item, name, depth + 1));
  return entries(value).flatMap(([key, item]) => scalarsOf(item, key, depth + 1));
}

/** Settings that name a folder where packages are kept, which may be beside the source. */
const KEEPS_PACKAGES = /^(?:cache|(?:yarn-|--)*cache-folder|store-?dir|yarn-offline-mirror)$/i;

/** Adds what settings name in the context: files, such as certificates, and folders of packages. */
function addNamedFiles(facts: FactsBuilder, settings: Settings): void {
  for (const [name, value] of settings) {
    const path = /^[\w.][\w./-]*$/.test(value) ? resolveInContext(facts.folder, value) : undefined;
    if (path === undefined) continue;
    if (hasFile(facts.context, path)) facts.addManifest(path);
    else if (KEEPS_PACKAGES.test(name) && path !== facts.folder) facts.addTree(path, '');
  }
}

function addPatches(facts: FactsBuilder, patches: unknown): void {
  for (const [, patch] of entries(patches)) {
    const reference = text(patch) ?? text(field(patch, 'path'));
    if (reference !== undefined) addReference(facts, reference);
  }
}

function addReference(facts: FactsBuilder, reference: string): void {
  const path = resolveInContext(facts.folder, reference);
  const place = joinPath(facts.folder, 'package.json');
  if (path === undefined) facts.cannotTell(place, 'the install reads a file outside the context');
  else if (hasFile(facts.context, path)) facts.addManifest(path);
}
