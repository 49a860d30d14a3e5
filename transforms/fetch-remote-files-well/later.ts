import { mayInstallUnseen, type Run, type Use } from '../../src/cache-mounts/index.js';
import {
  argumentText,
  type Dockerfile,
  type Instruction,
  mountsOf,
  sourceStage,
  type Stage,
} from '../../src/dockerfile/index.js';
import { type Facts, joinPath, resolvePath } from '../../src/facts/index.js';
import { relationTo } from '../../src/cache-mounts/index.js';
import { downloadsOf } from './downloads.js';
import { announcedPath, baseName, holdsName, mentions, namesFile, removes } from './spelling.js';

/** What comes after a file was used for the last time, as far as the file is concerned. */
export interface Later {
  /** A step that removes the file anyway. */
  readonly removal: Run | undefined;
  /** Why something may still want the file. */
  readonly reader: string | undefined;
  /** A step whose code is not seen. */
  readonly unseen: Run | undefined;
}

/** Programs that take folders with all that is in them. */
const TAKES_FOLDERS = /^(cp|mv|rsync|tar|zip|install|ln|scp|cpio|dd)$/;

/** Looks through what follows a command of a RUN: the rest of the RUN, later steps of all images built on it, and copies out of them. */
export function lookLater(facts: Facts, runs: readonly Run[], run: Run, last: Use, path: string): Later {
  const heirs = withWholeCopies(facts, facts.heirs(run.stage));
  const rest = { ...run, uses: run.uses.slice(run.uses.indexOf(last) + 1) };
  const after = runs.filter(
    ({ stage, instruction }) => heirs.includes(stage) && instruction.index > run.instruction.index,
  );
  const likely = announcedPath(path, run.state);
  let reader: string | undefined;
  let unseen: Run | undefined;
  for (const one of [rest, ...after]) {
    const line = one.instruction.lines.first;
    const removal = one.uses.findIndex((use) => removes(use, path));
    // A file that is downloaded anew is another one, and its removal too.
    if (one.uses.slice(0, Math.max(removal, 0)).some((use) => downloadsOf(use)?.includes(path) === true))
      reader ??= `line ${line} downloads ${baseName(path)} again`;
    if (removal >= 0 && reader === undefined) return { removal: one, reader, unseen };
    const user = one.uses.find((use) => usesFile(use, path));
    if (user !== undefined) reader ??= `line ${line} uses ${baseName(path)} again`;
    if (one.uses.some((use) => likely !== path && (usesFile(use, likely) || removes(use, likely))))
      reader ??= `line ${line} uses ${baseName(likely)}, which it is unless a build argument says otherwise`;
    if (one.opaque !== undefined && holdsName(argumentText(one.instruction), baseName(path)))
      reader ??= `line ${line} may use ${baseName(path)} again`;
    if (mayInstallUnseen(one)) unseen ??= one;
  }
  for (const stage of facts.file.stages)
    for (const instruction of stage.instructions) reader ??= readReason(facts, run, heirs, stage, instruction, path);
  return { removal: undefined, reader, unseen };
}

/** Stages, and those that begin with all their files: `COPY --from=build / /`. */
function withWholeCopies({ file }: Facts, heirs: readonly Stage[]): readonly Stage[] {
  const all = [...heirs];
  for (const stage of file.stages)
    if (!all.includes(stage) && stage.instructions.some((instruction) => copiesWhole(file, all, stage, instruction)))
      all.push(stage);
  return all;
}

function copiesWhole({ stages }: Dockerfile, all: readonly Stage[], user: Stage, instruction: Instruction): boolean {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  const source = from === undefined ? undefined : sourceStage(stages, user, from);
  if (source === undefined || !all.includes(source)) return false;
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
  if (copiesWhole(facts.file, heirs, stage, instruction)) return undefined;
  if (isHeir(instruction.flags.find(({ name }) => name === 'from')?.value)) {
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
