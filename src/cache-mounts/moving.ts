import type { ProjectFacts } from '../project/project.js';
import type { CacheManager } from './types.js';
import { isTool, type Run, usage, type Use } from './uses.js';

/** What moves a cache folder for good, or turns the cache off: configuration files, and commands that write them. */

/** The first configuration file of the project that says where the cache is, or that there is none. */
export function configuredIn(manager: CacheManager, { context }: ProjectFacts): string | undefined {
  for (const { name, setting } of manager.configFiles ?? []) {
    const found = context.paths.find(
      (path) => name.test(path) && !path.includes('node_modules/') && setting.test(context.read(path) ?? ''),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a command tells the manager for good where its cache is (`npm config set cache`). */
function moves(manager: CacheManager, { invocation }: Use): boolean {
  return isTool(manager, invocation) && manager.configures?.test(usage(invocation)) === true;
}

/** Why the cache may lie elsewhere at a RUN: one before it, the first of all that do, moved it. */
export function movedBefore(manager: CacheManager, mover: Run | undefined, { instruction }: Run): string | undefined {
  if (mover === undefined || mover.instruction.index >= instruction.index) return undefined;
  const { invocation } = mover.uses.find((use) => moves(manager, use))!;
  return `line ${mover.instruction.lines.first} may move the ${manager.label} cache: ${invocation.tool!} ${usage(invocation)}`;
}

/** The first RUN that moves the folder for good. */
export function moverIn(manager: CacheManager, runs: readonly Run[]): Run | undefined {
  return runs.find(({ uses }) => uses.some((use) => moves(manager, use)));
}
