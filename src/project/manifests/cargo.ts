import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, joinPath } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, versionFile } from './facts.js';
import { folderGlobs } from './folder-globs.js';
import { readToml } from './read.js';
import { entries, field, fieldAt, items, text, texts } from './values.js';

/** A folder with a Cargo.toml. */
export interface CargoProject extends ManifestFacts {
  readonly name: string | undefined;
  /** Folders of the workspace members, path dependencies below the workspace included. */
  readonly workspaces: readonly string[];
  /** Names of the programs that a build makes: `[[bin]]`, src/main.rs, src/bin/*. Members included. */
  readonly binaries: readonly string[];
  /** Files that Cargo wants to be there before it accepts the manifests: the roots of each package's targets. */
  readonly targetRoots: readonly string[];
  /** The build scripts (build.rs) of the package and its members. */
  readonly buildScripts: readonly string[];
  /** Names of all dependencies, members' included. */
  readonly dependencies: ReadonlySet<string>;
  /** Direct dependencies that link a system library, by their name `…-sys`. */
  readonly sysCrates: readonly string[];
  readonly versions: readonly VersionFact[];
}

const groups = ['dependencies', 'dev-dependencies', 'build-dependencies'];
const MAX_PACKAGES = 1000;

/** Reads the Cargo.toml of a folder with its workspace; undefined when there is none. */
export function readCargo(context: ContextFiles, folder: string): CargoProject | undefined {
  const root = joinPath(folder, 'Cargo.toml');
  if (!hasFile(context, root)) return undefined;
  const facts = factsBuilder(context, folder);
  facts.addFiles([
    'Cargo.toml',
    'Cargo.lock',
    '.cargo/config.toml',
    '.cargo/config',
    'rust-toolchain',
    'rust-toolchain.toml',
  ]);
  const members = new Map<string, unknown>();
  const rootToml = readToml(facts, root);
  members.set(folder, rootToml);
  for (const member of workspaceMembers(facts, rootToml, root)) addPackage(facts, member, members);
  for (const [name, source] of entries(field(rootToml, 'source'))) {
    const directory = text(field(source, 'directory'));
    if (directory !== undefined) facts.reads(directory, `source ${name} is a folder`, { path: root });
  }
  for (const [, patches] of entries(field(rootToml, 'patch'))) pathDependencies(facts, folder, patches, members);
  pathDependencies(facts, folder, fieldAt(rootToml, 'workspace', 'dependencies'), members);

  const names = new Set<string>();
  const binaries = new Set<string>();
  const buildScripts: string[] = [];
  const targetRoots: string[] = [];
  for (const [at, toml] of members) {
    // The map grows while it is walked: path dependencies are packages too.
    for (const table of dependencyTables(toml)) {
      for (const [name, value] of entries(table)) names.add(text(field(value, 'package')) ?? name);
      pathDependencies(facts, at, table, members);
    }
    for (const name of binariesOf(context, at, toml)) binaries.add(name);
    targetRoots.push(...targetRootsOf(context, at, toml));
    const script = buildScript(context, at, toml);
    if (script !== undefined) {
      buildScripts.push(script);
      facts.readsPath(script, 'a build script runs before its package is compiled');
    }
  }
  return {
    ...facts.done('cargo'),
    name: text(fieldAt(rootToml, 'package', 'name')),
    workspaces: [...members.keys()].filter((member) => member !== folder),
    binaries: [...binaries],
    buildScripts,
    targetRoots: [...new Set(targetRoots)],
    dependencies: names,
    sysCrates: [...names].filter((name) => name.endsWith('-sys')),
    versions: rustVersions(facts, rootToml, root),
  };
}

function addPackage(facts: FactsBuilder, folder: string, members: Map<string, unknown>): void {
  const path = joinPath(folder, 'Cargo.toml');
  if (members.has(folder) || !hasFile(facts.context, path)) return;
  if (members.size >= MAX_PACKAGES) {
    facts.cannotTell(path, `more than ${MAX_PACKAGES} packages`);
    return;
  }
  facts.addManifest(path);
  members.set(folder, readToml(facts, path));
}

function workspaceMembers(facts: FactsBuilder, toml: unknown, path: string): readonly string[] {
  const patterns = texts(fieldAt(toml, 'workspace', 'members'));
  if (patterns.length === 0) return [];
  const excluded = texts(fieldAt(toml, 'workspace', 'exclude'));
  const named = folderGlobs([...patterns, ...excluded.flatMap((folder) => [`!${folder}`, `!${folder}/**`])]);
  if (named === undefined) {
    facts.cannotTell(path, 'workspace patterns that are not understood');
    return [];
  }
  return filesBelow(facts.context.paths, facts.folder)
    .filter((file) => baseName(file) === 'Cargo.toml')
    .map(folderOf)
    .filter((folder) => folder !== facts.folder)
    .filter((folder) => named(facts.folder === '' ? folder : folder.slice(facts.folder.length + 1)));
}

function dependencyTables(toml: unknown): readonly unknown[] {
  const targets = entries(field(toml, 'target')).map(([, target]) => target);
  return [toml, ...targets].flatMap((owner) => groups.map((group) => field(owner, group)));
}

function pathDependencies(facts: FactsBuilder, folder: string, table: unknown, members: Map<string, unknown>): void {
  for (const [name, value] of entries(table)) {
    const written = text(field(value, 'path'));
    if (written === undefined) continue;
    const place = { path: joinPath(folder, 'Cargo.toml') };
    const target = facts.reads(written, `dependency ${name} is a local path`, place, folder);
    if (target !== undefined) addPackage(facts, target, members);
  }
}

function binariesOf(context: ContextFiles, folder: string, toml: unknown): readonly string[] {
  const named = items(field(toml, 'bin')).map((bin) => text(field(bin, 'name')));
  const own = text(fieldAt(toml, 'package', 'name'));
  const found = hasFile(context, joinPath(folder, 'src/main.rs')) ? [own] : [];
  const below = filesBelow(context.paths, joinPath(folder, 'src/bin')).map((path) => {
    const parts = path.slice(joinPath(folder, 'src/bin').length + 1).split('/');
    if (parts.length === 1) return parts[0]!.endsWith('.rs') ? parts[0]!.slice(0, -3) : undefined;
    return parts.length === 2 && parts[1] === 'main.rs' ? parts[0] : undefined;
  });
  const automatic = fieldAt(toml, 'package', 'autobins') === false ? [] : [...found, ...below];
  return [...named, ...automatic].filter((name) => name !== undefined);
}

const targetFolders = [
  ['bin', 'src/bin'],
  ['example', 'examples'],
  ['test', 'tests'],
  ['bench', 'benches'],
] as const;

/** The library and program of a package, and the files of the targets that its manifest lists; only those that exist. */
function targetRootsOf(context: ContextFiles, folder: string, toml: unknown): readonly string[] {
  const listed = targetFolders.flatMap(([kind, below]) =>
    items(field(toml, kind)).flatMap((target) => {
      const written = text(field(target, 'path'));
      const name = text(field(target, 'name'));
      if (written !== undefined) return [written];
      return name === undefined ? [] : [`${below}/${name}.rs`, `${below}/${name}/main.rs`];
    }),
  );
  const library = text(fieldAt(toml, 'lib', 'path'));
  const run = text(fieldAt(toml, 'package', 'default-run'));
  const more = [
    ...(library === undefined ? [] : [library]),
    ...(run === undefined ? [] : [`src/bin/${run}.rs`, `src/bin/${run}/main.rs`]),
  ];
  const own = ['src/lib.rs', 'src/main.rs', ...more, ...listed]
    .map((name) => joinPath(folder, name.replace(/^\.\//, '')))
    .filter((path) => hasFile(context, path));
  if (own.length > 0 || fieldAt(toml, 'package') === undefined) return own;
  return filesBelow(context.paths, joinPath(folder, 'src/bin')).filter((path) => path.endsWith('.rs'));
}

function buildScript(context: ContextFiles, folder: string, toml: unknown): string | undefined {
  const build = fieldAt(toml, 'package', 'build');
  if (build === false) return undefined;
  const path = joinPath(folder, text(build) ?? 'build.rs');
  return hasFile(context, path) ? path : undefined;
}

function rustVersions(facts: FactsBuilder, toml: unknown, path: string): readonly VersionFact[] {
  const file = joinPath(facts.folder, 'rust-toolchain.toml');
  const old = joinPath(facts.folder, 'rust-toolchain');
  const oldText = versionFile(facts.context, old);
  const channel = text(fieldAt(readToml(facts, oldText?.value.startsWith('[') ? old : file), 'toolchain', 'channel'));
  const minimum =
    text(fieldAt(toml, 'package', 'rust-version')) ?? text(fieldAt(toml, 'workspace', 'package', 'rust-version'));
  return [
    channel === undefined ? undefined : { value: channel, from: oldText?.value.startsWith('[') ? old : file },
    oldText?.value.startsWith('[') ? undefined : oldText,
    minimum === undefined ? undefined : { value: minimum, from: `${path} rust-version` },
  ].filter((fact) => fact !== undefined);
}
