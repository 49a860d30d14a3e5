import type { Instruction, Stage } from '../dockerfile/index.js';
import { copyWords, type Facts } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import { patternOf } from '../shell/index.js';
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

/** The line of these stages that writes such a configuration file, with what it says. */
export function configuredBy(
  facts: Facts,
  manager: CacheManager,
  stages: readonly Stage[],
  runs: readonly Run[],
): string | undefined {
  for (const { instruction, path } of writtenFiles(facts, stages, runs)) {
    const named = manager.configFiles?.filter(({ name }) => name.test(path)) ?? [];
    if (named.length === 0) continue;
    const text = facts.file.slice(instruction.span).replaceAll('\\n', '\n');
    // In an instruction a setting may begin behind a quote.
    const says = ({ source, flags }: RegExp): boolean =>
      new RegExp(source.replace(/^\^(\\s\*)?/, '(?<![\\w-])'), flags).test(text);
    if (named.some(({ setting }) => says(setting))) return `line ${instruction.lines.first} writes ${path}, which`;
  }
  return undefined;
}

/** The files that commands and here-documents of these stages name, and so may write. */
function* writtenFiles(
  facts: Facts,
  stages: readonly Stage[],
  runs: readonly Run[],
): Iterable<{ readonly instruction: Instruction; readonly path: string }> {
  for (const { instruction, uses } of runs) {
    for (const { invocation, place } of uses) {
      const targets = invocation.command.redirects.flatMap(({ target }) => target ?? []);
      for (const word of [...invocation.args, ...targets]) {
        const path = patternOf(word, place.lookup);
        if (path !== undefined) yield { instruction, path };
      }
    }
  }
  for (const instruction of stages.flatMap((stage) => stage.instructions)) {
    if (instruction.heredocs.length === 0 || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD'))
      continue;
    const path = copyWords(facts, instruction).at(-1);
    if (path !== undefined) yield { instruction, path };
  }
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
