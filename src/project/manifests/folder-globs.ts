import { cleanPath } from '../paths.js';
import type { IgnorePattern } from '../pattern-matcher.js';
import { compilePattern } from '../pattern-matcher.js';

/** More alternatives than this from one `{a,b}` pattern are declined. */
const MAX_ALTERNATIVES = 200;

/**
 * Which folders a list of workspace globs names: `packages/*`, `apps/**`, `{a,b}/*`, `!excluded`. The last pattern that
 * matches a folder decides. Returns undefined where a pattern uses syntax beyond that.
 */
export function folderGlobs(patterns: readonly string[]): ((folder: string) => boolean) | undefined {
  const compiled: IgnorePattern[] = [];
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    const alternatives = expandBraces(negated ? pattern.slice(1) : pattern);
    if (alternatives === undefined) return undefined;
    for (const alternative of alternatives) {
      if (/[+@?!*]\(/.test(alternative)) return undefined;
      const result = compilePattern((negated ? '!' : '') + cleanPath(alternative));
      if (result !== undefined && 'why' in result) return undefined;
      if (result !== undefined) compiled.push(result);
    }
  }
  return (folder) => compiled.reduce((named, pattern) => (pattern.matches(folder) ? !pattern.negated : named), false);
}

/** `a/{b,c}` as its alternatives; undefined for too many, or braces that do not pair. */
export function expandBraces(pattern: string): readonly string[] | undefined {
  let done = [pattern];
  for (;;) {
    const next = done.flatMap((text) => {
      const group = /\{([^{}]*)\}/.exec(text);
      if (group === null) return [text];
      const [whole, inner] = group;
      return inner!
        .split(',')
        .slice(0, MAX_ALTERNATIVES + 1)
        .map((part) => text.slice(0, group.index) + part + text.slice(group.index + whole.length));
    });
    if (next.length > MAX_ALTERNATIVES) return undefined;
    if (next.every((text, index) => text === done[index])) break;
    done = next;
  }
  return done.some((text) => /[{}]/.test(text)) ? undefined : done;
}
