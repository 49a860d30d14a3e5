import type { Instruction } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet, isPrivate, isRoot, isWithin } from '../../src/facts/index.js';
import { readInvocation } from '../../src/shell/index.js';
import { isSystem } from './commands.js';
import type { ContextCopy } from './copies.js';
import { changesWords, fileWrites, isNeutral } from './neighbours.js';
import { isRead, isWorthwhile, type Plan } from './plan.js';
import { broughtBy, missingFolder, orderObstacle } from './passing.js';
import { type RunScan } from './scan-run.js';
import type { View } from '../../src/project/view.js';

/**
 * COPYs that go below an install together with the RUNs between that only set owners and modes of what they bring:
 * `COPY . .`, `RUN chown -R app .`, `RUN pip install -r requirements.txt`. Root reads a manifest whoever owns it.
 */
export function planBelow(
  facts: Facts,
  view: View,
  { homes, copies }: { readonly homes: ReadonlySet<string>; readonly copies: readonly ContextCopy[] },
  instruction: Instruction,
  scan: RunScan,
): Plan | undefined {
  if (scan.installs.length === 0 || !isRoot(facts.before(instruction)!)) return undefined;
  const { needed } = scan;
  const deferred = copies.filter((copy) => !isRead(copy, needed));
  const [first] = deferred;
  if (first === undefined || !isWorthwhile(deferred, needed)) return undefined;
  if (deferred.some(({ files }) => [...files.keys()].some((path) => isSystem(path, homes)))) return undefined;
  const followers: Instruction[] = [];
  for (const between of facts.file.instructions.slice(first.instruction.index + 1, instruction.index)) {
    const isCopy = copies.some((copy) => copy.instruction === between);
    if (isCopy && followers.length === 0) continue;
    if (isNeutral(between) && !changesWords(between, deferred)) continue;
    if (between.keyword !== 'RUN' || !follows(facts, { view, copies, deferred }, between, instruction, scan))
      return undefined;
    followers.push(between);
  }
  const passed = [{ instruction, scan }];
  const obstacle =
    orderObstacle(copies, deferred, new Map(), passed, instruction, view) ??
    missingFolder(homes, deferred, needed, passed);
  if (followers.length === 0 || obstacle !== undefined) return undefined;
  return {
    deferred,
    needed,
    redundant: new Set(),
    brought: broughtBy(copies, deferred, instruction),
    installs: scan.installs,
    after: instruction,
    split: scan.blocked === undefined ? undefined : { scan, blocked: scan.blocked },
    followers,
    hoisted: undefined,
    download: undefined,
  };
}

/** Whether a RUN only sets owners and modes below what is copied, and nothing that an install would put there. */
function follows(
  facts: Facts,
  {
    view,
    copies,
    deferred,
  }: {
    readonly view: View;
    readonly copies: readonly ContextCopy[];
    readonly deferred: readonly ContextCopy[];
  },
  run: Instruction,
  install: Instruction,
  { installs, needed }: RunScan,
): boolean {
  const body = facts.body(run);
  const globs = fileWrites(facts, run);
  if (body.kind !== 'script' || globs === undefined || !isRoot(facts.before(run)!)) return false;
  if (!body.script.commands.every((command) => /^(?:chown|chgrp|chmod)$/.test(readInvocation(command).tool ?? '')))
    return false;
  const folders = deferred.flatMap((copy) => copy.folders.map(({ to }) => to));
  const filled = installs.flatMap(({ needs }) => needs.fills);
  const { writes, systemWrites, packages } = effectsOf(facts, install);
  const sources = checksOut(view, copies, needed) ? [] : installs.map(({ needs }) => `${needs.cwd}/src/**`);
  const apart = (written: string, glob: string): boolean =>
    !globsMeet(written, glob) || (systemWrites.includes(written) && isPrivate(glob, packages));
  return globs.every(
    (glob) =>
      folders.some((to) => isWithin(glob.replace(/\/\*\*$/, ''), to)) &&
      [...filled, ...writes.filter((path) => !sources.includes(path))].every((path) => apart(path, glob)),
  );
}

/** Whether pip checks out source beside the requirements, into `src`: what is editable and comes from a repository. */
function checksOut({ project }: View, copies: readonly ContextCopy[], needed: ReadonlySet<string>): boolean {
  return [...needed]
    .flatMap((image) => copies.flatMap(({ files }) => files.get(image) ?? []))
    .some((path) => /^[ \t]*(?:-e|--editable)[\s=]/m.test(project.context.read(path) ?? '-e '));
}
