import type { Instruction, Stage } from '../dockerfile/index.js';
import { copyWords, type Facts, joinPath, resolvePath } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import { isHarmless, wordMeeting } from './guards.js';
import { relationTo } from './paths.js';
import type { CacheManager } from './types.js';
import { isTool, type Run } from './uses.js';

/** Rule R4: nothing in these stages puts into a folder what a step needs from it. */
export function filledBefore(
  { facts, project }: { readonly facts: Facts; readonly project: ProjectFacts | undefined },
  manager: CacheManager,
  tree: readonly Stage[],
  runs: readonly Run[],
  folders: readonly string[],
  first: number,
): string | undefined {
  for (const stage of tree) {
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') continue;
      const target = copyWords(facts, instruction).at(-1);
      const { workdir } = facts.before(instruction)!;
      const path = target === undefined ? undefined : resolvePath(target, { cwd: workdir, home: undefined });
      if (path === undefined) continue;
      const isKnown = project !== undefined && !instruction.flags.some(({ name }) => name === 'from');
      const filled = folders.some((folder) => {
        const relation = relationTo(path, folder);
        if (relation !== 'above') return relation !== 'none';
        return (manager.needed === true || isKnown) && brings(facts, project, instruction, path, folder);
      });
      if (filled) return `line ${instruction.lines.first} copies files into ${path}, which the mount would hide`;
    }
  }
  for (const run of runs) {
    if (run.instruction.index >= first) continue;
    const word = wordMeeting(
      run,
      (invocation) => isTool(manager, invocation) || isHarmless(run, invocation),
      (path, word, { target }) =>
        folders.some((folder) => {
          const relation = relationTo(path, folder);
          if (relation !== 'above') return relation !== 'none';
          return manager.needed === true && word === target && isAround(path, folder);
        }),
    );
    if (word !== undefined)
      return `line ${run.instruction.lines.first} puts something into ${word}, which the mount would hide`;
  }
  return undefined;
}

/**
 * Whether a COPY to a folder above a cache brings a cache along: one from the context when the project has such files, or
 * is not known and the folder is the one around the cache; one from elsewhere also when it takes that folder as a whole.
 */
function brings(
  facts: Facts,
  project: ProjectFacts | undefined,
  instruction: Instruction,
  target: string,
  folder: string,
): boolean {
  const from = instruction.flags.find(({ name }) => name === 'from');
  const below = folder.slice(joinPath('/', target).length);
  return copyWords(facts, instruction)
    .slice(0, -1)
    .some((source) => {
      if (source === undefined) return true;
      if (from !== undefined && joinPath('/', source) === joinPath('/', target)) return true;
      if (isFile(instruction.keyword, source)) return false;
      if (from !== undefined || project === undefined) return isAround(target, folder);
      const prefix = joinPath(joinPath('/', source), `./${below}`);
      return project.context.paths.some((path) => `/${path}`.startsWith(`${prefix}/`));
    });
}

/** Whether a folder, but for the root, is the one that a cache lies in. */
function isAround(target: string, folder: string): boolean {
  return target !== '/' && joinPath('/', target) === joinPath(folder, '..');
}

/** Whether a source is one file by its name, and no archive that ADD would unpack. */
function isFile(keyword: string, source: string): boolean {
  const name = source.slice(source.lastIndexOf('/') + 1);
  return /^[^.].*\.\w+$/.test(name) && !(keyword === 'ADD' && /\.(tar(\.\w+)?|t[bgx]z2?)$/.test(name));
}
