import type { ContextFiles } from '../context.js';
import { cleanPath, folderOf, joinPath } from '../paths.js';
import { parseJson } from './parse.js';
import { fieldAt, text } from './values.js';

/** How many files a tsconfig may extend, one after another. */
const DEEPEST = 4;

/**
 * The `outDir` of a tsconfig, or of the one that it extends by a relative path; as written there, without `./` and a slash
 * at the end. Undefined when none is named or a file cannot be read.
 */
export function outDirOf(context: ContextFiles, path: string): string | undefined {
  let at = cleanPath(path);
  for (let depth = 0; depth < DEEPEST; depth++) {
    const source = context.read(at);
    const parsed = source === undefined ? undefined : parseJson(source, { comments: true });
    if (parsed === undefined || !('value' in parsed)) return undefined;
    const found = text(fieldAt(parsed.value, 'compilerOptions', 'outDir'));
    if (found !== undefined) return found.replace(/^\.\//, '').replace(/\/$/, '');
    const base = text(fieldAt(parsed.value, 'extends'));
    if (base === undefined || !/^\.\/[\w.-]+$/.test(base)) return undefined;
    at = cleanPath(joinPath(folderOf(at), base.replace(/(?<!\.json)$/, '.json')));
  }
  return undefined;
}
