import type { ContextFiles } from '../context.js';
import { cleanPath, folderOf, joinPath, resolveInContext } from '../paths.js';
import { parseJson } from './parse.js';
import { field, fieldAt, items, text } from './values.js';

/** How many files a tsconfig may extend, one after another. */
const DEEPEST = 4;
/** How many projects a tsconfig may refer to, directly or not. */
const MOST_REFERENCES = 50;

/** A tsconfig and the ones that it extends by relative paths, itself first. */
interface Chain {
  readonly files: readonly { readonly path: string; readonly value: unknown }[];
  /** The package that the last one extends. */
  readonly base: string | undefined;
}

function chainOf(context: ContextFiles, path: string): Chain {
  const files: Chain['files'][number][] = [];
  let at = cleanPath(path);
  for (let depth = 0; depth < DEEPEST; depth++) {
    const source = context.read(at);
    const parsed = source === undefined ? undefined : parseJson(source, { comments: true });
    if (parsed === undefined || !('value' in parsed)) break;
    files.push({ path: at, value: parsed.value });
    const base = text(field(parsed.value, 'extends'));
    if (base === undefined || !/^\.\/[\w.-]+$/.test(base)) return { files, base };
    at = cleanPath(joinPath(folderOf(at), base.replace(/(?<!\.json)$/, '.json')));
  }
  return { files, base: undefined };
}

/**
 * The `outDir` of a tsconfig, or of the one that it extends by a relative path; as written there, without `./` and a slash
 * at the end. Undefined when none is named or a file cannot be read.
 */
export function outDirOf(context: ContextFiles, path: string): string | undefined {
  const found = chainOf(context, path).files.map(({ value }) => text(fieldAt(value, 'compilerOptions', 'outDir')));
  return found
    .find((folder) => folder !== undefined)
    ?.replace(/^\.\//, '')
    .replace(/\/$/, '');
}

/** What the compiler keeps of a build of one tsconfig for the next one. */
export interface BuildInfo {
  readonly tsconfig: string;
  /** The path of `tsBuildInfoFile` from the context root; undefined when none is named, or it lies outside. */
  readonly file: string | undefined;
  /** Whether the build writes output; what it has written once, it does not write again. */
  readonly emits: boolean;
}

/** Configurations in packages that set `noEmit`. Source: their tsconfig.json. */
const NO_EMIT = /^@vue\/tsconfig(\/|$)/;

/**
 * The incremental builds (https://www.typescriptlang.org/tsconfig/#incremental) of a tsconfig and of those that it refers
 * to; none for one that is missing or malformed.
 */
export function buildInfosOf(context: ContextFiles, path: string): readonly BuildInfo[] {
  const found: BuildInfo[] = [];
  const queue = [cleanPath(path)];
  for (let next = 0; next < Math.min(queue.length, MOST_REFERENCES); next++) {
    const tsconfig = queue[next]!;
    const { files, base } = chainOf(context, tsconfig);
    const setting = (name: string): { readonly value: unknown; readonly path: string } | undefined =>
      files
        .map((file) => ({ path: file.path, value: fieldAt(file.value, 'compilerOptions', name) }))
        .find(({ value }) => value !== undefined);
    const named = setting('tsBuildInfoFile');
    const on = (name: string): boolean => setting(name)?.value === true;
    if (named !== undefined || on('incremental') || on('composite')) {
      const file = text(named?.value);
      found.push({
        tsconfig,
        file: file === undefined ? undefined : resolveInContext(folderOf(named!.path), file),
        emits: !on('noEmit') && !(setting('noEmit') === undefined && NO_EMIT.test(base ?? '')),
      });
    }
    for (const reference of items(field(files[0]?.value, 'references'))) {
      const written = text(field(reference, 'path'));
      const at = written === undefined ? undefined : resolveInContext(folderOf(tsconfig), written);
      if (at === undefined) continue;
      const config = at.endsWith('.json') ? at : joinPath(at, 'tsconfig.json');
      if (!queue.includes(config)) queue.push(config);
    }
  }
  return found;
}
