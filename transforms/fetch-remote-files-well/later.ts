import { mayInstallUnseen, relationTo, type Run, runsOf, takersFrom, type Use } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction, mountsOf, sourceStage, type Stage } from '../../src/dockerfile/index.js';
import { type Facts, joinPath, resolvePath } from '../../src/facts/index.js';
import { downloadsOf } from './downloads.js';
import { announcedPath, baseName, holdsName, mentions, namesFile, removes } from './spelling.js';

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
  const rest = { ...run, uses: run.uses.slice(run.uses.indexOf(last) + 1) };
  const after = runsOf(facts).filter(
    ({ stage, instruction }) => instruction.index > run.instruction.index && heirs.includes(stage),
  );
  let unseen: Run | undefined;
  const still = (reader: string | undefined): Later => ({ removal: undefined, reader, unseen });
  for (const one of [rest, ...after]) {
    const removal = one.uses.findIndex((use) => removes(use, path));
    const uses = removal < 0 ? one.uses : one.uses.slice(0, removal);
    const reader = readerIn({ ...one, uses }, path, announcedPath(path, run.state));
    // A file that is downloaded anew is another one, and its removal too.
    if (removal >= 0 && uses.some((use) => downloadsOf(use)?.includes(path) === true))
      return still(`line ${one.instruction.lines.first} downloads ${baseName(path)} again`);
    if (removal >= 0) return { removal: one, before: reader, reader: undefined, unseen };
    if (reader !== undefined) return still(reader);
    if (mayInstallUnseen(one)) unseen ??= one;
  }
  for (const stage of facts.file.stages)
    for (const instruction of stage.instructions) {
      const reader = readReason(facts, run, heirs, stage, instruction, path);
      if (reader !== undefined) return still(reader);
    }
  return still(undefined);
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
function withWholeCopies({ file }: Facts, heirs: readonly Stage[]): readonly Stage[] {
  const all = new Set(heirs);
  // A set that grows is walked to its end.
  for (const stage of all)
    for (const taker of takersFrom(file, [stage]))
      if (taker.mount === undefined && takesAll(taker.instruction)) all.add(taker.stage);
  return [...all];
}

function takesAll(instruction: Instruction): boolean {
  const words = instruction.json?.map(({ value }) => value) ?? argumentText(instruction).split(/\s+/);
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
  heirs: readonly Stage[],
  stage: Stage,
  instruction: Instruction,
  path: string,
): string | undefined {
  const { stages } = facts.file;
  const line = instruction.lines.first;
  const isHeir = (from: string | undefined): boolean => {
    const source = from === undefined ? undefined : sourceStage(stages, stage, from);
    return source !== undefined && heirs.includes(source);
  };
  if (isHeir(instruction.flags.find(({ name }) => name === 'from')?.value)) {
    if (takesAll(instruction)) return undefined;
    const words = instruction.json?.map(({ value }) => value) ?? argumentText(instruction).split(/\s+/);
    const taken = words
      .slice(0, -1)
      .some((word) => relationTo(joinPath('/', word), path) !== 'none' || /\$/.test(word));
    if (taken) return `line ${line} copies ${words[0] ?? 'files'} out of this stage`;
  }
  if (instruction.keyword === 'RUN' && mountsOf(instruction).some(({ from }) => isHeir(from)))
    return `line ${line} mounts this stage`;
  if (!heirs.includes(stage) || instruction.index <= run.instruction.index) return undefined;
  if (instruction.keyword === 'RUN') return undefined;
  if (holdsName(argumentText(instruction), baseName(path))) return `line ${line} names ${baseName(path)}`;
  return namesItsFolder(facts, instruction, path) ? `line ${line} names its folder` : undefined;
}

/** Whether what the container starts is given the folder of a file, as a server is, or one above it. */
function namesItsFolder(facts: Facts, instruction: Instruction, path: string): boolean {
  if (!/^(?:CMD|ENTRYPOINT)$/.test(instruction.keyword)) return false;
  const cwd = facts.before(instruction)?.workdir;
  const words = instruction.json?.map(({ value }) => value) ?? argumentText(instruction).split(/\s+/);
  return words.slice(1).some((word) => {
    const folder = resolvePath(word.replace(/^--?[\w-]+=|["']/g, ''), { cwd, home: undefined });
    return folder !== undefined && folder !== '/' && /[/.]/.test(word) && relationTo(folder, path) === 'above';
  });
}
