import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { type Facts, globsMeet, isWithin } from '../../src/facts/index.js';
import { isSystem } from './commands.js';
import type { ContextCopy } from './copies.js';
import { bringsElsewhere, downloaded, fileWrites, staysInPlace } from './neighbours.js';
import { isRead, isWorthwhile, type Plan } from './plan.js';
import { broughtBy, isBroughtBy } from './passing.js';
import { imagePaths } from './image-paths.js';
import type { RunScan } from './scan-run.js';
import type { View } from '../../src/project/view.js';

/**
 * An install that goes above COPYs which cannot come below it, for the RUNs between them handle files of the source, and
 * nothing that the install reads: `COPY . .`, `RUN chmod +x start.sh`, `RUN npm ci`.
 */
export function planAhead(
  facts: Facts,
  stage: Stage,
  view: View,
  walked: {
    readonly homes: ReadonlySet<string>;
    readonly present: ReadonlyMap<string, string>;
    readonly copies: readonly ContextCopy[];
  },
  instruction: Instruction,
  scan: RunScan,
): Plan | undefined {
  const { homes, present, copies } = walked;
  const step = scan.blocked?.download;
  const fetches =
    typeof step === 'object' && scan.installs.length === 0 && !downloaded(facts, stage, instruction, step);
  const installs = scan.blocked === undefined && scan.installs.length > 0 && scan.changed.size === 0;
  if (!fetches && !installs) return undefined;
  const paths = fetches ? imagePaths(view.project.context, present, step) : [...scan.needed];
  if (typeof paths === 'string' || paths.length === 0) return undefined;
  const needed = new Set([...paths, ...(fetches ? (step.images ?? []) : [])]);
  const deferred = copies.filter((copy) => !isRead(copy, needed));
  const [first] = deferred;
  if (first === undefined || !isWorthwhile(deferred, needed) || !isBroughtBy(needed, copies, first, deferred))
    return undefined;
  if (deferred.some(({ files }) => [...files.keys()].some((path) => isSystem(path, homes)))) return undefined;
  const folders = deferred.flatMap((copy) => copy.folders.map(({ to }) => to));
  // A file tool that takes in what the install fills would now take that in too.
  const filled = scan.installs.flatMap(({ needs }) => needs.fills);
  const kept = [...needed, ...filled];
  const allows = (between: Instruction): boolean => {
    const writes = fileWrites(facts, between);
    return (
      writes?.every(
        (glob) => folders.some((to) => isWithin(glob, to)) && !kept.some((path) => globsMeet(glob, path)),
      ) ?? false
    );
  };
  if (!staysInPlace(facts, first.instruction, instruction, homes, allows, fetches ? undefined : () => true))
    return undefined;
  if (
    installs &&
    (bringsElsewhere(facts, copies, first.instruction, instruction, folders, kept) || !reaches(scan, homes, needed))
  )
    return undefined;
  return {
    deferred,
    needed,
    redundant: new Set(),
    brought: broughtBy(copies, deferred, first.instruction),
    installs: scan.installs,
    after: instruction,
    split: undefined,
    followers: [],
    hoisted: fetches ? undefined : instruction,
    download: fetches
      ? { step, before: instruction, own: scan.blocked?.command, inPlace: true, prelude: scan.prelude }
      : undefined,
  };
}

/** Whether the folders that a RUN goes to are there without the source. */
export function reaches({ entered }: RunScan, homes: ReadonlySet<string>, needed: ReadonlySet<string>): boolean {
  return entered.every((folder) => [...homes, ...needed].some((path) => isWithin(path, folder)));
}
