import { argumentWords, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { type Facts, globsMeet, isWithin } from '../../src/facts/index.js';
import { type CopiedFiles, isSystem } from './commands.js';
import { type ContextCopy, readCopy, workdirs } from './copies.js';
import { changesWords, isNeutral, targetOf, worksBefore } from './neighbours.js';
import { managerOf } from './managers/index.js';
import { planAhead } from './plan-ahead.js';
import { planBelow } from './plan-below.js';
import { planOver } from './plan-over.js';
import { isBroad, isRead, type Plan, type Refusal, type Segment } from './plan.js';
import { planSegment } from './plan-segment.js';
import { type Blocked, type RunScan, scanRun } from './scan-run.js';
import { readInvocation } from '../../src/shell/index.js';
import { keptOut, type View } from '../../src/project/view.js';
import { workOf } from '../../src/replay/expected.js';

/** What a stage leaves to those that start from it. */
export interface Inherited {
  /** Image path to context path of all that COPYs have brought. */
  readonly present: ReadonlyMap<string, string>;
  readonly copies: readonly ContextCopy[];
}

/** Walks a stage from its first COPY of context files to its end, and cuts it where something needs the source. */
export function planStage(
  facts: Facts,
  stage: Stage,
  view: View,
  inherited: Inherited | undefined,
): Inherited & { readonly plans: readonly Plan[]; readonly declines: readonly Refusal[] } {
  const homes = workdirs(facts, stage);
  const present = new Map(inherited?.present);
  const folders = new Set(homes);
  const declines: Refusal[] = [];
  const plans: Plan[] = [];
  const copies: ContextCopy[] = [];
  let segment: Segment = { copies: [], stuck: new Map(), accepted: [] };
  /** Why COPYs further up must stay where they are. */
  let held: { readonly reason: string; readonly line: number; readonly copies: readonly ContextCopy[] } | undefined =
    heldAbove(inherited);

  /** Why it is not known what a COPY brings. */
  let unread: string | undefined;

  const close = (reason: string, at: Instruction, blocked?: { scan: RunScan; blocked: Blocked }): void => {
    const found = planSegment(facts, stage, view, { homes, present, segment }, at, blocked);
    if (found !== undefined && 'deferred' in found) plans.push(found);
    else if (found !== undefined) declines.push(found);
    else if (blocked !== undefined && segment.copies.some(isBroad) && installsAny(facts, stage, at, blocked.blocked))
      declines.push({ reason: blocked.blocked.reason, at });
    if (found === undefined && segment.copies.length > 0)
      held = {
        reason: `line ${at.lines.first}: ${reason}`,
        line: at.lines.first,
        copies: [...(held?.copies ?? []), ...segment.copies],
      };
    segment = { copies: [], stuck: new Map(), accepted: [] };
  };

  const opened = new Map<ContextCopy, CopiedFiles>();
  const openOf = (copy: ContextCopy): CopiedFiles => {
    let found = opened.get(copy);
    if (found === undefined) {
      const { target, files, folders: whole } = copy;
      found = {
        target,
        paths: [...files.keys()],
        folders: whole.map(({ to }) => to),
        complete: !view.lone,
        mayBring: (path: string) => mayBring(view, whole, path),
      };
      opened.set(copy, found);
    }
    return found;
  };
  const scanOver = (over: readonly ContextCopy[], instruction: Instruction): RunScan => {
    const open = over.map(openOf);
    const system = open.flatMap(({ paths }) => paths.filter((path) => isSystem(path, homes)));
    const image = facts.rootImage(stage);
    return scanRun({ facts, project: view.project, present, open, ignored: view.ignored, image, system }, instruction);
  };

  const aheadOf = (instruction: Instruction): Plan | undefined => {
    const scan = scanOver(copies, instruction);
    return (
      planAhead(facts, stage, view, { homes, present, copies }, instruction, scan) ??
      planBelow(facts, view, { homes, copies }, instruction, scan) ??
      planOver(facts, { homes, copies }, instruction, scan)
    );
  };

  for (const instruction of stage.instructions.slice(1)) {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const copy = readCopy(facts, instruction, view.visible, (path) => folders.has(path));
      if (typeof copy === 'string') {
        close(copy, instruction);
        if (takesFolder(instruction)) unread ??= copy;
      } else if (copy === undefined) noteOverwriting(facts, instruction, segment, view);
      else {
        if (isBroad(copy) && [...copy.files.keys()].some((path) => isSystem(path, homes)))
          segment.stuck.set(copy, {
            reason: `line ${instruction.lines.first} copies to where programs look for what they load`,
            by: undefined,
          });
        segment.copies.push(copy);
        copies.push(copy);
        for (const [path, from] of copy.files) {
          present.set(path, from);
          for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
            folders.add(path.slice(0, at));
        }
      }
    } else if (instruction.keyword === 'RUN') {
      if (segment.copies.length === 0 && held === undefined && unread === undefined) continue;
      const ahead =
        (held === undefined && segment.stuck.size === 0) || plans.length > 0 ? undefined : aheadOf(instruction);
      if (ahead !== undefined)
        return { plans: [ahead], declines, present, copies: [...(inherited?.copies ?? []), ...copies] };
      const scan = scanOver(segment.copies, instruction);
      if (unread !== undefined && scan.blocked?.install === true && plans.length === 0)
        declines.push({ reason: unread, at: instruction });
      if (scan.blocked !== undefined) close(scan.blocked.reason, instruction, { scan, blocked: scan.blocked });
      else segment.accepted.push({ instruction, scan });
      const waits = held?.copies.some((copy) => isBroad(copy) && !isRead(copy, scan.needed)) ?? false;
      if (!waits || plans.length > 0 || held!.line === instruction.lines.first) continue;
      if (scan.installs.length > 0) declines.push({ reason: held!.reason, at: instruction });
      else if (installsAny(facts, stage, instruction, scan.blocked) && declines.at(-1)?.at !== instruction)
        declines.push({ reason: scan.blocked?.install === true ? scan.blocked.reason : held!.reason, at: instruction });
    } else if (segment.copies.length > 0 && (!isNeutral(instruction) || changesWords(instruction, segment.copies)))
      close(`${instruction.keyword} stands between`, instruction);
  }
  if (segment.copies.length > 0) close('the stage ends', stage.instructions.at(-1)!);
  return { plans, declines, present, copies: [...(inherited?.copies ?? []), ...copies] };
}

/** Whether a RUN that is blocked installs dependencies, as far as its commands say: also by a build, where nothing above it did. */
function installsAny(facts: Facts, stage: Stage, instruction: Instruction, blocked: Blocked | undefined): boolean {
  if (instruction.keyword !== 'RUN' || typeof blocked?.download === 'object') return false;
  const { installs, implied } = workOf(facts, instruction);
  const byOther = blocked?.command !== undefined && managerOf(readInvocation(blocked.command).tool) === undefined;
  return installs.length > 0 || (implied.size > 0 && byOther && !worksBefore(facts, stage, instruction));
}

/** Whether folders that are copied whole may bring something to a path of the image: not where the ignore file keeps it out. */
function mayBring(view: View, folders: ContextCopy['folders'], path: string): boolean {
  return folders.some(({ from, to }) => {
    const rest = path.slice(to === '/' ? 1 : to.length + 1);
    return isWithin(path, to) && (view.lone || rest === '' || !keptOut(view, from === '' ? rest : `${from}/${rest}`));
  });
}

/** Whether a COPY may take a folder: one of its sources has no extension. */
function takesFolder(instruction: Instruction): boolean {
  return argumentWords(instruction)
    .slice(0, -1)
    .some((word) => !/\.\w+["']?$/.test(word));
}

/** COPYs of a stage that this one starts from stay there: other stages may need them. */
function heldAbove(inherited: Inherited | undefined) {
  const first = inherited?.copies.find(isBroad)?.instruction.lines.first;
  if (inherited === undefined || first === undefined) return undefined;
  return {
    reason: `line ${first} copies the source in the stage that this one starts from`,
    line: 0,
    copies: inherited.copies,
  };
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
    if ((hits || !kept) && !stuck.has(copy))
      stuck.set(copy, {
        reason: `line ${instruction.lines.first} puts files among those that line ${copy.instruction.lines.first} copies`,
        by: instruction,
      });
  }
}
