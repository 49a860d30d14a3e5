import { onceFor } from '../once.js';
import type { ContextFiles } from './context.js';
import { hasFile } from './context.js';
import { readCargo, type CargoProject } from './manifests/cargo.js';
import { readComposer, type ComposerProject } from './manifests/composer.js';
import { readDotnet, type DotnetProject } from './manifests/dotnet.js';
import { readElixir, type ElixirProject } from './manifests/elixir.js';
import { readGo, type GoProject } from './manifests/go.js';
import { readGradle, type GradleProject } from './manifests/gradle.js';
import { readMaven, type MavenProject } from './manifests/maven.js';
import { type NodeManager, readNode, type NodeProject } from './manifests/node.js';
import { readPython, type PythonProject } from './manifests/python.js';
import { type BuildInfo, buildInfosOf, outDirOf } from './manifests/tsconfig.js';
import { readRuby, type RubyProject } from './manifests/ruby.js';
import { factsBuilder, type ManifestFacts } from './manifests/facts.js';
import { readRequirements } from './manifests/python-requirements.js';
import { type Service, servicesOf } from './services.js';
import { baseName, folderOf, foldersAbove, joinPath } from './paths.js';

/** What the build context says of the application in it. Lists are sorted by folder, the root first. */
export interface ProjectFacts {
  readonly context: ContextFiles;
  readonly node: readonly NodeProject[];
  readonly python: readonly PythonProject[];
  readonly go: readonly GoProject[];
  readonly cargo: readonly CargoProject[];
  readonly maven: readonly MavenProject[];
  readonly gradle: readonly GradleProject[];
  readonly dotnet: readonly DotnetProject[];
  readonly composer: readonly ComposerProject[];
  readonly ruby: readonly RubyProject[];
  readonly elixir: readonly ElixirProject[];
  /** The services of compose files that run the image of a Dockerfile, which is named from the root of the context. */
  readonly services: (dockerfile: string | undefined) => readonly Service[];
  /** Reads one folder for the manager that a command names, whatever the project's own choice is. */
  readonly at: ManifestReaders;
  /** False when the listing was cut short or there were too many manifests: there may be more projects. */
  readonly complete: boolean;
}

/** What each manager's install reads in a folder; undefined where the folder has no manifest of it. */
interface ManifestReaders {
  readonly node: (folder: string, manager: NodeManager) => NodeProject | undefined;
  readonly python: (folder: string) => PythonProject | undefined;
  /** The named requirements files and all that they include; `folder` is where pip is started. */
  readonly requirements: (folder: string, files: readonly string[]) => ManifestFacts;
  readonly go: (folder: string) => GoProject | undefined;
  readonly cargo: (folder: string) => CargoProject | undefined;
  readonly maven: (folder: string) => MavenProject | undefined;
  readonly gradle: (folder: string) => GradleProject | undefined;
  readonly dotnet: (folder: string) => DotnetProject | undefined;
  readonly composer: (folder: string) => ComposerProject | undefined;
  readonly ruby: (folder: string) => RubyProject | undefined;
  readonly elixir: (folder: string) => ElixirProject | undefined;
  /** The output folder that a tsconfig names. */
  readonly outDir: (tsconfig: string) => string | undefined;
  /** What incremental builds of a tsconfig, and of those that it refers to, keep. */
  readonly buildInfos: (tsconfig: string) => readonly BuildInfo[];
}

function readersOf(context: ContextFiles): ManifestReaders {
  return {
    node: (folder, manager) => readNode(context, folder, manager),
    python: (folder) => readPython(context, folder),
    requirements: (folder, files) => {
      const facts = factsBuilder(context, folder);
      for (const file of files) readRequirements(facts, file);
      return facts.done('pip');
    },
    go: (folder) => readGo(context, folder),
    cargo: (folder) => readCargo(context, folder),
    maven: (folder) => readMaven(context, folder),
    gradle: (folder) => readGradle(context, folder),
    dotnet: (folder) => readDotnet(context, folder),
    composer: (folder) => readComposer(context, folder),
    ruby: (folder) => readRuby(context, folder),
    elixir: (folder) => readElixir(context, folder),
    outDir: (tsconfig) => outDirOf(context, tsconfig),
    buildInfos: (tsconfig) => buildInfosOf(context, tsconfig),
  };
}

type Readers = { readonly [K in Exclude<keyof ProjectFacts, 'context' | 'complete' | 'services' | 'at'>]: RegExp };

/** The files that make a folder a project of a manager. */
const markers: Readers = {
  node: /^package\.json$/,
  python: /^(?:pyproject\.toml|setup\.py|Pipfile|(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in))$/,
  go: /^go\.(?:mod|work)$/,
  cargo: /^Cargo\.toml$/,
  maven: /^pom\.xml$/,
  gradle: /^(?:settings|build)\.gradle(?:\.kts)?$/,
  dotnet: /\.(?:csproj|fsproj|vbproj|sln|slnx)$/,
  composer: /^composer\.json$/,
  ruby: /^(?:Gemfile|gems\.rb)$/,
  elixir: /^mix\.exs$/,
};

const kinds = Object.keys(markers) as (keyof Readers)[];

/** The facts of a project with services that files outside of its folder describe. */
export function withServices(project: ProjectFacts, around: readonly Service[]): ProjectFacts {
  if (around.length === 0) return project;
  return { ...project, services: (dockerfile) => [...project.services(dockerfile), ...around] };
}

/** Folders whose manifests belong to installed, built or copied things. */
const skipped =
  /(?:^|\/)(?:node_modules|vendor|target|dist|\.git|\.venv|venv|\.next|\.yarn|bower_components|deps|_build|obj)\//;

const MAX_MANIFESTS = 2000;

/** All projects in a context. At most 2,000 manifests are looked at. */
export const readProject = onceFor((context: ContextFiles): ProjectFacts => {
  const folders = new Map(kinds.map((kind) => [kind, new Set<string>()]));
  let count = 0;
  for (const path of context.paths) {
    if (count > MAX_MANIFESTS) break;
    const name = baseName(path);
    const kind = kinds.find((candidate) => markers[candidate].test(name));
    if (kind === undefined || skipped.test(path)) continue;
    if (++count <= MAX_MANIFESTS) folders.get(kind)!.add(projectFolder(kind, path));
  }
  const each = <T>(
    kind: keyof Readers,
    reader: (context: ContextFiles, folder: string) => T | undefined,
  ): readonly T[] => [...folders.get(kind)!].sort().flatMap((folder) => reader(context, folder) ?? []);
  return {
    context,
    node: each('node', readNode),
    python: each('python', readPython),
    go: each('go', readGo),
    cargo: withoutMembers(each('cargo', readCargo), (project) => project.workspaces),
    maven: withoutMembers(each('maven', readMaven), (project) => project.modules),
    gradle: withoutMembers(
      each('gradle', (at, folder) => (hasSettingsAbove(at, folder) ? undefined : readGradle(at, folder))),
      (project) => project.includes,
    ),
    dotnet: each('dotnet', readDotnet),
    composer: each('composer', readComposer),
    ruby: each('ruby', readRuby),
    elixir: withoutMembers(each('elixir', readElixir), (project) => project.apps),
    services: (dockerfile) => servicesOf(context, dockerfile),
    at: readersOf(context),
    complete: context.complete && count <= MAX_MANIFESTS,
  };
});

/** Requirements files in `requirements/` belong to the folder above. */
function projectFolder(kind: keyof Readers, path: string): string {
  const folder = folderOf(path);
  return kind === 'python' && baseName(folder) === 'requirements' && path.endsWith('.txt') ? folderOf(folder) : folder;
}

/** Whether a build.gradle belongs to a build whose settings stand in a folder above it. */
function hasSettingsAbove(context: ContextFiles, folder: string): boolean {
  const settings = (at: string) =>
    ['settings.gradle', 'settings.gradle.kts'].some((name) => hasFile(context, joinPath(at, name)));
  return !settings(folder) && foldersAbove(folder).some(settings);
}

/** Drops the projects that another one already covers as its members. */
function withoutMembers<T extends ManifestFacts>(
  projects: readonly T[],
  members: (project: T) => readonly string[],
): readonly T[] {
  const covered = new Set(
    projects.flatMap((project) =>
      members(project).filter((folder) => folder.startsWith(project.folder) && folder !== project.folder),
    ),
  );
  return projects.filter((project) => !covered.has(project.folder));
}

/** The projects of all managers in one folder, `""` for the root. */
export function projectsAt(facts: ProjectFacts, folder: string): readonly ManifestFacts[] {
  return kinds.flatMap((kind): readonly ManifestFacts[] => facts[kind]).filter((project) => project.folder === folder);
}
