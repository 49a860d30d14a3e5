import type { Dockerfile, Instruction, Stage } from '../dockerfile/index.js';
import { type Mount, mountsOf, sourceStage } from '../dockerfile/index.js';
import { copyWords, type Facts, isRoot, joinPath, resolvePath } from '../facts/index.js';
import { type Invocation, patternOf, type ShellWord, wordsBehind } from '../shell/index.js';
import { onceFor } from '../once.js';
import type { FirstRun } from './later-runs.js';
import { relationTo } from './paths.js';
import type { CacheManager } from './types.js';
import { isTool, type Run } from './uses.js';

/** Rule R2: nothing takes a mounted folder, or something in it, out of these stages. */
export function copiedOut(
  facts: Facts,
  manager: Pick<CacheManager, 'needed'>,
  tree: readonly Stage[],
  folders: readonly string[],
): string | undefined {
  const bad = (path: string): boolean =>
    folders.some((folder) => {
      const relation = relationTo(joinPath('/', path), folder);
      return relation === 'within' || relation === 'same' || (manager.needed && relation === 'above');
    });
  for (const { instruction, mount } of takersFrom(facts.file, tree)) {
    const line = instruction.lines.first;
    if (mount !== undefined) {
      if (bad(mount.source ?? '/')) return `line ${line} mounts ${mount.source ?? '/'} out of this stage`;
      continue;
    }
    for (const source of copyWords(facts, instruction).slice(0, -1)) {
      if (source === undefined ? manager.needed : bad(source))
        return `line ${line} copies ${source ?? 'an unknown path'} out of this stage`;
    }
  }
  return undefined;
}

/** How files of a stage are taken elsewhere: by a COPY or ADD, or by a RUN that mounts them. */
interface Taker {
  readonly stage: Stage;
  readonly instruction: Instruction;
  readonly mount: Mount | undefined;
}

/** What takes files from one of these stages, stage by stage. */
export function takersFrom(file: Dockerfile, sources: readonly Stage[]): readonly Taker[] {
  const takers = takersByStage(file);
  return sources.flatMap((source) => takers.get(source) ?? []);
}

const takersByStage = onceFor(({ stages }: Dockerfile): ReadonlyMap<Stage, readonly Taker[]> => {
  const found = new Map<Stage, Taker[]>();
  for (const stage of stages) {
    for (const instruction of stage.instructions) {
      const add = (from: string | undefined, mount: Mount | undefined): void => {
        const source = from === undefined ? undefined : sourceStage(stages, stage, from);
        if (source === undefined) return;
        const others = found.get(source);
        if (others === undefined) found.set(source, [{ stage, instruction, mount }]);
        else others.push({ stage, instruction, mount });
      };
      if (instruction.keyword === 'RUN') for (const mount of mountsOf(instruction)) add(mount.from, mount);
      else add(instruction.flags.find(({ name }) => name === 'from')?.value, undefined);
    }
  }
  return found;
});

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
    const word = usesByName(manager, run, folders);
    if (word !== undefined) return `line ${run.instruction.lines.first} uses ${word}, which would then be empty`;
  }
  return undefined;
}

/** The word by which a RUN uses one of the folders with commands that are not the manager's, but to remove it. */
export function usesByName(manager: CacheManager, run: Run, folders: readonly string[]): string | undefined {
  return foreignWord((invocation) => isTool(manager, invocation), run, folders);
}

/** Why a clean-up would be noticed: other stages or later steps take files out of one of the folders. */
export function readElsewhere(
  facts: Facts,
  heirs: readonly Stage[],
  later: FirstRun,
  folders: readonly string[],
): string | undefined {
  const copied = copiedOut(facts, {}, heirs, folders);
  if (copied !== undefined) return copied;
  const run = later(usesOne, folders);
  return run && `line ${run.instruction.lines.first} uses ${usedWord(run, folders)!}, which would then be empty`;
}

function usedWord(run: Run, folders: readonly string[]): string | undefined {
  return foreignWord(() => false, run, folders);
}

function usesOne(run: Run, folders: readonly string[]): boolean {
  return usedWord(run, folders) !== undefined;
}

const HARMLESS = new Set(['rm', 'mkdir', 'chmod', 'chown', 'echo', 'printf', 'rmdir']);

/**
 * Whether a command loses nothing where a folder is empty: root's only, for a user without rights cannot remove what a
 * clean-up that went with the mount would have.
 */
export function isHarmless({ state }: Run, { tool = '', command }: Invocation): boolean {
  return HARMLESS.has(tool) && command.redirects.length === 0 && isRoot(state) !== false;
}

/** The word by which a command, but for a manager's own, uses one of the folders, something in it, or all around it. */
function foreignWord(
  own: (invocation: Invocation) => boolean,
  run: Run,
  folders: readonly string[],
): string | undefined {
  return wordMeeting(
    run,
    (invocation) => own(invocation) || isHarmless(run, invocation),
    (path, word, { sources }) =>
      folders.some((folder) => {
        const relation = relationTo(path, folder);
        return relation === 'within' || relation === 'same' || (relation === 'above' && sources.includes(word));
      }),
  );
}

/** The first word of a RUN by which a command names a path that meets what is looked for; some commands aside. */
export function wordMeeting(
  run: Run,
  skips: (invocation: Invocation) => boolean,
  meets: (path: string, word: ShellWord, carried: Carried) => boolean,
): string | undefined {
  for (const { invocation, words, carried } of namedPaths(run)) {
    if (words.length === 0 || skips(invocation)) continue;
    const found = words.find(({ path, word }) => meets(path, word, carried));
    if (found !== undefined) return found.word.text;
  }
  return undefined;
}

/** The words of a command that name paths. */
interface Named {
  readonly invocation: Invocation;
  readonly carried: Carried;
  readonly words: readonly { readonly path: string; readonly word: ShellWord }[];
}

const namedPaths = onceFor(({ uses }: Run): readonly Named[] =>
  uses.map(({ invocation, place }) => {
    const { command } = invocation;
    const words: { path: string; word: ShellWord }[] = [];
    const add = (word: ShellWord): void => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined || pattern.startsWith('-') ? undefined : resolvePath(pattern, place);
      if (path !== undefined) words.push({ path, word });
    };
    for (const word of wordsBehind(invocation)) if (!namesPackage(invocation, word)) add(word);
    for (const { target } of command.redirects) if (target !== undefined) add(target);
    return { invocation, carried: carriedBy(invocation), words };
  }),
);

/** Whether a word is the name of a package to install, not a path. */
export function namesPackage({ use, operands }: Invocation, word: ShellWord): boolean {
  return use?.operands === 'packages' && operands.includes(word) && !/^\.|\//.test(word.text);
}

/** What a command that takes whole folders elsewhere takes, and where it puts them. */
export interface Carried {
  readonly sources: readonly ShellWord[];
  readonly target: ShellWord | undefined;
}

function carriedBy({ tool, subcommand, operands, options, args }: Invocation): Carried {
  const valueOf = (...names: readonly string[]): ShellWord | undefined =>
    options.find(({ name }) => names.includes(name))?.valueWord;
  if (tool === 'cp' || tool === 'mv' || tool === 'rsync') {
    const target = valueOf('-t', '--target-directory');
    return target === undefined
      ? { sources: operands.slice(0, -1), target: operands.at(-1) }
      : { sources: operands, target };
  }
  if (tool === 'tar' && subcommand === '-x') return { sources: [], target: valueOf('-C', '--directory') };
  return { sources: tool === 'tar' || tool === 'zip' ? args : [], target: undefined };
}
