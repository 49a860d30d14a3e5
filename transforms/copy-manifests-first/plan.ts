import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { type Facts, globsMeet, isWithin, pathsMeet } from '../../src/facts/index.js';
import { type ContextCopy, readCopy, workdirs } from './copies.js';
import { isSystem } from './commands.js';
import type { Download } from './managers/types.js';
import { changesWords, downloaded, isNeutral, targetOf, worksBefore } from './neighbours.js';
import { type Blocked, imagePaths, type Install, type RunScan, scanRun } from './scan-run.js';
import { keptOut, type View } from './view.js';

/** One rewrite of a stage: COPYs that come after an install, but for the files that it reads. */
export interface Plan {
  /** COPYs that go below the install, in order. */
  readonly deferred: readonly ContextCopy[];
  /** Image paths that the installs read. */
  readonly needed: ReadonlySet<string>;
  /** Those of them that other COPYs bring, which stay. */
  readonly brought: ReadonlySet<string>;
  readonly installs: readonly Install[];
  /** The instruction that the COPYs go below; with `split`, the part of it before the command goes first. */
  readonly after: Instruction;
  readonly split: { readonly scan: RunScan; readonly blocked: Blocked } | undefined;
  /** A step to be added before the source, for the RUN `before`. In place: the COPYs stay where they are, below it. */
  readonly download: { readonly step: Download; readonly before: Instruction; readonly inPlace: boolean } | undefined;
}

export interface Refusal {
  readonly reason: string;
  readonly at: Instruction;
}

interface Accepted {
  readonly instruction: Instruction;
  readonly scan: RunScan;
}

/** What a walk over a stage has seen since it last met something that needs the source. */
interface Segment {
  readonly copies: ContextCopy[];
  /** COPYs that may not come later, and why. */
  readonly stuck: Map<ContextCopy, string>;
  readonly accepted: Accepted[];
}

/** What is known where a segment ends. */
interface Walked {
  /** Folders that WORKDIR makes. */
  readonly homes: ReadonlySet<string>;
  readonly present: ReadonlyMap<string, string>;
  readonly segment: Segment;
}

/** Walks a stage from its first COPY of context files to its end, and cuts it where something needs the source. */
export function planStage(
  facts: Facts,
  stage: Stage,
  view: View,
): { readonly plans: readonly Plan[]; readonly declines: readonly Refusal[] } {
  const homes = workdirs(facts, stage);
  const present = new Map<string, string>();
  const folders = new Set(homes);
  const declines: Refusal[] = [];
  const plans: Plan[] = [];
  let segment: Segment = { copies: [], stuck: new Map(), accepted: [] };
  /** Why COPYs further up must stay where they are. */
  let held: { readonly reason: string; readonly line: number; readonly copies: readonly ContextCopy[] } | undefined;

  const close = (reason: string, at: Instruction, blocked?: { scan: RunScan; blocked: Blocked }): void => {
    const found = planSegment(facts, stage, view, { homes, present, segment }, at, blocked);
    if (found !== undefined && 'deferred' in found) plans.push(found);
    else if (found !== undefined) declines.push(found);
    else if (segment.copies.length > 0)
      held = {
        reason: `line ${at.lines.first}: ${reason}`,
        line: at.lines.first,
        copies: [...(held?.copies ?? []), ...segment.copies],
      };
    segment = { copies: [], stuck: new Map(), accepted: [] };
  };

  for (const instruction of stage.instructions.slice(1)) {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const copy = readCopy(facts, instruction, view.visible, (path) => folders.has(path));
      if (typeof copy === 'string') close(copy, instruction);
      else if (copy === undefined) noteOverwriting(facts, instruction, segment, view);
      else {
        if (isBroad(copy) && [...copy.files.keys()].some((path) => isSystem(path, homes)))
          segment.stuck.set(copy, `line ${instruction.lines.first} copies to where programs look for what they load`);
        segment.copies.push(copy);
        for (const [path, from] of copy.files) {
          present.set(path, from);
          for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
            folders.add(path.slice(0, at));
        }
      }
    } else if (instruction.keyword === 'RUN') {
      if (segment.copies.length === 0 && held === undefined) continue;
      const open = segment.copies.map(({ target, files, folders: whole }) => {
        return { target, paths: [...files.keys()], folders: whole.map(({ to }) => to), complete: !view.lone };
      });
      const system = open.flatMap(({ paths }) => paths.filter((path) => isSystem(path, homes)));
      const scan = scanRun(
        { facts, project: view.project, present, open, ignored: view.ignored, image: facts.rootImage(stage), system },
        instruction,
      );
      if (scan.blocked !== undefined) close(scan.blocked.reason, instruction, { scan, blocked: scan.blocked });
      else segment.accepted.push({ instruction, scan });
      const waits = held?.copies.some((copy) => isBroad(copy) && !isRead(copy, scan.needed)) ?? false;
      if (scan.installs.length > 0 && waits && plans.length === 0 && held!.line !== instruction.lines.first)
        declines.push({ reason: held!.reason, at: instruction });
    } else if (segment.copies.length > 0 && (!isNeutral(instruction) || changesWords(instruction, segment.copies)))
      close(`${instruction.keyword} stands between`, instruction);
  }
  if (segment.copies.length > 0) close('the stage ends', stage.instructions.at(-1)!);
  return { plans, declines };
}

/** A COPY of a folder, of which more files than an install reads may be expected. */
function isBroad({ folders }: ContextCopy): boolean {
  return folders.length > 0;
}

function isRead({ files }: ContextCopy, needed: ReadonlySet<string>): boolean {
  return [...files.keys()].every((path) => needed.has(path));
}

/** COPYs that a COPY from elsewhere writes over must stay above it, unless the context never has what it brings. */
function noteOverwriting(facts: Facts, instruction: Instruction, { copies, stuck }: Segment, view: View): void {
  const target = targetOf(facts, instruction);
  for (const copy of copies) {
    const hits = target === undefined || [...copy.files.keys()].some((path) => globsMeet(target, path));
    const below = copy.folders.filter(({ to }) => target !== undefined && globsMeet(target, to));
    const kept = below.every(({ from, to }) => {
      const rest = target!.slice(to === '/' ? 1 : to.length + 1);
      return target!.length > to.length && keptOut(view, from === '' ? rest : `${from}/${rest}`);
    });
    if (hits || !kept)
      stuck.set(
        copy,
        `line ${instruction.lines.first} puts files among those that line ${copy.instruction.lines.first} copies`,
      );
  }
}

/** The rewrite for a stretch of a stage that ends at `at`, or why there is none though one is wanted. */
function planSegment(
  facts: Facts,
  stage: Stage,
  view: View,
  { homes, present, segment }: Walked,
  at: Instruction,
  blocked: { scan: RunScan; blocked: Blocked } | undefined,
): Plan | Refusal | undefined {
  const { copies, stuck, accepted } = segment;
  const splits = blocked !== undefined && blocked.scan.installs.length > 0;
  const last = accepted.findLastIndex(({ scan }) => scan.installs.length > 0);
  const used = splits ? [...accepted, { instruction: at, scan: blocked.scan }] : accepted.slice(0, last + 1);
  const step = splits ? undefined : blocked?.blocked.download;
  if (typeof step === 'object' && !downloaded(facts, stage, at, step)) {
    const paths = imagePaths(view.project.context, present, step);
    if (typeof paths === 'string') return { reason: paths, at };
    const needed = new Set([...accepted.flatMap(({ scan }) => [...scan.needed]), ...paths]);
    const deferred = copies.filter((copy) => !isRead(copy, needed));
    if (deferred.length > 0 && paths.length > 0) {
      const inPlace = staysInPlace(facts, deferred[0]!.instruction, at);
      const obstacle = inPlace
        ? undefined
        : (orderObstacle(copies, deferred, stuck, accepted, at, view) ??
          missingFolder(homes, deferred, needed, accepted));
      if (obstacle !== undefined) return { reason: obstacle, at };
      const installs = accepted.flatMap(({ scan }) => scan.installs);
      return {
        deferred,
        needed,
        brought: broughtBy(copies, deferred, at),
        installs,
        after: at,
        split: undefined,
        download: { step, before: at, inPlace },
      };
    }
  }
  const limit = used.at(-1)?.instruction.index ?? -1;
  const needed = new Set(used.flatMap(({ scan }) => [...scan.needed]));
  const deferred = copies.filter((copy) => copy.instruction.index < limit && !isRead(copy, needed));
  if (deferred.length > 0) {
    const obstacle =
      orderObstacle(copies, deferred, stuck, used, used.at(-1)!.instruction, view) ??
      missingFolder(homes, deferred, needed, used);
    if (obstacle !== undefined) return { reason: obstacle, at: used.at(-1)!.instruction };
    const installs = used.flatMap(({ scan }) => scan.installs);
    return {
      deferred,
      needed,
      brought: broughtBy(copies, deferred, used.at(-1)!.instruction),
      installs,
      after: used.at(-1)!.instruction,
      split: splits ? blocked : undefined,
      download: undefined,
    };
  }
  if (copies.every((copy) => isRead(copy, needed))) return undefined;
  if (typeof step === 'string' && !worksBefore(facts, stage, at)) return { reason: step, at };
  if (blocked?.blocked.install === true && typeof step !== 'object') return { reason: blocked.blocked.reason, at };
  return undefined;
}

/** Why COPYs may not come after the commands that were passed; undefined when they may. */
function orderObstacle(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  stuck: ReadonlyMap<ContextCopy, string>,
  passed: readonly Accepted[],
  last: Instruction,
  view: View,
): string | undefined {
  const changed = new Set(passed.flatMap(({ scan }) => [...scan.changed]));
  for (const copy of deferred) {
    const reason = stuck.get(copy);
    if (reason !== undefined) return reason;
    const path = [...copy.files.keys()].find((one) => changed.has(one));
    if (path !== undefined) return `a RUN changes ${path}, which the later COPY would bring back`;
    const line = `line ${copy.instruction.lines.first}`;
    for (const other of copies) {
      if (
        other.instruction.index < copy.instruction.index ||
        other.instruction.index > last.index ||
        deferred.includes(other)
      )
        continue;
      const over = [...other.files].find(([image, from]) => (copy.files.get(image) ?? from) !== from)?.[0];
      if (over !== undefined) return `line ${other.instruction.lines.first} copies ${over} over what ${line} copies`;
      if (view.lone && copy.folders.some(({ to }) => globsMeet(other.target, to)))
        return `line ${other.instruction.lines.first} may copy over what ${line} copies`;
    }
  }
  return undefined;
}

/** Whether a step for a later RUN finds above a COPY what that RUN finds: the same state, and no command between. */
function staysInPlace(facts: Facts, copy: Instruction, run: Instruction): boolean {
  const between = facts.file.instructions.slice(copy.index, run.index);
  const [one, other] = [facts.before(copy)!, facts.before(run)!];
  const same =
    one.env === other.env && one.args === other.args && one.user === other.user && one.workdir === other.workdir;
  return same && between.every(({ keyword }) => keyword !== 'RUN');
}

/** A folder that a command goes to and that only a deferred COPY would make, as a reason. */
function missingFolder(
  homes: ReadonlySet<string>,
  deferred: readonly ContextCopy[],
  needed: ReadonlySet<string>,
  passed: readonly Accepted[],
): string | undefined {
  const known = [...homes, ...needed];
  const missing = passed
    .flatMap(({ scan }) => scan.entered)
    .filter((folder) => !known.some((path) => isWithin(path, folder)))
    .find((folder) =>
      deferred.some(({ folders, target }) =>
        [...folders.map(({ to }) => to), target].some((to) => pathsMeet(to, folder)),
      ),
    );
  return missing === undefined ? undefined : `a RUN goes to ${missing}, which the COPY of the source makes`;
}

function broughtBy(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  before: Instruction,
): ReadonlySet<string> {
  const staying = copies.filter((copy) => !deferred.includes(copy) && copy.instruction.index < before.index);
  return new Set(staying.flatMap(({ files }) => [...files.keys()]));
}
