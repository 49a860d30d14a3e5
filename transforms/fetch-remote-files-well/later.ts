import {
  mayInstallUnseen,
  relationTo,
  type Run,
  runAt,
  runsOf,
  takersFrom,
  type Use,
} from '../../src/cache-mounts/index.js';
import {
  argumentText,
  argumentWords,
  type Instruction,
  mountsOf,
  sourceStage,
  type Stage,
} from '../../src/dockerfile/index.js';
import { type Facts, joinPath } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';
import { downloadsOf } from './downloads.js';
import { instructionsNaming } from './file-uses.js';
import { announcedPath, baseName, commandFolders, holdsName, mentions, namesFile, removes } from './spelling.js';

/** What comes after a file was used for the last time, as far as the file is concerned. */
export interface Later {
  /** A step that removes the file anyway. */
  readonly removal: Run | undefined;
  /** Why that step wants the file before it removes it. */
  readonly before?: string | undefined;
  /** Why something may still want the file. */
  readonly reader: string | undefined;
  /** A step whose code is not seen. */
  readonly unseen: Run | undefined;
}

/** Programs that take folders with all that is in them. */
const TAKES_FOLDERS = /^(cp|mv|rsync|tar|zip|install|ln|scp|cpio|dd)$/;

/** Looks through what follows a command of a RUN: the rest of the RUN, later steps of all images built on it, and copies out of them. */
export function lookLater(facts: Facts, run: Run, last: Use, path: string): Later {
  const heirs = withWholeCopies(facts, facts.heirs(run.stage));
  const likely = announcedPath(path, run.state);
  const rest = { ...run, uses: run.uses.slice(run.uses.indexOf(last) + 1) };
  const named = instructionsNaming(facts, [path, likely]);
  const unseen = mayInstallUnseen(rest) ? run : nextUnseen(facts, run, heirs);
  const later = named.flatMap((one) => (one.index > run.instruction.index ? (runAt(facts, one) ?? []) : []));
  for (const one of [rest, ...later.filter(({ stage }) => heirs.has(stage))]) {
    const removal = one.uses.findIndex((use) => removes(use, path));
    const uses = removal < 0 ? one.uses : one.uses.slice(0, removal);
    const reader = readerIn({ ...one, uses }, path, likely);
    const found = unseen !== undefined && unseen.instruction.index < one.instruction.index ? unseen : undefined;
    // A file that is downloaded anew is another one, and its removal too.
    if (removal >= 0 && uses.some((use) => downloadsOf(use)?.includes(path) === true)) {
      const again = `line ${one.instruction.lines.first} downloads ${baseName(path)} again`;
      return { removal: undefined, reader: again, unseen: found };
    }
    if (removal >= 0) return { removal: one, before: reader, reader: undefined, unseen: found };
    if (reader !== undefined) return { removal: undefined, reader, unseen: found };
  }
  const takers = takersFrom(facts.file, [...heirs]).map(({ instruction }) => instruction);
  for (const instruction of [...new Set([...takers, ...named])].sort((a, b) => a.index - b.index)) {
    const reader = readReason(facts, run, heirs, instruction, path);
    if (reader !== undefined) return { removal: undefined, reader, unseen };
  }
  return { removal: undefined, reader: undefined, unseen };
}

const unseenRuns = onceFor((facts: Facts) => runsOf(facts).filter(mayInstallUnseen));

/** The next step of any of the stages whose code is not seen. */
function nextUnseen(facts: Facts, run: Run, stages: ReadonlySet<Stage>): Run | undefined {
  return unseenRuns(facts).find(
    ({ stage, instruction }) => instruction.index > run.instruction.index && stages.has(stage),
  );
}

/**
 * How a RUN uses a file, or may.
 * @param likely its path unless a build argument says otherwise
 */
function readerIn({ instruction, uses, opaque }: Run, path: string, likely: string): string | undefined {
  const line = `line ${instruction.lines.first}`;
  if (uses.some((use) => usesFile(use, path))) return `${line} uses ${baseName(path)} again`;
  if (likely !== path && uses.some((use) => usesFile(use, likely) || removes(use, likely)))
    return `${line} uses ${baseName(likely)}, which it is unless a build argument says otherwise`;
  return opaque !== undefined && holdsName(argumentText(instruction), baseName(path))
    ? `${line} may use ${baseName(path)} again`
    : undefined;
}

/** Stages, and those that begin with all their files: `COPY --from=build / /`. */
function withWholeCopies({ file }: Facts, heirs: readonly Stage[]): ReadonlySet<Stage> {
  const all = new Set(heirs);
  // A set that grows is walked to its end.
  for (const stage of all)
    for (const taker of takersFrom(file, [stage]))
      if (taker.mount === undefined && takesAll(taker.instruction)) all.add(taker.stage);
  return all;
}

function takesAll(instruction: Instruction): boolean {
  const words = argumentWords(instruction);
  return words.join(' ') === '/ /';
}

function usesFile(use: Use, path: string): boolean {
  if (mentions(use, path)) return true;
  const relation = namesFile(use, path);
  return relation === 'same' || (relation === 'above' && TAKES_FOLDERS.test(use.invocation.tool ?? ''));
}

/** Copies out of the stage, mounts of it, and what the image runs. */
function readReason(
  facts: Facts,
  run: Run,
  heirs: ReadonlySet<Stage>,
  instruction: Instruction,
  path: string,
): string | undefined {
  const { stages } = facts.file;
  const stage = facts.file.stageOf(instruction);
  if (stage === undefined) return undefined;
  const line = instruction.lines.first;
  const isHeir = (from: string | undefined): boolean => {
    const source = from === undefined ? undefined : sourceStage(stages, stage, from);
    return source !== undefined && heirs.has(source);
  };
  if (isHeir(instruction.flags.find(({ name }) => name === 'from')?.value)) {
    if (takesAll(instruction)) return undefined;
    const words = argumentWords(instruction);
    const taken = words
      .slice(0, -1)
      .some((word) => relationTo(joinPath('/', word), path) !== 'none' || /\$/.test(word));
    if (taken) return `line ${line} copies ${words[0] ?? 'files'} out of this stage`;
  }
  if (instruction.keyword === 'RUN' && mountsOf(instruction).some(({ from }) => isHeir(from)))
    return `line ${line} mounts this stage`;
  if (!heirs.has(stage) || instruction.index <= run.instruction.index) return undefined;
  if (instruction.keyword === 'RUN') return undefined;
  if (holdsName(argumentText(instruction), baseName(path))) return `line ${line} names ${baseName(path)}`;
  const isNear = commandFolders(facts, instruction).some((folder) => relationTo(folder, path) === 'above');
  return isNear ? `line ${line} names its folder` : undefined;
}
