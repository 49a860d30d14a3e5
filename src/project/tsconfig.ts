import type { ContextFiles } from './context.js';
import { parseJson } from './manifests/parse.js';
import { fieldAt, text } from './manifests/values.js';
import { cleanPath } from './paths.js';

const MOST_BASES = 4;

/**
 * The folder that TypeScript compiles to, by a tsconfig.json and those beside it that it extends; without `./`.
 * @returns undefined where none is written, or a file on the way cannot be read.
 */
export function tsconfigOutDir(context: ContextFiles, path: string): string | undefined {
  let at = cleanPath(path);
  for (let depth = 0; depth < MOST_BASES; depth++) {
    const source = context.read(at);
    const parsed = source === undefined ? undefined : parseJson(source, { comments: true });
    if (parsed === undefined || !('value' in parsed)) return undefined;
    const found = text(fieldAt(parsed.value, 'compilerOptions', 'outDir'));
    if (found !== undefined) return cleanPath(found);
    const base = text(fieldAt(parsed.value, 'extends'));
    if (at.includes('/') || base === undefined || !/^\.\/[\w.-]+$/.test(base)) return undefined;
    at = base.slice(2).replace(/(?<!\.json)$/, '.json');
  }
  return undefined;
}
