import { relationTo, type Run } from '../../src/cache-mounts/index.js';
import { resolvePath } from '../../src/facts/index.js';
import { patternOf, type ShellNode, type ShellWord } from '../../src/shell/index.js';
import { CACHE } from './apk-index.js';

/** What removes the index at the end of a RUN: whole commands, and words of those that remove more. */
export interface Removals {
  readonly commands: readonly ShellNode[];
  readonly words: readonly ShellWord[];
}

/**
 * The removals of what apk leaves in its folder, in the RUN's uses after number `from`; undefined when there are none, or
 * when one of them takes the folder itself or more than the folder.
 */
export function removalsOf({ uses }: Run, from: number): Removals | undefined {
  const commands: ShellNode[] = [];
  const words: ShellWord[] = [];
  for (const { invocation, place, script } of uses.slice(from + 1)) {
    if (invocation.tool !== 'rm' && invocation.tool !== 'find') continue;
    const found = invocation.operands.map((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined ? undefined : resolvePath(pattern, place);
      return { word, relation: path === undefined ? 'none' : relationTo(path, CACHE) };
    });
    const named = found.filter(({ relation }) => relation !== 'none');
    if (named.length === 0) continue;
    const forced = invocation.options.some(({ name }) => name === '-f' || name === '--force');
    if (invocation.tool !== 'rm' || script === undefined || !forced) return undefined;
    if (named.some(({ relation }) => relation !== 'within')) return undefined;
    if (named.length === found.length) commands.push(invocation.command);
    else words.push(...named.map(({ word }) => word));
  }
  return commands.length + words.length === 0 ? undefined : { commands, words };
}
