import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { type Facts, globsMeet, isWithin, pathsMeet } from '../../src/facts/index.js';
import type { ContextCopy } from './copies.js';
import { oddBefore } from './download.js';
import { downloaded, staysInPlace, worksBefore } from './neighbours.js';
import { type Accepted, isRead, isWorthwhile, type Plan, type Refusal, type Stuck, type Walked } from './plan.js';
import { type Blocked, imagePaths, type RunScan } from './scan-run.js';
import type { View } from '../../src/project/view.js';

/** The rewrite for a stretch of a stage that ends at `at`, or why there is none though one is wanted. */
export function planSegment(
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
    const needed = new Set([...accepted.flatMap(({ scan }) => [...scan.needed]), ...paths, ...(step.images ?? [])]);
    const deferred = copies.filter((copy) => !isRead(copy, needed));
    if (deferred.length > 0 && paths.length > 0) {
      if (!isWorthwhile(deferred, needed)) return undefined;
      const prelude = [...accepted.map(({ scan }) => scan), ...(blocked === undefined ? [] : [blocked.scan])].flatMap(
        (scan) => scan.prelude,
      );
      const onlyPrelude = (between: Instruction): boolean => {
        const scan = accepted.find(({ instruction }) => instruction === between)?.scan;
        return scan !== undefined && scan.prelude.length > 0 && scan.prelude.length === scan.script?.commands.length;
      };
      const inPlace =
        staysInPlace(facts, deferred[0]!.instruction, at, homes, onlyPrelude) &&
        isBroughtBy(needed, copies, deferred[0]!, deferred);
      const own = blocked?.blocked.command;
      // What its RUN does before may matter to the download: that comes first as well, and the RUN is taken apart.
      const cut =
        oddBefore(facts, { step, before: at, own, prelude }) !== undefined && blocked !== undefined
          ? { instruction: at, scan: blocked.scan }
          : undefined;
      for (const path of cut?.scan.needed ?? []) needed.add(path);
      const passed = cut === undefined ? accepted : [...accepted, cut];
      const obstacle =
        inPlace && cut === undefined
          ? undefined
          : (orderObstacle(copies, deferred, stuck, passed, at, view) ??
            missingFolder(homes, deferred, needed, passed));
      if (obstacle !== undefined) return { reason: obstacle, at };
      const installs = accepted.flatMap(({ scan }) => scan.installs);
      return {
        deferred,
        needed,
        redundant: new Set(),
        brought: broughtBy(copies, deferred, inPlace && cut === undefined ? deferred[0]!.instruction : at),
        installs,
        after: at,
        split: cut === undefined ? undefined : blocked,
        followers: [],
        hoisted: undefined,
        download: { step, before: at, own, inPlace: inPlace && cut === undefined, prelude: [...new Set(prelude)] },
      };
    }
  }
  const limit = used.at(-1)?.instruction.index ?? -1;
  const needed = new Set(used.flatMap(({ scan }) => [...scan.needed]));
  const deferred = copies.filter((copy) => copy.instruction.index < limit && !isRead(copy, needed));
  if (deferred.length > 0) {
    if (!isWorthwhile(deferred, needed)) return undefined;
    const obstacle =
      orderObstacle(copies, deferred, stuck, used, used.at(-1)!.instruction, view) ??
      missingFolder(homes, deferred, needed, used);
    if (obstacle !== undefined) return { reason: obstacle, at: used.at(-1)!.instruction };
    const installs = used.flatMap(({ scan }) => scan.installs);
    return {
      deferred,
      needed,
      redundant: splits ? new Set() : redundantOf(facts, copies, deferred, needed, used.at(-1)!.instruction),
      brought: broughtBy(copies, deferred, used.at(-1)!.instruction),
      installs,
      after: used.at(-1)!.instruction,
      split: splits ? blocked : undefined,
      followers: [],
      hoisted: undefined,
      download: undefined,
    };
  }
  if (copies.every((copy) => isRead(copy, needed))) return undefined;
  if (typeof step === 'string' && !worksBefore(facts, stage, at)) return { reason: step, at };
  if (blocked?.blocked.install === true && typeof step !== 'object') return { reason: blocked.blocked.reason, at };
  return undefined;
}

/** Why COPYs may not come after the commands that were passed; undefined when they may. */
export function orderObstacle(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  stuck: ReadonlyMap<ContextCopy, Stuck>,
  passed: readonly Accepted[],
  last: Instruction,
  view: View,
): string | undefined {
  const changed = new Set(passed.flatMap(({ scan }) => [...scan.changed]));
  for (const copy of deferred) {
    const held = stuck.get(copy);
    if (held !== undefined && (held.by === undefined || held.by.index < last.index)) return held.reason;
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
      const again = [...other.files.keys()].find((image) => copy.files.has(image));
      if (again !== undefined && rightsOf(other) !== rightsOf(copy))
        return `line ${other.instruction.lines.first} copies ${again} again, with another owner or mode`;
      if (view.lone && copy.folders.some(({ to }) => globsMeet(other.target, to)))
        return `line ${other.instruction.lines.first} may copy over what ${line} copies`;
    }
  }
  return undefined;
}

/** A folder that a command goes to and that only a deferred COPY would make, as a reason. */
export function missingFolder(
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

/** Who owns what a COPY brings, and its mode. */
function rightsOf({ instruction: { flags } }: ContextCopy): string {
  return ['chown', 'chmod'].map((name) => flags.findLast((flag) => flag.name === name)?.value ?? '').join(' ');
}

/** What the COPYs that stay bring in the way that the deferred ones would. */
export function broughtBy(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  before: Instruction,
): ReadonlySet<string> {
  const staying = copies.filter((copy) => !deferred.includes(copy) && copy.instruction.index < before.index);
  const isSame = (one: ContextCopy, path: string): boolean =>
    deferred.every((copy) => !copy.files.has(path) || rightsOf(copy) === rightsOf(one));
  return new Set(staying.flatMap((one) => [...one.files.keys()].filter((path) => isSame(one, path))));
}

/** Whether all that is needed comes from COPYs above the first deferred one, or from deferred ones themselves. */
export function isBroughtBy(
  needed: ReadonlySet<string>,
  copies: readonly ContextCopy[],
  first: ContextCopy,
  deferred: readonly ContextCopy[],
): boolean {
  const above = copies.filter(({ instruction }) => instruction.index < first.instruction.index);
  return [...needed].every((path) => [...above, ...deferred].some(({ files }) => files.has(path)));
}

/** Deferred COPYs whose remaining files the COPY right after the install brings as well, in the same way. */
function redundantOf(
  facts: Facts,
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  needed: ReadonlySet<string>,
  last: Instruction,
): ReadonlySet<ContextCopy> {
  const next = copies.find(({ instruction }) => instruction.index === last.index + 1);
  if (next === undefined) return new Set();
  const flags = ({ instruction }: ContextCopy) =>
    instruction.flags.map(({ name, value }) => `${name}=${value ?? ''}`).join(' ');
  return new Set(
    deferred.filter((copy) => {
      const { start } = facts.file.blockOf(copy.instruction);
      const rest = [...copy.files].filter(([image]) => !needed.has(image));
      const isPlain = facts.file.text.startsWith(copy.instruction.keyword, start) || rest.length < copy.files.size;
      return isPlain && flags(copy) === flags(next) && rest.every(([image, from]) => next.files.get(image) === from);
    }),
  );
}
