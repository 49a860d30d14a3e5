import type { Dockerfile, Instruction, Stage } from '../dockerfile/index.js';
import { mountsOf, sourceStage } from '../dockerfile/index.js';
import { expandIn, type Facts, isRoot, joinPath, resolvePath } from '../facts/index.js';
import { type Invocation, patternOf } from '../shell/index.js';
import { relationTo } from './paths.js';
import type { CacheManager } from './types.js';
import { isTool, type Run } from './uses.js';

/** The words of COPY or ADD, variables expanded where they are known; the last is the destination. */
export function copyWords(facts: Facts, instruction: Instruction): readonly (string | undefined)[] {
  const state = facts.before(instruction)!;
  const words =
    instruction.json?.map(({ value }) => value) ??
    instruction.logical.text.slice(instruction.args.start, instruction.args.end).split(/\s+/);
  return words.map((word) => {
    const { value, overridable } = expandIn(state, word, facts.file);
    return overridable ? undefined : value;
  });
}

/** Rule R2: nothing takes a mounted folder, or something in it, out of these stages. */
export function copiedOut(
  facts: Facts,
  manager: Pick<CacheManager, 'needed'>,
  tree: readonly Stage[],
  folders: readonly string[],
): string | undefined {
  const { file } = facts;
  const bad = (path: string): boolean =>
    folders.some((folder) => {
      const relation = relationTo(joinPath('/', path), folder);
      return relation === 'within' || relation === 'same' || (manager.needed && relation === 'above');
    });
  for (const { stage, instruction, from } of takersIn(file)) {
    const line = instruction.lines.first;
    if (from !== undefined) {
      if (!isIn(file, tree, stage, from)) continue;
      for (const source of copyWords(facts, instruction).slice(0, -1)) {
        if (source === undefined ? manager.needed : bad(source))
          return `line ${line} copies ${source ?? 'an unknown path'} out of this stage`;
      }
    }
    if (instruction.keyword !== 'RUN') continue;
    for (const mount of mountsOf(instruction)) {
      if (mount.from === undefined || !isIn(file, tree, stage, mount.from)) continue;
      if (bad(mount.source ?? '/')) return `line ${line} mounts ${mount.source ?? '/'} out of this stage`;
    }
  }
  return undefined;
}

/** An instruction that takes files from a stage or an image: a COPY or ADD, named in `from`, or a RUN by its mounts. */
export interface Taker {
  readonly stage: Stage;
  readonly instruction: Instruction;
  readonly from: string | undefined;
}

const takers = new WeakMap<Dockerfile, readonly Taker[]>();

/** The instructions of a file that take files from a stage or an image. */
export function takersIn(file: Dockerfile): readonly Taker[] {
  let known = takers.get(file);
  if (known === undefined) {
    known = file.stages.flatMap((stage) =>
      stage.instructions.flatMap((instruction) => {
        const { keyword, flags } = instruction;
        const copies = keyword === 'COPY' || keyword === 'ADD';
        const from = copies ? flags.find(({ name }) => name === 'from')?.value : undefined;
        const mounts = keyword === 'RUN' && mountsOf(instruction).some((mount) => mount.from !== undefined);
        return from !== undefined || mounts ? [{ stage, instruction, from }] : [];
      }),
    );
    takers.set(file, known);
  }
  return known;
}

export function isIn(file: Dockerfile, tree: readonly Stage[], user: Stage, from: string): boolean {
  const stage = sourceStage(file.stages, user, from);
  return stage !== undefined && tree.includes(stage);
}

/** Rule R4: nothing before the mount put into the folder what a later step needs. */
export function filledBefore(
  facts: Facts,
  manager: CacheManager,
  tree: readonly Stage[],
  runs: readonly Run[],
  folders: readonly string[],
  first: number,
): string | undefined {
  const meets = (path: string): boolean =>
    folders.some((folder) => ['within', 'same'].includes(relationTo(path, folder)));
  for (const stage of tree) {
    for (const instruction of stage.instructions) {
      const copies = instruction.keyword === 'COPY' || instruction.keyword === 'ADD';
      if (!copies) continue;
      const target = copyWords(facts, instruction).at(-1);
      const path =
        target === undefined
          ? undefined
          : resolvePath(target, { cwd: facts.before(instruction)!.workdir, home: undefined });
      if (path !== undefined && meets(path))
        return `line ${instruction.lines.first} copies files into ${path}, which the mount would hide`;
    }
  }
  for (const run of runs) {
    if (run.instruction.index >= first) continue;
    const word = foreignWord((invocation) => isTool(manager, invocation), run, folders);
    if (word !== undefined)
      return `line ${run.instruction.lines.first} puts something into ${word}, which the mount would hide`;
  }
  return undefined;
}

/** Rule R1 for commands of other tools: none after the mount uses the folder by name, but to remove it. */
export function usedLater(
  manager: CacheManager,
  runs: readonly Run[],
  folders: readonly string[],
  members: ReadonlySet<Run>,
  first: number,
): string | undefined {
  for (const run of runs) {
    if (run.instruction.index <= first || members.has(run)) continue;
    const word = foreignWord((invocation) => isTool(manager, invocation), run, folders);
    if (word !== undefined) return `line ${run.instruction.lines.first} uses ${word}, which would then be empty`;
  }
  return undefined;
}

/** Why a clean-up would be noticed: other stages or later steps take files out of one of the folders. */
export function readElsewhere(
  facts: Facts,
  heirs: readonly Stage[],
  later: readonly Run[],
  folders: readonly string[],
): string | undefined {
  const copied = copiedOut(facts, {}, heirs, folders);
  if (copied !== undefined) return copied;
  for (const run of later) {
    const word = foreignWord(() => false, run, folders);
    if (word !== undefined) return `line ${run.instruction.lines.first} uses ${word}, which would then be empty`;
  }
  return undefined;
}

/** No loss to a folder that is empty; but what a mount's clean-up no longer removes, a user without rights cannot. */
const HARMLESS = new Set(['rm', 'mkdir', 'chmod', 'chown', 'echo', 'printf', 'rmdir']);
/** Programs that take whole folders elsewhere. */
const CARRIERS = new Set(['cp', 'mv', 'tar', 'rsync', 'zip']);

/** The word by which a command, but for a manager's own, uses one of the folders or something in it. */
function foreignWord(
  own: (invocation: Invocation) => boolean,
  run: Run,
  folders: readonly string[],
): string | undefined {
  for (const { invocation, place } of run.uses) {
    const { tool = '', args, command } = invocation;
    const harmless = HARMLESS.has(tool) && command.redirects.length === 0 && isRoot(run.state) !== false;
    if (own(invocation) || harmless) continue;
    for (const word of [...args, ...command.redirects.flatMap(({ target }) => target ?? [])]) {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined || pattern.startsWith('-') ? undefined : resolvePath(pattern, place);
      if (path === undefined) continue;
      const meets = folders.some((folder) => {
        const relation = relationTo(path, folder);
        return relation === 'within' || relation === 'same' || (relation === 'above' && CARRIERS.has(tool));
      });
      if (meets) return word.text;
    }
  }
  return undefined;
}
