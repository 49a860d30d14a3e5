import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { joinPath, resolveInContext } from '../paths.js';

/** Something an install reads besides manifests. */
export interface SourceRead {
  /** A file or folder relative to the context root; `""` is all of the context. */
  readonly path: string;
  readonly why: string;
}

/** A manifest that is malformed, or a part of one that cannot be worked out without running it. */
export interface Unreadable {
  readonly path: string;
  /** Counted from 1; undefined where no line can be named. */
  readonly line: number | undefined;
  readonly why: string;
}

/** A version that a file asks for, as it is written there. */
export interface VersionFact {
  readonly value: string;
  readonly from: string;
}

/** What is known of one package manager in one folder. */
export interface ManifestFacts {
  /** "npm", "yarn", "pnpm", "bun", "pip", "uv", "poetry", "pipenv", "pdm", "go", "cargo", "maven", "gradle", "dotnet", "composer", "bundler", "mix" */
  readonly manager: string;
  /** Relative to the context root, `""` for the root. */
  readonly folder: string;
  /** The files that an install reads: manifest, lockfile, configuration, the manifests of workspace members. Sorted. */
  readonly manifests: readonly string[];
  /** Source that the install itself reads or runs. */
  readonly readsSource: readonly SourceRead[];
  /** While this is not empty, `manifests` and `readsSource` may lack something. */
  readonly unreadable: readonly Unreadable[];
}

/** Where something is written in a manifest. */
export interface Place {
  readonly path: string;
  readonly line?: number | undefined;
}

/** Collects the parts of a ManifestFacts while a manager's files are read. */
export interface FactsBuilder {
  readonly context: ContextFiles;
  readonly folder: string;
  readonly unreadable: readonly Unreadable[];
  /** Adds those of the named files (relative to `folder`) that exist; returns the paths of these. */
  addFiles(names: readonly string[], folder?: string): readonly string[];
  /** Adds everything below a folder (relative to `folder`); returns whether there was something. */
  addTree(name: string, folder?: string): boolean;
  addManifest(path: string): void;
  isManifest(path: string): boolean;
  /** Notes a read of source by its path from the context root. */
  readsPath(path: string, why: string): void;
  /** Notes a read by a reference written in a manifest and returns its path; one that leaves the context is unreadable. */
  reads(reference: string, why: string, place: Place, folder?: string): string | undefined;
  cannotTell(path: string, why: string, line?: number): void;
  done(manager: string): ManifestFacts;
}

/** More notes than this tell nothing new. */
const MAX_UNREADABLE = 500;

export function factsBuilder(context: ContextFiles, folder: string): FactsBuilder {
  const manifests = new Set<string>();
  const sources = new Map<string, SourceRead>();
  const unreadable: Unreadable[] = [];
  const addAll = (paths: readonly string[]) => {
    for (const path of paths) manifests.add(path);
    return paths;
  };
  const readsPath: FactsBuilder['readsPath'] = (path, why) => {
    if (!sources.has(path)) sources.set(path, { path, why });
  };
  const cannotTell: FactsBuilder['cannotTell'] = (path, why, line) => {
    const known = unreadable.some((found) => found.path === path && found.line === line && found.why === why);
    if (!known && unreadable.length < MAX_UNREADABLE) unreadable.push({ path, line, why });
  };
  return {
    context,
    folder,
    unreadable,
    readsPath,
    cannotTell,
    addFiles: (names, from = folder) => {
      return addAll(names.map((name) => joinPath(from, name)).filter((path) => hasFile(context, path)));
    },
    addTree: (name, from = folder) => addAll(filesBelow(context.paths, joinPath(from, name))).length > 0,
    addManifest: (path) => manifests.add(path),
    isManifest: (path) => manifests.has(path),
    reads: (reference, why, place, from = folder) => {
      const path = resolveInContext(from, reference);
      if (path === undefined) cannotTell(place.path, `${why}: a path outside the context`, place.line);
      else readsPath(path, why);
      return path;
    },
    done: (manager) => {
      return { manager, folder, manifests: [...manifests].sort(), readsSource: [...sources.values()], unreadable };
    },
  };
}

/** The trimmed first line of a small version file such as .nvmrc, and where it stands; undefined when it has none. */
export function versionFile(context: ContextFiles, path: string): VersionFact | undefined {
  const value = context.read(path)?.split('\n', 1)[0]?.trim();
  return value ? { value: value.slice(0, 100), from: path } : undefined;
}

/** The version that a .tool-versions file (asdf, mise) gives a tool. */
export function toolVersion(context: ContextFiles, folder: string, tool: string): VersionFact | undefined {
  const from = joinPath(folder, '.tool-versions');
  for (const line of context.read(from)?.split('\n') ?? []) {
    const [name, value] = line.trim().split(/\s+/);
    if (name === tool && value) return { value, from };
  }
  return undefined;
}
