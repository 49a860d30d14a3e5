import type { ts as TypeScript } from 'ts-morph';
import type { ContextFiles } from './context.js';
import { filesBelow, hasFile } from './context.js';
import { lineOf } from './manifests/parse.js';
import type { Found } from './module-references.js';
import { moduleReferences } from './module-references.js';
import { moduleFile, resolveModule } from './module-resolution.js';
import { cleanPath, folderOf, joinPath } from './paths.js';

/** A place in a file of the context. */
export interface Place {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What a Node program reaches from its entry file at run time. */
interface RuntimeImports {
  /** Local modules that are loaded, the entry first. */
  readonly files: readonly string[];
  /** Packages that are loaded, each with the first place that names it. */
  readonly packages: ReadonlyMap<string, Place>;
  /** Files and folders that are read by a literal path, relative to the context root. */
  readonly reads: readonly string[];
  /** What could not be followed. While there is any, the lists may lack something: the answer is "unknown". */
  readonly unknown: readonly (Place & { readonly why: string })[];
}

/** Limits of one search. */
interface RuntimeImportLimits {
  /** Returns true when no more time is left; asked before each file. */
  readonly deadline: () => boolean;
  /** 2,000 when absent. */
  readonly files?: number;
  /** UTF-16 units of source, 20 million when absent. */
  readonly size?: number;
}

/**
 * Follows imports, `require` and literal `fs` reads from an entry file. `folder` is where the program is started: literal
 * paths without `__dirname` count from there. Sources are parsed only, never run; type-only imports are left out.
 */
export async function runtimeImports(
  context: ContextFiles,
  entry: string,
  folder: string,
  limits: RuntimeImportLimits,
): Promise<RuntimeImports> {
  const { ts } = await import('ts-morph');
  const files = new Set<string>();
  const packages = new Map<string, Place>();
  const reads = new Set<string>();
  const unknown: (Place & { why: string })[] = [];
  const start = moduleFile(context, cleanPath(entry));
  if (start === undefined) unknown.push({ path: entry, line: 1, why: 'the entry file is not in the context' });
  else files.add(start);
  let size = 0;
  for (const path of files) {
    // The set grows while it is walked.
    const source = sourceToParse(context, path);
    if (source === undefined) continue;
    size += source.length;
    const limit =
      size > (limits.size ?? 20_000_000) ? 'too much source' : limits.deadline() ? 'out of time' : undefined;
    if (limit !== undefined) {
      unknown.push({ path, line: 1, why: limit });
      break;
    }
    if (context.read(path) === undefined) unknown.push({ path, line: 1, why: 'cannot be read' });
    for (const found of referencesOf(ts, path, source)) {
      const place = { path, line: lineOf(source, found.at) };
      if (found.kind === 'unknown') unknown.push({ ...place, why: found.why });
      else if (found.kind === 'read') addRead(context, reads, found.cwd ? folder : folderOf(path), found.path);
      else {
        const resolved = resolveModule(context, path, found.specifier);
        if (resolved.kind === 'unknown')
          unknown.push({ ...place, why: `${resolved.why}: ${found.specifier.slice(0, 100)}` });
        else if (resolved.kind === 'package' && !packages.has(resolved.name)) packages.set(resolved.name, place);
        else if (resolved.kind === 'file') files.add(resolved.path);
      }
    }
    if (files.size > (limits.files ?? 2000)) {
      unknown.push({ path, line: 1, why: 'too many files' });
      break;
    }
  }
  return { files: [...files], packages, reads: [...reads].sort(), unknown };
}

/** The text of a module with code; undefined for JSON and native addons, empty for what cannot be read. */
function sourceToParse(context: ContextFiles, path: string): string | undefined {
  return /\.(?:json|node)$/.test(path) ? undefined : (context.read(path) ?? '');
}

function referencesOf(ts: typeof TypeScript, path: string, source: string): readonly Found[] {
  try {
    return moduleReferences(ts, path, source);
  } catch {
    return [{ kind: 'unknown', at: 0, why: 'cannot be parsed' }];
  }
}

/** Notes a literal path that exists in the context; others are written or mounted at run time. */
function addRead(context: ContextFiles, reads: Set<string>, folder: string, written: string): void {
  const path = cleanPath(joinPath(folder, written));
  if (path === '' || path.startsWith('/') || path.startsWith('..')) return;
  if (hasFile(context, path) || filesBelow(context.paths, path).length > 0) reads.add(path);
}
