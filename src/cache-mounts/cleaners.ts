import { resolvePath } from '../facts/index.js';
import { type Invocation, patternOf, type ShellNode, type ShellWord } from '../shell/index.js';
import type { PlacedFolder } from './folders.js';
import { namesPackage } from './guards.js';
import { relationTo } from './paths.js';
import type { CacheManager } from './types.js';
import { isTool, type Run, usage, type Use } from './uses.js';

/** What must go from a RUN body when its cache is mounted, or why the RUN must be left alone. */
export type Cleanup = { readonly commands: readonly ShellNode[]; readonly words: readonly ShellWord[] } | string;

const RECURSIVE = new Set(['rm', 'chown', 'chmod', 'chgrp', 'mv', 'find', 'rmdir', 'unlink', 'shred', 'rsync']);

/**
 * Finds the clean-ups of mounted folders (`rm -rf` below them, the manager's own cleaner) and everything else in the RUN
 * that names them: that makes the RUN one to leave alone.
 */
export function findCleanup(manager: CacheManager, run: Run, folders: readonly PlacedFolder[]): Cleanup {
  const commands: ShellNode[] = [];
  const words: ShellWord[] = [];
  for (const use of run.uses) {
    const { invocation } = use;
    if (isTool(manager, invocation)) {
      const text = usage(invocation);
      if (manager.configures?.test(text)) return `${invocation.tool!} ${text} may move the cache`;
      if (!manager.cleaners?.test(text)) continue;
      const name = `${invocation.tool!} ${invocation.subcommand}`;
      if (use.script === undefined) return `${name} would empty the mounted cache, and JSON form is not edited`;
      commands.push(invocation.command);
      continue;
    }
    const unseen = unseenCleaner(invocation);
    if (unseen !== undefined) return `${unseen} may empty the mounted cache`;
    const found = namedFolders(use, folders);
    if (typeof found === 'string') return found;
    if (found.length === 0) continue;
    if (manager.handlesCopies === true && invocation.tool !== 'rm') continue;
    const named = invocation.operands.filter((word) => !word.text.startsWith('-'));
    const operands = named.filter((word) => found.includes(word));
    if (invocation.tool !== 'rm' || operands.length !== found.length) {
      return `${invocation.tool ?? 'a command'} uses ${found[0]!.text}, which the mount would hide`;
    }
    if (use.script === undefined)
      return `rm ${operands[0]!.text} would empty the mounted cache, and JSON form is not edited`;
    if (operands.length === named.length) commands.push(invocation.command);
    else words.push(...operands);
  }
  return { commands, words };
}

/** The name of a program or script that cleans up, by its name: what it empties is not seen. */
function unseenCleaner({ tool, use, operands }: Invocation): string | undefined {
  const name = use?.operands === 'script' ? operands[0]?.value : tool;
  return name !== undefined && /(^|[^a-z])clean/i.test(name.slice(name.lastIndexOf('/') + 1)) ? name : undefined;
}

/** The words of a command that name a folder or something in it; a reason when one names more than that. */
function namedFolders(use: Use, folders: readonly PlacedFolder[]): readonly ShellWord[] | string {
  const { invocation, place } = use;
  const found: ShellWord[] = [];
  const tests = invocation.tool === 'find' ? findTests(invocation.args) : [];
  for (const word of [...invocation.args, ...invocation.command.redirects.flatMap(({ target }) => target ?? [])]) {
    const pattern = patternOf(word, place.lookup);
    if (pattern === undefined || pattern.startsWith('-') || namesPackage(invocation, word)) continue;
    const path = resolvePath(pattern, place);
    if (path === undefined) continue;
    for (const { path: folder, aliases } of folders) {
      const relation = aliases?.includes(path) === true ? 'same' : relationTo(path, folder);
      if (relation === 'within' || relation === 'same') found.push(word);
      else if (relation === 'above' && !tests.includes(word) && deletesBelow(use)) {
        return `${invocation.tool!} works on ${word.text}, and so on the mounted ${folder}`;
      }
    }
  }
  return [...new Set(found)];
}

/** The arguments of `find` after the folders that it searches: names to compare with, not paths. */
function findTests(args: readonly ShellWord[]): readonly ShellWord[] {
  const first = args.findIndex(({ text }) => /^(-[^HLPDO]|\\?[(!])/.test(text));
  return first < 0 ? [] : args.slice(first);
}

function deletesBelow({ invocation }: Use): boolean {
  if (!RECURSIVE.has(invocation.tool ?? '')) return false;
  if (invocation.tool === 'mv' || invocation.tool === 'rsync') return true;
  if (invocation.tool === 'find')
    return invocation.args.some(({ value }) => value === '-delete' || value === '-exec' || value === '-execdir');
  return invocation.args.some(
    ({ value }) => value !== undefined && (/^-[a-zA-Z]*[rR]/.test(value) || value === '--recursive'),
  );
}
