import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { folderOf, joinPath } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion, versionFile } from './facts.js';
import { blankComments } from './parse.js';
import { sourceOf } from './read.js';

/** A folder with a Gemfile. */
export interface RubyProject extends ManifestFacts {
  /** Names of the gems in the Gemfile, groups of development and test included. */
  readonly gems: ReadonlySet<string>;
  /** Gems of Gemfile and Gemfile.lock that compile native code. */
  readonly native: readonly string[];
  readonly gemspecs: readonly string[];
  /** "rails", "sinatra", "hanami" where the gem is asked for. */
  readonly framework: string | undefined;
  /** The `BUNDLED WITH` version of the lockfile. */
  readonly bundler: string | undefined;
  /** Platforms of the lockfile. */
  readonly platforms: readonly string[];
  readonly versions: readonly VersionFact[];
}

const native: ReadonlySet<string> = new Set(
  (
    'nokogiri pg mysql2 sqlite3 grpc ffi oj bcrypt nio4r puma rugged google-protobuf protobuf sassc eventmachine unf_ext ' +
    'racc bigdecimal'
  ).split(' '),
);

/** Reads the Gemfile of a folder; undefined when there is none. */
export function readRuby(context: ContextFiles, folder: string): RubyProject | undefined {
  const [path] = ['Gemfile', 'gems.rb'].map((name) => joinPath(folder, name)).filter((name) => hasFile(context, name));
  if (path === undefined) return undefined;
  const facts = factsBuilder(context, folder);
  facts.addManifest(path);
  facts.addFiles(['Gemfile.lock', 'gems.locked', '.bundle/config', '.ruby-version', '.tool-versions']);
  // Gems that the repository holds are taken before any from elsewhere.
  facts.addTree('vendor/cache');
  const gems = new Set<string>();
  const gemspecs = new Set<string>();
  const versions: VersionFact[] = [];
  readGemfile(facts, path, { gems, gemspecs, versions }, 0);
  const lock = context.read(joinPath(folder, 'Gemfile.lock')) ?? context.read(joinPath(folder, 'gems.locked')) ?? '';
  const locked = [...lock.matchAll(/^ {4}([\w.-]+) \(/gm)].map((match) => match[1]!);
  const file = versionFile(context, joinPath(folder, '.ruby-version'));
  const found = [
    file && { ...file, value: file.value.replace(/^ruby-/, '') },
    toolVersion(context, folder, 'ruby'),
    ...versions,
  ];
  return {
    ...facts.done('bundler'),
    gems,
    native: [...new Set([...gems, ...locked])].filter((name) => native.has(name)).sort(),
    gemspecs: [...gemspecs],
    framework: ['rails', 'hanami', 'sinatra'].find((name) => gems.has(name)),
    bundler: /^BUNDLED WITH\r?\n[ \t]+([\w.]+)/m.exec(lock)?.[1],
    platforms: (/^PLATFORMS\r?\n((?: {2}\S+\r?\n)+)/m.exec(lock)?.[1] ?? '').split(/\s+/).filter((name) => name !== ''),
    versions: found.filter((fact) => fact !== undefined),
  };
}

interface Collected {
  readonly gems: Set<string>;
  readonly gemspecs: Set<string>;
  readonly versions: VersionFact[];
}

/** Reads a Gemfile by the calls that it is made of; it is a Ruby program, so what is computed cannot be told. */
function readGemfile(facts: FactsBuilder, path: string, collected: Collected, depth: number): void {
  const source = blankComments(sourceOf(facts, path) ?? '', 'hash');
  for (const [index, text] of source.split('\n').entries()) {
    const place = { path, line: index + 1 };
    const gem = /^\s*gem[ (]\s*["']([\w.-]+)["']/.exec(text)?.[1];
    if (gem !== undefined) collected.gems.add(gem);
    const ruby = /^\s*ruby[ (]\s*["']([^"']+)["']/.exec(text)?.[1];
    if (ruby !== undefined) collected.versions.push({ value: ruby, from: `${path} ruby` });
    const local = /(?:\bpath:\s*|:path\s*=>\s*|^\s*path[ (]\s*)(?:["']([^"'#]*)["'])?/.exec(text);
    if (local !== null) {
      if (local[1] === undefined) facts.cannotTell(path, 'a path that is computed', place.line);
      else notePathGem(facts, local[1], place);
    }
    if (/^\s*gemspec\b/.test(text)) readGemspec(facts, place, collected);
    if (/^\s*(?:eval_gemfile|instance_eval|load|require_relative)\b/.test(text))
      include(facts, text, place, collected, depth);
    else if (/\b(?:File|IO|Dir|YAML|Pathname)\b/.test(text)) noteFileRead(facts, text, place);
  }
}

function notePathGem(facts: FactsBuilder, written: string, place: { path: string; line: number }): void {
  const target = facts.reads(written, 'a gem from a local path', place, folderOf(place.path));
  if (target === undefined) return;
  for (const file of filesBelow(facts.context.paths, target)) if (file.endsWith('.gemspec')) facts.addManifest(file);
}

/** A gemspec is Ruby that mostly reads the library's version file and lists files with git. */
function readGemspec(facts: FactsBuilder, place: { path: string }, collected: Collected): void {
  const folder = folderOf(place.path);
  for (const file of filesBelow(facts.context.paths, folder)) {
    if (folderOf(file) !== folder || !file.endsWith('.gemspec')) continue;
    facts.addManifest(file);
    collected.gemspecs.add(file);
    facts.readsPath(folder, 'the gemspec is a program over the source');
  }
}

function include(
  facts: FactsBuilder,
  text: string,
  place: { path: string; line: number },
  collected: Collected,
  depth: number,
): void {
  const name = /^\s*(?:eval_gemfile|require_relative)[ (]\s*["']([^"'#]+)["']/.exec(text)?.[1];
  const target = name === undefined ? undefined : joinPath(folderOf(place.path), name);
  const file = [target, `${target ?? ''}.rb`].find((path) => path !== undefined && hasFile(facts.context, path));
  if (file === undefined || depth >= 10) facts.cannotTell(place.path, 'includes a file that is not found', place.line);
  else if (!facts.isManifest(file)) {
    facts.addManifest(file);
    readGemfile(facts, file, collected, depth + 1);
  }
}

function noteFileRead(facts: FactsBuilder, text: string, place: { path: string; line: number }): void {
  const names = [...text.matchAll(/["']([\w./-]+)["']/g)].map((match) => joinPath(folderOf(place.path), match[1]!));
  const found = names.filter((path) => hasFile(facts.context, path));
  for (const path of found) facts.readsPath(path, 'the Gemfile reads it');
  if (found.length === 0) facts.cannotTell(place.path, 'reads files that are not known', place.line);
}
