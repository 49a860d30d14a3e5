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

/** Collects the parts of a ManifestFacts while a manager's files are read. */
export class FactsBuilder {
  readonly #manifests = new Set<string>();
  readonly #reads = new Map<string, SourceRead>();
  readonly unreadable: Unreadable[] = [];

  constructor(
    readonly context: ContextFiles,
    readonly folder: string,
  ) {}

  /** Adds those of the named files (relative to `folder`) that exist; returns the paths of these. */
  addFiles(names: readonly string[], folder = this.folder): readonly string[] {
    const found = names.map((name) => joinPath(folder, name)).filter((path) => hasFile(this.context, path));
    for (const path of found) this.#manifests.add(path);
    return found;
  }

  /** Adds everything below a folder (relative to `folder`); returns whether there was something. */
  addTree(name: string, folder = this.folder): boolean {
    const found = filesBelow(this.context.paths, joinPath(folder, name));
    for (const path of found) this.#manifests.add(path);
    return found.length > 0;
  }

  addManifest(path: string): void {
    this.#manifests.add(path);
  }

  isManifest(path: string): boolean {
    return this.#manifests.has(path);
  }

  /** Notes a read of source by its path from the context root. */
  readsPath(path: string, why: string): void {
    if (!this.#reads.has(path)) this.#reads.set(path, { path, why });
  }

  /** Notes a read by a reference written in a manifest; one that leaves the context is noted as unreadable. */
  reads(
    reference: string,
    why: string,
    place: { path: string; line?: number | undefined },
    folder = this.folder,
  ): string | undefined {
    const path = resolveInContext(folder, reference);
    if (path === undefined) this.cannotTell(place.path, `${why}: a path outside the context`, place.line);
    else this.readsPath(path, why);
    return path;
  }

  cannotTell(path: string, why: string, line?: number): void {
    this.unreadable.push({ path, line, why });
  }

  done(manager: string): ManifestFacts {
    return {
      manager,
      folder: this.folder,
      manifests: [...this.#manifests].sort(),
      readsSource: [...this.#reads.values()],
      unreadable: this.unreadable,
    };
  }
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
