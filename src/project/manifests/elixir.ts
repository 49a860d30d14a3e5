import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, joinPath } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder, toolVersion } from './facts.js';
import { blankComments, lineOf } from './parse.js';
import { sourceOf } from './read.js';

/** A folder with a mix.exs. */
export interface ElixirProject extends ManifestFacts {
  /** The `app:` of the project. */
  readonly app: string | undefined;
  /** Folders of the apps of an umbrella. */
  readonly apps: readonly string[];
  /** Names of the dependencies, apps' included. */
  readonly dependencies: ReadonlySet<string>;
  /** Names of the releases; empty when `mix release` makes the default one, named after the app. */
  readonly releases: readonly string[];
  readonly versions: readonly VersionFact[];
}

/** Reads the mix.exs of a folder; undefined when there is none. */
export function readElixir(context: ContextFiles, folder: string): ElixirProject | undefined {
  const path = joinPath(folder, 'mix.exs');
  if (!hasFile(context, path)) return undefined;
  const facts = factsBuilder(context, folder);
  facts.addFiles(['mix.exs', 'mix.lock', '.formatter.exs']);
  facts.addTree('config');
  const source = blankComments(sourceOf(facts, path) ?? '', 'hash');
  const umbrella = /\bapps_path:\s*"([^"\n]+)"/.exec(source)?.[1];
  const apps = umbrella === undefined ? [] : umbrellaApps(facts, umbrella);
  const dependencies = new Set<string>();
  for (const file of [path, ...apps.map((app) => joinPath(app, 'mix.exs'))]) readMix(facts, file, dependencies);
  const minimum = /\belixir:\s*"([^"\n]+)"/.exec(source)?.[1];
  return {
    ...facts.done('mix'),
    app: /\bapp:\s*:(\w+)/.exec(source)?.[1],
    apps,
    dependencies,
    releases: releasesOf(source),
    versions: [
      toolVersion(context, folder, 'elixir'),
      toolVersion(context, folder, 'erlang'),
      minimum === undefined ? undefined : { value: minimum, from: `${path} elixir` },
    ].filter((fact) => fact !== undefined),
  };
}

function umbrellaApps(facts: FactsBuilder, appsPath: string): readonly string[] {
  const top = joinPath(facts.folder, appsPath.replace(/^\.\//, '').replace(/\/$/, ''));
  return filesBelow(facts.context.paths, top)
    .filter((path) => baseName(path) === 'mix.exs' && folderOf(folderOf(path)) === top)
    .map((path) => {
      facts.addManifest(path);
      facts.addTree('config', folderOf(path));
      return folderOf(path);
    });
}

/** Dependencies of a mix.exs: `{:name, …}` tuples; those with `path:` are local. A mix.exs that reads files is noted. */
function readMix(facts: FactsBuilder, path: string, names: Set<string>): void {
  const source = blankComments(sourceOf(facts, path) ?? '', 'hash');
  for (const match of source.matchAll(/\{\s*:(\w+)\s*,([^{}]*)\}/g)) {
    const [, name, options] = match;
    if (!/["~]|\b(?:path|git|github|in_umbrella):/.test(options!)) continue;
    names.add(name!);
    if (!/\bpath:/.test(options!)) continue;
    const local = /\bpath:\s*"([^"#\n]*)"/.exec(options!)?.[1];
    const line = lineOf(source, match.index);
    if (local === undefined) facts.cannotTell(path, `the path of ${name} is computed`, line);
    else {
      const target = facts.reads(local, `dependency ${name} is a local path`, { path, line }, folderOf(path));
      if (target !== undefined) facts.addFiles(['mix.exs'], target);
    }
  }
  for (const match of source.matchAll(
    /\b(?:File\.(?:read!?|stream!)|Code\.(?:eval_file|require_file))\s*\(?\s*(?:Path\.join\(__DIR__,\s*)?(?:"([^"#\n]*)")?/g,
  )) {
    const line = lineOf(source, match.index);
    if (match[1] === undefined) facts.cannotTell(path, 'reads a file whose name is computed', line);
    else facts.reads(match[1], 'mix.exs reads it', { path, line }, folderOf(path));
  }
}

/** The keys of `releases: [name: […]]`, where that is written out in place or in `defp releases`. */
function releasesOf(source: string): readonly string[] {
  const start = /\breleases(?::\s*|\s+do\s+|\(\)\s+do\s+)\[/.exec(source);
  if (start === null) return [];
  const names: string[] = [];
  let depth = 1;
  const token = /[[{(]|[\]})]|\b(\w+):(?=\s)/g;
  token.lastIndex = start.index + start[0].length;
  for (let match = token.exec(source); match !== null && depth > 0; match = token.exec(source)) {
    if (match[1] !== undefined) {
      if (depth === 1) names.push(match[1]);
    } else depth += '[{('.includes(match[0]) ? 1 : -1;
  }
  return names;
}
