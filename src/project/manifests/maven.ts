import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { cleanPath, folderOf, joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion, versionFile } from './facts.js';
import { readXml } from './read.js';
import type { XmlElement } from './xml.js';
import { child, descendants } from './xml.js';

/** A folder with a pom.xml. */
export interface MavenProject extends ManifestFacts {
  readonly artifactId: string | undefined;
  /** "jar", "war", "pom" … */
  readonly packaging: string;
  /** `build/finalName`, unless it has variables that are not known. */
  readonly finalName: string | undefined;
  /** Folders of the modules, those of modules included. */
  readonly modules: readonly string[];
  /** True when there is a mvnw script. */
  readonly wrapper: boolean;
  /** The distribution that the wrapper fetches, as written. */
  readonly wrapperVersion: string | undefined;
  /** `groupId:artifactId` of the plug-ins used anywhere in the project. */
  readonly plugins: readonly string[];
  /** `groupId:artifactId` of the dependencies named anywhere in the project. */
  readonly dependencies: ReadonlySet<string>;
  readonly versions: readonly VersionFact[];
}

const MAX_MODULES = 1000;

/** Reads the pom.xml of a folder with its modules and local parents; undefined when there is none. */
export function readMaven(context: ContextFiles, folder: string): MavenProject | undefined {
  const path = joinPath(folder, 'pom.xml');
  if (!hasFile(context, path)) return undefined;
  const facts = factsBuilder(context, folder);
  const poms = new Map<string, XmlElement | undefined>();
  addPom(facts, path, poms);
  facts.addFiles(['mvnw', 'mvnw.cmd']);
  facts.addTree('.mvn');
  for (const [file, pom] of poms) {
    // The map grows while it is walked: modules have modules.
    if (pom === undefined) continue;
    for (const module of modulesOf(pom)) addModule(facts, file, module, poms);
    addParent(facts, file, pom, poms);
    noteLocalFiles(facts, file, pom);
  }
  const root = poms.get(path);
  const packaging = child(root, 'packaging')?.text ?? 'jar';
  const found = [...poms.values()].filter((pom) => pom !== undefined);
  const wrapper = context.read(joinPath(folder, '.mvn/wrapper/maven-wrapper.properties'));
  return {
    ...facts.done('maven'),
    artifactId: child(root, 'artifactId')?.text,
    packaging,
    finalName: finalName(root),
    modules: [...poms.keys()].filter((file) => file !== path && file.startsWith(folder)).map(folderOf),
    wrapper: hasFile(context, joinPath(folder, 'mvnw')),
    wrapperVersion: /apache-maven-([\w.-]+)-bin\.zip/.exec(wrapper ?? '')?.[1],
    plugins: coordinates(found, 'plugin'),
    dependencies: new Set(coordinates(found, 'dependency')),
    versions: javaVersions(context, folder, root, path),
  };
}

function addPom(facts: FactsBuilder, path: string, poms: Map<string, XmlElement | undefined>): void {
  if (poms.has(path) || !hasFile(facts.context, path)) return;
  if (poms.size >= MAX_MODULES) {
    facts.cannotTell(path, `more than ${MAX_MODULES} modules`);
    return;
  }
  facts.addManifest(path);
  poms.set(path, readXml(facts, path));
}

/** Modules of the pom and of its profiles. */
function modulesOf(pom: XmlElement): readonly XmlElement[] {
  const profiles = child(pom, 'profiles')?.children ?? [];
  return [pom, ...profiles].flatMap((owner) => child(owner, 'modules')?.children ?? []);
}

function addModule(
  facts: FactsBuilder,
  file: string,
  module: XmlElement,
  poms: Map<string, XmlElement | undefined>,
): void {
  const target = module.text.includes('${') ? undefined : resolveInContext(folderOf(file), module.text);
  const path = target === undefined ? undefined : pomAt(facts, target);
  if (path === undefined) facts.cannotTell(file, `module "${module.text.slice(0, 100)}" is not found`, module.line);
  else addPom(facts, path, poms);
}

function addParent(
  facts: FactsBuilder,
  file: string,
  pom: XmlElement,
  poms: Map<string, XmlElement | undefined>,
): void {
  const parent = child(pom, 'parent');
  const relative = child(parent, 'relativePath');
  if (parent === undefined || relative?.text === '') return;
  const target = resolveInContext(folderOf(file), relative?.text ?? '../pom.xml');
  const path = target === undefined ? undefined : pomAt(facts, target);
  // Without a file at the relative path Maven takes the parent from a repository.
  if (path !== undefined) addPom(facts, path, poms);
}

function pomAt(facts: FactsBuilder, target: string): string | undefined {
  return [target, joinPath(target, 'pom.xml')].find((path) => hasFile(facts.context, path));
}

/** Repositories and system-scope jars that lie in the project itself. */
function noteLocalFiles(facts: FactsBuilder, file: string, pom: XmlElement): void {
  const references = [
    ...descendants(pom, 'systemPath'),
    ...descendants(pom, 'url').filter((url) => /^file:/.test(url.text)),
  ];
  for (const { text, line } of references) {
    const below = /^(?:file:(?:\/\/)?)?\$\{(?:project\.)?basedir\}\/?(.*)$/.exec(text)?.[1];
    if (below === undefined) facts.cannotTell(file, 'a local repository or jar by a path that is not known', line);
    else facts.readsPath(cleanPath(joinPath(folderOf(file), below)), 'a local repository or jar');
  }
}

function coordinates(poms: readonly XmlElement[], name: string): readonly string[] {
  const found = poms
    .flatMap((pom) => descendants(pom, name))
    .map((element) => {
      const group = child(element, 'groupId')?.text ?? (name === 'plugin' ? 'org.apache.maven.plugins' : '');
      return `${group}:${child(element, 'artifactId')?.text ?? ''}`;
    });
  return [...new Set(found)].sort();
}

function finalName(pom: XmlElement | undefined): string | undefined {
  const written = child(child(pom, 'build'), 'finalName')?.text;
  const [artifact, version] = ['artifactId', 'version'].map((name) => child(pom, name)?.text);
  const name = (written ?? '${project.artifactId}-${project.version}')
    .replaceAll('${project.artifactId}', artifact ?? '${')
    .replaceAll('${project.version}', version ?? '${');
  return name.includes('${') ? undefined : name;
}

function javaVersions(
  context: ContextFiles,
  folder: string,
  pom: XmlElement | undefined,
  path: string,
): readonly VersionFact[] {
  const properties = child(pom, 'properties');
  const asked = ['maven.compiler.release', 'java.version', 'maven.compiler.target'].map(
    (name): VersionFact | undefined => {
      const value = child(properties, name)?.text;
      return value ? { value, from: `${path} ${name}` } : undefined;
    },
  );
  const file = versionFile(context, joinPath(folder, '.java-version'));
  return [...asked, file, toolVersion(context, folder, 'java')].filter((fact) => fact !== undefined);
}
