import type { Stage } from '../dockerfile/index.js';
import { type Evidence, type Level, LEVELS, type TransformContext } from '../transform/types.js';
import { filledBefore } from './filled.js';
import { frontendProblem } from './frontend.js';
import { copiedOut, usedLater } from './guards.js';
import { configuredBy, configuredIn, movedBefore, moverIn } from './moving.js';
import { offlineUse } from './offline.js';
import { ownMounts } from './own-mounts.js';
import { provenRoot, rootUses } from './owner.js';
import { isServed, type Prepare, type PreparedSite, prepareSite } from './preparation.js';
import { namedAtRunTime, readAtRunTime } from './run-time-readers.js';
import { type Left, readSite, type Site } from './site.js';
import type { CacheManager } from './types.js';
import { fillsCache, isTool, mayRead, mentioned, type Run, type Tree, treesOf } from './uses.js';

type Context = Pick<TransformContext, 'facts' | 'project' | 'dockerfile' | 'propose' | 'decline' | 'more'>;

/** One manager in one tree of stages. */
interface Job extends Tree {
  readonly context: Context;
  readonly manager: CacheManager;
  readonly prepare: Prepare | undefined;
  /** RUNs that another manager changes in this pass. */
  readonly claimed: Set<Run>;
  /** The RUNs that put something into the cache. */
  readonly filling: readonly Run[];
}

/**
 * Proposes the cache mounts of managers for a whole file, tree of stages by tree of stages. A RUN that one manager
 * changes waits for the next pass with the others, so that their edits never meet.
 */
export function proposeAllMounts(context: Context, managers: readonly (readonly [CacheManager, Prepare?])[]): void {
  const { facts, project } = context;
  const claimed = new Set<Run>();
  for (const [manager, prepare] of mentioned(facts, managers)) {
    if (manager.applies?.(facts, project) === false) continue;
    for (const { stages, runs } of treesOf(facts)) {
      const filling = runs.filter((run) => fillsCache(manager, run));
      if (filling.length > 0) proposeInTree({ context, manager, prepare, claimed, stages, runs, filling });
      if (manager.tellsSkips === true) tellSkips(context, manager, runs);
    }
  }
}

/** Says why commands that fill a cache in a folder of their own are no reason for a mount. */
function tellSkips({ decline }: Context, manager: CacheManager, runs: readonly Run[]): void {
  for (const run of runs) {
    const reason = run.uses
      .filter(({ invocation }) => isTool(manager, invocation) && manager.fills.test(invocation.subcommand))
      .map(({ invocation }) => manager.skip?.(invocation, run.state))
      .find((one) => one !== undefined);
    if (reason !== undefined) decline(reason, run.instruction.span);
  }
}

function proposeInTree(job: Job): void {
  const { context, manager, claimed, runs, stages, filling } = job;
  const { sites, left } = sitesOf(job);
  const fills = new Set(filling);
  for (const { run, reason } of left) if (fills.has(run)) context.decline(reason, run.instruction.span);
  if (sites.length === 0) return;
  const unserved = sites.filter((site) => !isServed(site));
  const mover = moverIn(manager, runs);
  const early = unserved.length === 0 ? prepareSites(job, sites, mover) : undefined;
  if (early?.length === 0) return;
  const problem =
    treeProblem(job, sites, left) ??
    (manager.needed === true ? movedBefore(manager, mover, sites.at(-1)!.run) : undefined);
  if (problem !== undefined) {
    for (const { run } of unserved) if (fills.has(run)) context.decline(problem, run.instruction.span);
    return;
  }
  if (manager.needed === true && unserved.some(({ run }) => claimed.has(run))) return context.more();
  const offline = offlineUse(manager, sites);
  for (const one of early ?? prepareSites(job, sites, mover) ?? []) {
    claimed.add(one.site.run);
    proposeMount(context, manager, one, offline, stages[0]!);
  }
}

/** What is to be done in each RUN, and why not; undefined where one cannot have the mount that all of them need. */
function prepareSites(
  { context, manager, claimed, runs, prepare }: Job,
  sites: readonly Site[],
  mover: ReturnType<typeof moverIn>,
): readonly PreparedSite[] | undefined {
  const own = ownMounts(runs);
  const prepared: PreparedSite[] = [];
  for (const site of sites) {
    if (claimed.has(site.run)) {
      context.more();
      continue;
    }
    const preparation =
      movedBefore(manager, mover, site.run) ??
      (prepare === undefined ? {} : prepare(site, context.facts, runs, context.project));
    if (preparation === undefined) continue;
    const result =
      typeof preparation === 'string' ? preparation : prepareSite(context.facts, manager, site, preparation, own);
    if (result === undefined) continue;
    if (typeof result !== 'string') {
      prepared.push(result);
      continue;
    }
    if (isServed(site)) continue;
    context.decline(result, site.run.instruction.span);
    if (manager.needed === true && typeof preparation !== 'string') return undefined;
  }
  return prepared;
}

/** What each RUN of the tree that needs the folder takes to get it, or why it cannot. */
function sitesOf({ context: { facts }, manager, runs, filling }: Job): { sites: Site[]; left: Left[] } {
  const first = filling[0]!.instruction.index;
  const candidates = manager.needed
    ? runs.filter((run) => run.instruction.index >= first && mayRead(manager, run))
    : filling;
  const sites: Site[] = [];
  const left: Left[] = [];
  const proofs = rootUses(runs);
  for (const run of candidates) {
    const site = readSite(facts, manager, run, provenRoot(proofs, run), runs, sites[0]?.folders);
    if (site === undefined) continue;
    if ('reason' in site) left.push(site);
    else sites.push(site);
  }
  return { sites, left };
}

/** Why no RUN of a tree of stages can have the mount. */
function treeProblem(
  { context: { facts, project, dockerfile }, manager, stages, runs, filling }: Job,
  sites: readonly Site[],
  [firstLeft]: readonly Left[],
): string | undefined {
  const frontend = frontendProblem(facts.file) ?? facts.inputs.withoutCacheMounts;
  if (frontend !== undefined) return frontend;
  const configured =
    (project === undefined ? undefined : configuredIn(manager, project)) ?? configuredBy(facts, manager, stages, runs);
  if (configured !== undefined) return `${configured} may move the ${manager.label} cache or turn it off`;
  if (manager.needed && firstLeft !== undefined) {
    const { run, reason } = firstLeft;
    return `line ${run.instruction.lines.first} needs the ${manager.label} folder too and cannot have it: ${reason}`;
  }
  const places = manager.needed === true ? differentPlaces(manager, sites) : undefined;
  if (places !== undefined) return places;
  const folders = [...new Set(sites.flatMap((site) => site.folders.map(({ path }) => path)))];
  const members = new Set(sites.map(({ run }) => run));
  const first = filling[0]!.instruction.index;
  return (
    (manager.handlesCopies === true ? undefined : copiedOut(facts, manager, stages, folders)) ??
    filledBefore({ facts, project }, manager, stages, runs, folders, first) ??
    usedLater(manager, runs, folders, members, first) ??
    namedAtRunTime(facts, stages, folders) ??
    (manager.buildOnly === true ? undefined : readAtRunTime(facts, manager, stages, project?.services(dockerfile)))
  );
}

/** Why steps that need what others put into the folder would not find it: they keep it elsewhere. */
function differentPlaces(manager: CacheManager, sites: readonly Site[]): string | undefined {
  const places = new Map<string, { readonly path: string; readonly line: number }>();
  for (const { run, folders } of sites) {
    for (const { folder, path } of folders) {
      const line = run.instruction.lines.first;
      const known = places.get(folder.name);
      if (known === undefined) places.set(folder.name, { path, line });
      else if (known.path !== path)
        return `line ${known.line} keeps the ${manager.label} folder in ${known.path}, line ${line} in ${path}`;
    }
  }
  return undefined;
}

function proposeMount(
  { propose }: Context,
  manager: CacheManager,
  { site, preparation, edits, paths }: PreparedSite,
  offline: Evidence | undefined,
  root: Stage,
): void {
  const removed = {
    kind: 'files',
    effect: 'removed',
    paths: paths.map((path) => `${path}/**`),
    why: `the ${manager.label} cache is kept by the builder, not in the image`,
  } as const;
  propose({
    at: site.run.instruction.span,
    edits,
    level: lower(lower(site.level, preparation.level), offline === undefined ? undefined : 'unsafe'),
    what:
      paths.length === 0 ? `let the ${manager.label} cache mount keep its files` : `mount the ${manager.label} cache`,
    evidence: [...site.evidence, ...(preparation.evidence ?? []), ...(offline === undefined ? [] : [offline])],
    announces: [...(paths.length === 0 ? [] : [removed]), ...(preparation.announces ?? [])],
    ...(manager.needed ? { group: `${manager.name} ${root.index}` } : {}),
  });
}

function lower(one: Level, other: Level | undefined): Level {
  return other !== undefined && LEVELS.indexOf(other) > LEVELS.indexOf(one) ? other : one;
}
