import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { joinPath } from '../paths.js';
import type { ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion, versionFile } from './facts.js';
import { nodeDependencies } from './node-dependencies.js';
import type { NodeFramework } from './node-framework.js';
import { nodeFramework } from './node-framework.js';
import { addManagerFiles, detectManager, lockfilesOf } from './node-managers.js';
import type { NativeSignal } from './node-native.js';
import { nodeNativeSignals } from './node-native.js';
import type { LifecycleScript } from './node-scripts.js';
import { lifecycleScripts } from './node-scripts.js';
import { workspaceMembers, workspaceRootOf } from './node-workspaces.js';
import { readJson } from './read.js';
import { field, fieldAt, text, textMap } from './values.js';

/** A folder with a package.json. */
export interface NodeProject extends ManifestFacts {
  readonly manager: NodeManager;
  /** Why this manager: the `packageManager` field, the only lockfile, or nothing better than npm. */
  readonly managerFrom: 'packageManager' | 'lockfile' | 'several lockfiles' | 'default' | 'asked';
  /** The `packageManager` field as written, without a hash. */
  readonly packageManager: string | undefined;
  /** Lockfiles of any manager in the folder, or in the workspace root for a member. */
  readonly lockfiles: readonly string[];
  readonly name: string | undefined;
  /** Folders of the workspace members, for a workspace root. */
  readonly workspaces: readonly string[];
  /** The folder of the workspace root that names this folder as a member. */
  readonly workspaceRoot: string | undefined;
  readonly scripts: ReadonlyMap<string, string>;
  /** Scripts that an install in this folder runs, of this package and of its workspace members. */
  readonly lifecycleScripts: readonly LifecycleScript[];
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
  readonly optionalDependencies: ReadonlyMap<string, string>;
  readonly native: readonly NativeSignal[];
  readonly framework: NodeFramework | undefined;
  readonly main: string | undefined;
  readonly bin: ReadonlyMap<string, string>;
  /** "module" or "commonjs", as Node takes the package's .js files. */
  readonly moduleType: 'module' | 'commonjs';
  readonly versions: readonly VersionFact[];
}

export type NodeManager = 'npm' | 'yarn' | 'pnpm' | 'bun';

/**
 * Reads the package.json of a folder and what an install there reads. `manager` is the one that the install command names;
 * without it the project's own is found. Undefined when the folder has no package.json.
 */
export function readNode(context: ContextFiles, folder: string, manager?: NodeManager): NodeProject | undefined {
  const path = joinPath(folder, 'package.json');
  if (!hasFile(context, path)) return undefined;
  const facts = factsBuilder(context, folder);
  facts.addManifest(path);
  const json = readJson(facts, path);
  const workspaceRoot = workspaceRootOf(context, folder);
  const lockfiles = lockfilesOf(context, folder, workspaceRoot);
  const packageManager = text(field(json, 'packageManager'))?.split('+', 1)[0];
  const detected = detectManager(packageManager, lockfiles);
  const chosen = manager ?? detected.manager;

  const workspaces = workspaceMembers(facts, json);
  addManagerFiles(facts, chosen, packageManager, json);
  const packages = [{ folder, json }, ...workspaces];
  for (const found of packages) nodeDependencies(facts, found.folder, found.json);
  const scripts = packages.flatMap((found) => lifecycleScripts(facts, found.folder, found.json, chosen));
  const dependencies = textMap(field(json, 'dependencies'));
  const devDependencies = textMap(field(json, 'devDependencies'));

  return {
    ...facts.done(chosen),
    manager: chosen,
    managerFrom: manager === undefined ? detected.from : 'asked',
    packageManager,
    lockfiles,
    name: text(field(json, 'name')),
    workspaces: workspaces.map((member) => member.folder),
    workspaceRoot,
    scripts: textMap(field(json, 'scripts')),
    lifecycleScripts: scripts,
    dependencies,
    devDependencies,
    optionalDependencies: textMap(field(json, 'optionalDependencies')),
    native: nodeNativeSignals(context, packages, lockfiles),
    framework: nodeFramework(context, folder, dependencies, devDependencies),
    main: text(field(json, 'main')),
    bin: binaries(json),
    moduleType: field(json, 'type') === 'module' ? 'module' : 'commonjs',
    versions: nodeVersions(context, folder, json, path),
  };
}

function binaries(json: unknown): ReadonlyMap<string, string> {
  const bin = field(json, 'bin');
  const name = text(field(json, 'name'));
  return typeof bin === 'string' && name !== undefined ? new Map([[name, bin]]) : textMap(bin);
}

function nodeVersions(context: ContextFiles, folder: string, json: unknown, path: string): readonly VersionFact[] {
  const files = ['.nvmrc', '.node-version'].map((name) => versionFile(context, joinPath(folder, name)));
  const fields = [
    ['volta', 'node'],
    ['engines', 'node'],
  ].map((keys): VersionFact | undefined => {
    const value = text(fieldAt(json, ...keys));
    return value === undefined ? undefined : { value, from: `${path} ${keys.join('.')}` };
  });
  return [...files, toolVersion(context, folder, 'nodejs'), ...fields].filter((fact) => fact !== undefined);
}
