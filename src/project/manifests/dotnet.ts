import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, foldersAbove, joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder } from './facts.js';
import { readJson, readXml, sourceOf } from './read.js';
import { fieldAt, text } from './values.js';
import type { XmlElement } from './xml.js';
import { descendants } from './xml.js';

/** One .csproj, .fsproj or .vbproj. */
export interface DotnetAssembly {
  readonly path: string;
  readonly sdk: string | undefined;
  /** "Exe", "WinExe", "Library"; undefined where it is left to the SDK. */
  readonly outputType: string | undefined;
  readonly assemblyName: string;
  readonly targetFrameworks: readonly string[];
  /** Package ids that it references directly. */
  readonly packages: readonly string[];
  /** The project files that it references. */
  readonly references: readonly string[];
  readonly invariantGlobalization: boolean;
}

/** A folder with .NET projects or a solution. */
export interface DotnetProject extends ManifestFacts {
  readonly solutions: readonly string[];
  /** The projects in the folder, of its solutions, and all that these reference. */
  readonly assemblies: readonly DotnetAssembly[];
  readonly versions: readonly VersionFact[];
}

const projectFile = /\.(?:cs|fs|vb)proj$/;
const shared = ['Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props', 'Directory.Build.rsp'];
const configuration = ['global.json', 'nuget.config', 'NuGet.config', 'NuGet.Config', '.config/dotnet-tools.json'];
const MAX_PROJECTS = 300;

/** Reads the .NET projects and solutions directly in a folder; undefined when it has none. */
export function readDotnet(context: ContextFiles, folder: string): DotnetProject | undefined {
  const own = filesBelow(context.paths, folder).filter((path) => folderOf(path) === folder);
  const projects = own.filter((path) => projectFile.test(path));
  const solutions = own.filter((path) => /\.slnx?$/.test(path));
  if (projects.length + solutions.length === 0) return undefined;
  const facts = factsBuilder(context, folder);
  const assemblies = new Map<string, DotnetAssembly>();
  const pending = [...projects, ...solutions.flatMap((path) => solutionProjects(facts, path))];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (assemblies.has(path)) continue;
    if (assemblies.size >= MAX_PROJECTS) {
      facts.cannotTell(path, `more than ${MAX_PROJECTS} projects`);
      break;
    }
    const assembly = readAssembly(facts, path);
    assemblies.set(path, assembly);
    pending.push(...assembly.references);
  }
  for (const at of new Set(
    [folder, ...[...assemblies.keys()].map(folderOf)].flatMap((from) => [from, ...foldersAbove(from)]),
  )) {
    for (const path of facts.addFiles(shared, at))
      if (/\.(?:props|targets)$/.test(path)) readImports(facts, path, readXml(facts, path));
    for (const path of facts.addFiles(configuration, at)) if (/nuget\.config$/i.test(path)) localSources(facts, path);
  }
  const found = [...assemblies.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...facts.done('dotnet'), solutions, assemblies: found, versions: versionsOf(facts, found) };
}

/** The projects that a solution names: `Project("{…}") = "name", "path"` lines, or `<Project Path=…>` in .slnx. */
function solutionProjects(facts: FactsBuilder, path: string): readonly string[] {
  facts.addManifest(path);
  const source = sourceOf(facts, path) ?? '';
  const lines = path.endsWith('.slnx')
    ? descendants(readXml(facts, path) ?? emptyElement, 'Project').map(
        (project) => project.attributes.get('Path') ?? '',
      )
    : [...source.matchAll(/^Project\("[^"\n]*"\)[ \t]*=[ \t]*"[^"\n]*",[ \t]*"([^"\n]*)"/gm)].map((match) => match[1]!);
  for (const reference of lines) {
    // A restore stumbles over any project that is not there, such as docker-compose.dcproj.
    const other = /\.\w+proj$/.test(reference) ? resolveInContext(folderOf(path), reference) : undefined;
    if (other !== undefined && hasFile(facts.context, other)) facts.addManifest(other);
  }
  return lines
    .filter((reference) => projectFile.test(reference))
    .flatMap((reference) => existing(facts, path, reference, 'a project of the solution'));
}

const emptyElement: XmlElement = { name: '', attributes: new Map(), children: [], text: '', line: 1 };

function existing(
  facts: FactsBuilder,
  from: string,
  reference: string,
  what: string,
  line?: number,
): readonly string[] {
  const path = resolveInContext(folderOf(from), reference);
  if (path !== undefined && hasFile(facts.context, path)) return [path];
  facts.cannotTell(from, `${what} is not found: ${reference.slice(0, 200)}`, line);
  return [];
}

function readAssembly(facts: FactsBuilder, path: string): DotnetAssembly {
  facts.addManifest(path);
  facts.addFiles(['packages.lock.json', 'packages.config'], folderOf(path));
  const xml = readXml(facts, path) ?? emptyElement;
  const property = (name: string) => descendants(xml, name)[0]?.text;
  const references = descendants(xml, 'ProjectReference').flatMap(({ attributes, line }) => {
    const include = attributes.get('Include');
    return include === undefined ? [] : existing(facts, path, include, 'a referenced project', line);
  });
  readImports(facts, path, xml);
  for (const { text: hint, line } of descendants(xml, 'HintPath')) {
    if (hint.includes('$(')) facts.cannotTell(path, 'a library by a path that MSBuild properties name', line);
    else facts.reads(hint, 'a library in the repository', { path, line }, folderOf(path));
  }
  return {
    path,
    sdk: xml.attributes.get('Sdk') ?? descendants(xml, 'Sdk')[0]?.attributes.get('Name'),
    outputType: property('OutputType'),
    assemblyName: property('AssemblyName') ?? baseName(path).replace(projectFile, ''),
    targetFrameworks: (property('TargetFramework') ?? property('TargetFrameworks') ?? '')
      .split(';')
      .filter((name) => name !== ''),
    packages: descendants(xml, 'PackageReference').flatMap(({ attributes }) => attributes.get('Include') ?? []),
    references,
    invariantGlobalization: property('InvariantGlobalization')?.toLowerCase() === 'true',
  };
}

/** `<Import Project="…">`: a literal path is a manifest, one with MSBuild properties is not worked out. */
function readImports(facts: FactsBuilder, path: string, xml: XmlElement | undefined): void {
  for (const { attributes, line } of descendants(xml ?? emptyElement, 'Import')) {
    const written = attributes.get('Project');
    if (written === undefined || attributes.has('Sdk')) continue;
    const name = written.replace(/^\$\(MSBuildThisFileDirectory\)/, './');
    if (/\$\(|@\(|\*/.test(name)) {
      if (!/GetPathOfFileAbove|GetDirectoryNameOfFileAbove|MSBuild(?:Extensions|SDKs|Tools)/.test(name)) {
        facts.cannotTell(path, 'imports a file that MSBuild properties name', line);
      }
      continue;
    }
    const target = resolveInContext(folderOf(path), name);
    if (target === undefined) facts.cannotTell(path, 'imports a file outside the context', line);
    else if (hasFile(facts.context, target) && !facts.isManifest(target)) {
      facts.addManifest(target);
      readImports(facts, target, readXml(facts, target));
    }
  }
}

/** Package sources in a nuget.config that are folders of the repository. */
function localSources(facts: FactsBuilder, path: string): void {
  for (const sources of descendants(readXml(facts, path) ?? emptyElement, 'packageSources')) {
    for (const { name, attributes, line } of sources.children) {
      const value = attributes.get('value');
      if (name !== 'add' || value === undefined || /^https?:/i.test(value)) continue;
      if (value.includes('%')) facts.cannotTell(path, 'a package source named by a variable', line);
      else facts.reads(value, 'a package source in the repository', { path, line }, folderOf(path));
    }
  }
}

function versionsOf(facts: FactsBuilder, assemblies: readonly DotnetAssembly[]): readonly VersionFact[] {
  const frameworks = assemblies.flatMap(({ path, targetFrameworks }) =>
    targetFrameworks.map((value) => ({ value, from: path })),
  );
  const file = [facts.folder, ...foldersAbove(facts.folder)]
    .map((at) => joinPath(at, 'global.json'))
    .find((path) => hasFile(facts.context, path));
  const sdk =
    file === undefined ? undefined : text(fieldAt(readJson(facts, file, { comments: true }), 'sdk', 'version'));
  return sdk === undefined || file === undefined
    ? frameworks
    : [{ value: sdk, from: `${file} sdk.version` }, ...frameworks];
}
