import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ContextCopy } from './copies.js';
import { oddBefore } from './download.js';
import { downloaded, staysInPlace, worksBefore } from './neighbours.js';
import { broughtBy, isBroughtBy, missingFolder, orderObstacle } from './passing.js';
import { isRead, isWorthwhile, type Plan, type Refusal, type Walked } from './plan.js';
import { imagePaths } from './image-paths.js';
import type { Blocked, RunScan } from './scan-run.js';
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
