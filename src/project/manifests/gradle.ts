import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, joinPath } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion, versionFile } from './facts.js';
import { blankComments, lineOf } from './parse.js';
import { sourceOf } from './read.js';

/** A folder with a Gradle build: settings.gradle(.kts), or build.gradle(.kts) without settings above it. */
export interface GradleProject extends ManifestFacts {
  readonly rootName: string | undefined;
  /** Folders of the included projects. */
  readonly includes: readonly string[];
  /** True when there is a gradlew script with its jar. */
  readonly wrapper: boolean;
  readonly wrapperVersion: string | undefined;
  /** Plug-in ids named in the build scripts: `id("…")`, `id '…'`, `apply plugin: '…'`. */
  readonly plugins: readonly string[];
  readonly versions: readonly VersionFact[];
}

const scripts = ['settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts'];

/** Reads the Gradle build of a folder; undefined when it has no Gradle script. */
export function readGradle(context: ContextFiles, folder: string): GradleProject | undefined {
  const facts = factsBuilder(context, folder);
  const found = facts.addFiles(scripts);
  if (found.length === 0) return undefined;
  facts.addFiles(['gradle.properties', 'gradlew', 'gradlew.bat', 'gradle.lockfile', 'buildscript-gradle.lockfile']);
  facts.addTree('gradle');
  for (const name of ['buildSrc', 'build-logic']) {
    if (facts.addTree(name)) facts.readsPath(joinPath(folder, name), 'code of the build itself');
  }
  const settings = found.filter((path) => baseName(path).startsWith('settings.'));
  const includes = settings.flatMap((path) => readSettings(facts, path));
  for (const include of includes)
    facts.addFiles(['build.gradle', 'build.gradle.kts', 'gradle.properties', 'gradle.lockfile'], include);
  const builds = filesBelow(context.paths, folder).filter(
    (path) => facts.isManifest(path) && /\.gradle(?:\.kts)?$/.test(path),
  );
  const code = builds.map((path) => ({ path, code: blankComments(sourceOf(facts, path) ?? '', 'slash') }));
  for (const { path, code: source } of code) noteScriptReads(facts, path, source);
  const wrapper = context.read(joinPath(folder, 'gradle/wrapper/gradle-wrapper.properties'));
  return {
    ...facts.done('gradle'),
    rootName: literalAfter(settings.map((path) => context.read(path)).join('\n'), /rootProject\.name\s*=\s*/g)[0],
    includes,
    wrapper: ['gradlew', 'gradle/wrapper/gradle-wrapper.jar'].every((name) => hasFile(context, joinPath(folder, name))),
    wrapperVersion: /gradle-([\w.-]+)-(?:bin|all)\.zip/.exec(wrapper ?? '')?.[1],
    plugins: [
      ...new Set(code.flatMap(({ code: source }) => literalAfter(source, /\b(?:id\s*\(?|apply\s+plugin:)\s*/g))),
    ].sort(),
    versions: javaVersions(context, folder, code),
  };
}

/** The folders that `include` names; an argument that is no literal makes the answer incomplete. */
function readSettings(facts: FactsBuilder, path: string): readonly string[] {
  const source = blankComments(sourceOf(facts, path) ?? '', 'slash');
  const folders: string[] = [];
  for (const match of source.matchAll(/\binclude(Build|Flat)?\b[ \t]*(\(?)/g)) {
    const rest = source.slice(match.index + match[0].length, match.index + match[0].length + 20_000);
    const list = /^\s*["'][\w:./-]*["'](?:\s*(?:,\s*)?["'][\w:./-]*["'])*(?:\s*,)?/.exec(rest)?.[0];
    const line = lineOf(source, match.index);
    const after = rest.slice(list?.length ?? 0).trimStart();
    const closed = match[2] === '(' ? after.startsWith(')') : !/^[+.,]/.test(after);
    if (list === undefined || !closed || (match[2] !== '(' && list.trimEnd().endsWith(','))) {
      facts.cannotTell(path, 'an include that is computed', line);
      continue;
    }
    for (const [, name] of list.matchAll(/["']([\w:./-]*)["']/g)) {
      if (match[1] === 'Build') facts.reads(name!, 'an included build', { path, line });
      else if (match[1] === 'Flat') facts.cannotTell(path, 'a project beside the root folder', line);
      else folders.push(joinPath(facts.folder, name!.replace(/^:/, '').replaceAll(':', '/')));
    }
  }
  if (/\.projectDir\s*=/.test(source)) facts.cannotTell(path, 'projects in folders that are set by code');
  return folders;
}

/** Other scripts and local jars that a build script names. */
function noteScriptReads(facts: FactsBuilder, path: string, source: string): void {
  for (const name of literalAfter(source, /\bapply\s*(?:\(\s*)?from\s*[:=]\s*/g)) {
    const local = name.replace(/^\$\{?(?:rootDir|rootProject\.projectDir)\}?\//, '');
    if (/^https?:/.test(name)) continue;
    if (local.includes('$')) facts.cannotTell(path, 'applies a script that is named by code');
    else facts.reads(local, 'an applied script', { path }, local === name ? folderOf(path) : facts.folder);
  }
  for (const call of ['fileTree', 'files', 'flatDir']) {
    if (!new RegExp(`\\b${call}\\s*[({]`).test(source)) continue;
    const libs = joinPath(folderOf(path), 'libs');
    if (filesBelow(facts.context.paths, libs).length > 0) facts.readsPath(libs, 'jars of the project itself');
  }
}

/** The string literals that follow a pattern; not those with interpolation at their start only. */
function literalAfter(source: string, pattern: RegExp): readonly string[] {
  return [...source.matchAll(pattern)].flatMap((match) => {
    const rest = source.slice(match.index + match[0].length, match.index + match[0].length + 300);
    const literal = /^\(?["']([^"'\n]*)["']/.exec(rest)?.[1];
    return literal === undefined ? [] : [literal];
  });
}

function javaVersions(
  context: ContextFiles,
  folder: string,
  scripts: readonly { readonly path: string; readonly code: string }[],
): readonly VersionFact[] {
  const found = scripts.flatMap(({ path, code }) => {
    const pattern =
      /(?:JavaLanguageVersion\.of\s*\(|jvmToolchain\s*\(|JavaVersion\.VERSION_|(?:source|target)Compatibility\s*=\s*["']?)(\d{1,2})\b/g;
    return [...code.matchAll(pattern)].map((match): VersionFact => ({ value: match[1]!, from: path }));
  });
  const file = versionFile(context, joinPath(folder, '.java-version'));
  return [...found, file, toolVersion(context, folder, 'java')].filter((fact) => fact !== undefined);
}
