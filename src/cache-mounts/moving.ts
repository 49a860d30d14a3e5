import type { Instruction, Stage } from '../dockerfile/index.js';
import { copyWords, type Facts } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import { patternOf } from '../shell/index.js';
import type { CacheManager } from './types.js';
import { isTool, type Run, usage, type Use } from './uses.js';

/** What moves a cache folder for good, or turns the cache off: configuration files, and commands that write them. */

/** The first configuration file of the project that says where the cache is, or that there is none. */
export function configuredIn(
  manager: Pick<CacheManager, 'configFiles'>,
  { context }: ProjectFacts,
): string | undefined {
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
  const { configFiles } = manager;
  if (configFiles === undefined) return undefined;
  for (const { instruction, path } of writtenFiles(facts, stages, runs)) {
    if (!configFiles.some(({ name }) => name.test(path))) continue;
    const named = configFiles.filter(({ name }) => name.test(path));
    const text = facts.file.slice(instruction.span).replaceAll('\\n', '\n');
    // In an instruction a setting may begin behind a quote.
    const says = ({ source, flags }: RegExp): boolean =>
      new RegExp(source.replace(/^\^(\\s\*)?/, '(?<![\\w-])'), flags).test(text);
    if (named.some(({ setting }) => says(setting))) return `line ${instruction.lines.first} writes ${path}, which`;
  }
  return undefined;
}

/** A file that an instruction names, and so may write. */
interface Written {
  readonly instruction: Instruction;
  readonly path: string;
}

const written = new WeakMap<readonly Run[], readonly Written[]>();

/** The files that commands and here-documents of a tree of stages name. */
function writtenFiles(facts: Facts, stages: readonly Stage[], runs: readonly Run[]): readonly Written[] {
  let known = written.get(runs);
  if (known === undefined) written.set(runs, (known = readWritten(facts, stages, runs)));
  return known;
}

function readWritten(facts: Facts, stages: readonly Stage[], runs: readonly Run[]): readonly Written[] {
  const found: Written[] = [];
  const add = (instruction: Instruction, path: string | undefined): void => {
    if (path !== undefined) found.push({ instruction, path });
  };
  for (const { instruction, uses } of runs) {
    for (const { invocation, place } of uses) {
      for (const word of invocation.args) add(instruction, patternOf(word, place.lookup));
      for (const { target } of invocation.command.redirects)
        if (target !== undefined) add(instruction, patternOf(target, place.lookup));
    }
  }
  for (const { instructions } of stages) {
    for (const instruction of instructions) {
      if (instruction.heredocs.length === 0 || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD'))
        continue;
      add(instruction, copyWords(facts, instruction).at(-1));
    }
  }
  return found;
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
