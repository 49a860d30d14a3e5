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
  if (manager === 'yarn') addYarnFiles(facts, packageManager);
  if (manager === 'pnpm') addPnpmFiles(facts, json);
  if (manager === 'bun') {
    facts.addFiles(['bunfig.toml']);
    addPatches(facts, field(json, 'patchedDependencies'));
  }
}

function addYarnFiles(facts: FactsBuilder, packageManager: string | undefined): void {
  facts.addFiles(['.yarnrc', '.yarnrc.yml']);
  const classic = sourceOf(facts, joinPath(facts.folder, '.yarnrc'));
  for (const match of classic?.matchAll(/^[ \t]*yarn-path[ \t]+"?([^"\n]+)"?/gm) ?? [])
    addReference(facts, match[1]!.trim());
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
  addPatches(facts, field(readYaml(facts, joinPath(facts.folder, 'pnpm-workspace.yaml')), 'patchedDependencies'));
  for (const name of ['.pnpmfile.cjs', '.pnpmfile.mjs']) {
    const path = joinPath(facts.folder, name);
    const source = sourceOf(facts, path);
    if (source !== undefined && /(?:require\s*\(|import\b|from)\s*['"`]\.|readFile|__dirname/.test(source)) {
      facts.readsPath(facts.folder, `${name} runs at install and reads other files`);
    }
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
