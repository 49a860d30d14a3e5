import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, joinPath } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion, versionFile } from './facts.js';
import { folderGlobs } from './folder-globs.js';
import { normalName, readRequirements } from './python-requirements.js';
import { readToml, sourceOf } from './read.js';
import { entries, field, fieldAt, items, text, texts } from './values.js';

type PythonManager = 'pip' | 'uv' | 'poetry' | 'pipenv' | 'pdm';

/** A folder with Python manifests. */
export interface PythonProject extends ManifestFacts {
  readonly manager: PythonManager;
  /** Requirements files at the top of the folder, those that others include also. */
  readonly requirements: readonly string[];
  readonly pyproject: string | undefined;
  readonly setupPy: string | undefined;
  readonly lockfile: string | undefined;
  /** True when a build backend is declared or implied: installing the project itself runs it over the source. */
  readonly installable: boolean;
  /** The `build-backend` of pyproject.toml. */
  readonly buildBackend: string | undefined;
  readonly name: string | undefined;
  /** Names of the distributions asked for directly, in their normal form; development groups included. */
  readonly dependencies: ReadonlySet<string>;
  /** Members of a uv workspace. */
  readonly workspaces: readonly string[];
  readonly versions: readonly VersionFact[];
}

const lockfiles: readonly (readonly [string, PythonManager])[] = [
  ['uv.lock', 'uv'],
  ['poetry.lock', 'poetry'],
  ['pdm.lock', 'pdm'],
  ['Pipfile.lock', 'pipenv'],
];

/** Reads the Python manifests of a folder; undefined when it has none. */
export function readPython(context: ContextFiles, folder: string): PythonProject | undefined {
  const facts = factsBuilder(context, folder);
  const requirements = requirementFiles(context, folder);
  const [pyproject] = facts.addFiles(['pyproject.toml']);
  const [setupPy] = facts.addFiles(['setup.py']);
  const [setupCfg] = facts.addFiles(['setup.cfg']);
  const [pipfile] = facts.addFiles(['Pipfile']);
  if (requirements.length === 0 && !pyproject && !setupPy && !pipfile) return undefined;
  facts.addFiles(['pip.conf', 'uv.toml', 'poetry.toml', 'pdm.toml', '.pdm.toml', '.python-version', 'constraints.txt']);
  const toml = pyproject === undefined ? undefined : readToml(facts, pyproject);
  const found = lockfiles.map(([name, manager]) => ({ path: facts.addFiles([name])[0], manager }));
  const lock = found.find(({ path }) => path !== undefined);
  const manager = lock?.manager ?? managerOf(toml, pipfile);

  const dependencies = new Set<string>();
  for (const file of requirements) for (const name of readRequirements(facts, file).names) dependencies.add(name);
  const workspaces = readPyproject(facts, toml, pyproject, dependencies);
  if (pipfile !== undefined) readPipfile(facts, pipfile, dependencies);
  const backend = text(fieldAt(toml, 'build-system', 'build-backend'));
  const installable = backend !== undefined || setupPy !== undefined || (manager === 'poetry' && packageMode(toml));
  if (installable && manager !== 'pip')
    facts.readsPath(folder, 'the install builds the project itself unless told not to');
  if (setupPy !== undefined && /\bopen\s*\(|read_text\s*\(|exec\s*\(/.test(sourceOf(facts, setupPy) ?? '')) {
    facts.readsPath(folder, 'setup.py reads other files when it runs');
  }
  return {
    ...facts.done(manager),
    manager,
    requirements,
    pyproject,
    setupPy,
    lockfile: lock?.path,
    installable: installable || setupCfg !== undefined,
    buildBackend: backend,
    name: text(fieldAt(toml, 'project', 'name')) ?? text(fieldAt(toml, 'tool', 'poetry', 'name')),
    dependencies,
    workspaces,
    versions: pythonVersions(context, folder, toml, pyproject),
  };
}

/** Requirements files in the folder itself and in a `requirements/` below it. */
function requirementFiles(context: ContextFiles, folder: string): readonly string[] {
  return filesBelow(context.paths, folder).filter((path) => {
    const inFolder =
      folderOf(path) === folder && /^(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in)$/.test(baseName(path));
    return inFolder || (folderOf(path) === joinPath(folder, 'requirements') && /\.(?:txt|in)$/.test(path));
  });
}

function managerOf(toml: unknown, pipfile: string | undefined): PythonManager {
  if (fieldAt(toml, 'tool', 'poetry', 'dependencies') !== undefined) return 'poetry';
  if (text(fieldAt(toml, 'build-system', 'build-backend'))?.startsWith('poetry.')) return 'poetry';
  if (fieldAt(toml, 'tool', 'pdm') !== undefined) return 'pdm';
  if (fieldAt(toml, 'tool', 'uv') !== undefined) return 'uv';
  return pipfile === undefined ? 'pip' : 'pipenv';
}

function packageMode(toml: unknown): boolean {
  return fieldAt(toml, 'tool', 'poetry', 'package-mode') !== false;
}

/** Dependencies, local paths, uv workspace and the files that a build backend wants; returns the workspace members. */
function readPyproject(
  facts: FactsBuilder,
  toml: unknown,
  path: string | undefined,
  names: Set<string>,
): readonly string[] {
  if (path === undefined || toml === undefined) return [];
  const specs = [
    ...texts(fieldAt(toml, 'project', 'dependencies')),
    ...entries(fieldAt(toml, 'project', 'optional-dependencies')).flatMap(([, list]) => texts(list)),
    ...entries(field(toml, 'dependency-groups')).flatMap(([, list]) => texts(list)),
    ...entries(fieldAt(toml, 'tool', 'pdm', 'dev-dependencies')).flatMap(([, list]) => texts(list)),
    ...texts(fieldAt(toml, 'tool', 'uv', 'dev-dependencies')),
  ];
  for (const spec of specs) {
    const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(spec)?.[1];
    if (name !== undefined) names.add(normalName(name));
    const local =
      /@\s*file:(?:\/\/)?(?!\/)(?:\$\{PROJECT_ROOT\}\/)?(\S+)/.exec(spec)?.[1] ??
      /^-e\s+(?:file:\/+\$\{PROJECT_ROOT\}\/)?(\S+)/.exec(spec)?.[1];
    if (local !== undefined) facts.reads(local, 'a local dependency', { path });
    else if (/@\s*file:/.test(spec)) facts.cannotTell(path, 'a file: URL that may be outside the context');
  }
  const poetry = fieldAt(toml, 'tool', 'poetry');
  const groups = entries(field(poetry, 'group')).map(([, group]) => field(group, 'dependencies'));
  for (const group of [field(poetry, 'dependencies'), field(poetry, 'dev-dependencies'), ...groups]) {
    localTables(facts, path, group, names);
  }
  localTables(facts, path, fieldAt(toml, 'tool', 'uv', 'sources'), names);
  for (const key of ['readme', 'license-file']) noteBuildFile(facts, fieldAt(toml, 'project', key), path);
  noteBuildFile(facts, fieldAt(toml, 'project', 'license'), path);
  noteBuildFile(facts, field(poetry, 'readme'), path);
  return uvWorkspace(facts, toml, path);
}

/** Tables of dependencies by name, whose value may have a `path`. */
function localTables(facts: FactsBuilder, path: string, table: unknown, names: Set<string>): void {
  for (const [name, value] of entries(table)) {
    if (name !== 'python') names.add(normalName(name));
    for (const option of Array.isArray(value) ? items(value) : [value]) {
      const local = text(field(option, 'path')) ?? text(field(option, 'file'));
      if (local === undefined) continue;
      const target = facts.reads(local, `dependency ${name} is a local path`, { path });
      if (target !== undefined) facts.addFiles(['pyproject.toml', 'setup.py', 'setup.cfg'], target);
    }
  }
}

/** A readme or licence that the build backend opens when the project itself is installed. */
function noteBuildFile(facts: FactsBuilder, value: unknown, path: string): void {
  const name = text(value) ?? text(field(value, 'file'));
  const target = name === undefined ? undefined : joinPath(facts.folder, name);
  if (target !== undefined && hasFile(facts.context, target))
    facts.readsPath(target, `${baseName(path)} names it for the build`);
}

function uvWorkspace(facts: FactsBuilder, toml: unknown, path: string): readonly string[] {
  const members = texts(fieldAt(toml, 'tool', 'uv', 'workspace', 'members'));
  if (members.length === 0) return [];
  const excluded = texts(fieldAt(toml, 'tool', 'uv', 'workspace', 'exclude')).map((pattern) => `!${pattern}`);
  const named = folderGlobs([...members, ...excluded]);
  if (named === undefined) {
    facts.cannotTell(path, 'workspace patterns that are not understood');
    return [];
  }
  const found: string[] = [];
  for (const file of filesBelow(facts.context.paths, facts.folder)) {
    const folder = folderOf(file);
    const relative = facts.folder === '' ? folder : folder.slice(facts.folder.length + 1);
    if (baseName(file) !== 'pyproject.toml' || folder === facts.folder || !named(relative)) continue;
    facts.addManifest(file);
    facts.readsPath(folder, 'a workspace member is installed from source');
    found.push(folder);
  }
  return found;
}

function readPipfile(facts: FactsBuilder, path: string, names: Set<string>): void {
  const toml = readToml(facts, path);
  for (const group of ['packages', 'dev-packages']) localTables(facts, path, field(toml, group), names);
}

function pythonVersions(
  context: ContextFiles,
  folder: string,
  toml: unknown,
  pyproject: string | undefined,
): readonly VersionFact[] {
  const runtime = versionFile(context, joinPath(folder, 'runtime.txt'));
  const fields: readonly (readonly string[])[] = [
    ['project', 'requires-python'],
    ['tool', 'poetry', 'dependencies', 'python'],
  ];
  const asked = fields.map((keys): VersionFact | undefined => {
    const value = text(fieldAt(toml, ...keys));
    return value === undefined || pyproject === undefined
      ? undefined
      : { value, from: `${pyproject} ${keys.join('.')}` };
  });
  return [
    versionFile(context, joinPath(folder, '.python-version')),
    runtime && { ...runtime, value: runtime.value.replace(/^python-/, '') },
    toolVersion(context, folder, 'python'),
    ...asked,
  ].filter((fact) => fact !== undefined);
}
