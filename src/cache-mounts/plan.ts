import type { Edit, Stage } from '../dockerfile/index.js';
import { mountsOf } from '../dockerfile/index.js';
import { type Facts, isRoot, joinPath, type State } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import { type Announcement, type Evidence, type Level, LEVELS, type TransformContext } from '../transform/types.js';
import { frontendProblem } from './frontend.js';
import { copiedOut, filledBefore, readAtRunTime, usedLater } from './guards.js';
import { mountText } from './mount-text.js';
import { fillsCache, type Left, readSite, type Site, siteEdits } from './site.js';
import type { CacheManager, Wrapping } from './types.js';
import { isTool, mentions, type Run, treesOf, usage, type Use } from './uses.js';

/** What a manager adds to a RUN beyond the mounts of its table, or why the RUN is left alone. */
export interface Preparation {
  readonly wrapping?: Wrapping;
  readonly extra?: readonly Edit[];
  /** Names of the folders to mount when not all of them. */
  readonly only?: readonly string[];
  /** Edits of other instructions that go with the mount, and what they take for granted about it. */
  readonly elsewhere?: readonly Edit[];
  /** Added to the mounts' ids: build outputs belong to one project. */
  readonly project?: string;
  /** Lowers the change's confidence. */
  readonly level?: Level;
  readonly evidence?: readonly Evidence[];
  /** What the change does beyond mounting, for its announcements. */
  readonly announces?: readonly Announcement[];
}

/** Returns what to add, a reason to leave the RUN alone, or undefined when the RUN is none of this manager's business. */
export type Prepare = (
  site: Site,
  facts: Facts,
  tree: readonly Run[],
  project: ProjectFacts | undefined,
) => Preparation | string | undefined;

type Context = Pick<TransformContext, 'facts' | 'project' | 'propose' | 'decline'>;

/**
 * Proposes the cache mounts of managers for a whole file, tree of stages by tree of stages. A RUN that one manager
 * changes waits for the next pass with the others, so that their edits never meet.
 */
export function proposeAllMounts(context: Context, managers: readonly (readonly [CacheManager, Prepare?])[]): void {
  const claimed = new Set<Run>();
  for (const [manager, prepare] of managers) {
    if (!mentions(context.facts, manager) || manager.applies?.(context.facts, context.project) === false) continue;
    proposeMounts(context, manager, prepare, claimed);
  }
}

function proposeMounts(context: Context, manager: CacheManager, prepare: Prepare | undefined, claimed: Set<Run>): void {
  const { facts } = context;
  for (const { stages, runs } of treesOf(facts)) {
    if (runs.some((run) => fillsCache(manager, run))) proposeInTree(context, manager, stages, runs, prepare, claimed);
  }
}

function proposeInTree(
  { facts, project, propose, decline }: Context,
  manager: CacheManager,
  tree: readonly Stage[],
  runs: readonly Run[],
  prepare: Prepare | undefined,
  claimed: Set<Run>,
): void {
  const filling = runs.filter((run) => fillsCache(manager, run));
  const first = filling[0]!.instruction.index;
  const candidates = manager.needed
    ? runs.filter((run) => run.instruction.index >= first && mayRead(manager, run))
    : filling;
  const sites: Site[] = [];
  const left: Left[] = [];
  for (const run of candidates) {
    const site = readSite(facts, manager, run, provenRoot(runs, run), runs, sites[0]?.folders);
    if (site === undefined) continue;
    if ('reason' in site) left.push(site);
    else sites.push(site);
  }
  const unserved = sites.filter((site) => site.folders.some(({ path }) => !site.served.includes(path)));
  const frontend = frontendProblem(facts.file);
  const refuseAll = (reason: string): void => {
    for (const { run } of unserved) if (filling.includes(run)) decline(reason, run.instruction.span);
  };
  for (const { run, reason } of left) if (filling.includes(run)) decline(reason, run.instruction.span);
  if (unserved.length === 0) return;
  if (frontend !== undefined) return refuseAll(frontend);
  const configured = project === undefined ? undefined : configuredIn(manager, project);
  if (configured !== undefined) return refuseAll(`${configured} may move the ${manager.label} cache or turn it off`);
  if (manager.needed && left.length > 0) {
    const { run, reason } = left[0]!;
    return refuseAll(
      `line ${run.instruction.lines.first} needs the ${manager.label} folder too and cannot have it: ${reason}`,
    );
  }
  const folders = [...new Set(sites.flatMap((site) => site.folders.map(({ path }) => path)))];
  const members = new Set(sites.map(({ run }) => run));
  const problem =
    (manager.handlesCopies === true ? undefined : copiedOut(facts, manager, tree, folders)) ??
    filledBefore(facts, manager, tree, runs, folders, first) ??
    usedLater(manager, runs, folders, members, first) ??
    readAtRunTime(facts, manager, tree);
  if (problem !== undefined) return refuseAll(problem);

  const mover = runs.find(({ uses }) => uses.some((use) => moves(manager, use)));
  if (manager.needed) {
    const moved = movedBefore(manager, mover, unserved.at(-1)!.run);
    if (moved !== undefined) return refuseAll(moved);
    if (unserved.some(({ run }) => claimed.has(run))) return;
  }
  const own = ownMounts(runs);
  const prepared: { site: Site; preparation: Preparation; edits: readonly Edit[]; paths: readonly string[] }[] = [];
  for (const site of unserved) {
    if (claimed.has(site.run)) continue;
    const preparation =
      movedBefore(manager, mover, site.run) ?? (prepare === undefined ? {} : prepare(site, facts, runs, project));
    if (preparation === undefined) continue;
    if (typeof preparation === 'string') {
      decline(preparation, site.run.instruction.span);
      continue;
    }
    const wanted = site.folders.filter(
      ({ folder, path }) => !site.served.includes(path) && (preparation.only?.includes(folder.name) ?? true),
    );
    if (wanted.length === 0) continue;
    const mounts = wanted.map(
      (placed) => own.get(placed.path) ?? mountText(facts, manager, placed, site, preparation.project),
    );
    const edits = siteEdits(facts, manager, site, {
      mounts,
      wrapping: preparation.wrapping,
      extra: preparation.extra ?? [],
    });
    if (typeof edits === 'string') {
      decline(edits, site.run.instruction.span);
      if (manager.needed) return;
      continue;
    }
    prepared.push({
      site,
      preparation,
      edits: [...edits, ...(preparation.elsewhere ?? [])],
      paths: wanted.map(({ path }) => path),
    });
  }
  const offline = offlineUse(manager, sites);
  for (const { site, preparation, edits, paths } of prepared) {
    claimed.add(site.run);
    propose({
      at: site.run.instruction.span,
      edits,
      level: lower(lower(site.level, preparation.level), offline === undefined ? undefined : 'unsafe'),
      what: `mount the ${manager.label} cache`,
      evidence: [...site.evidence, ...(preparation.evidence ?? []), ...(offline === undefined ? [] : [offline])],
      announces: [
        {
          kind: 'files',
          effect: 'removed',
          paths: paths.map((path) => `${path}/**`),
          why: `the ${manager.label} cache is kept by the builder, not in the image`,
        },
        ...(preparation.announces ?? []),
      ],
      ...(manager.needed ? { group: `${manager.name} ${tree[0]!.index}` } : {}),
    });
  }
}

/**
 * A RUN that takes everything from the folder and nothing from the network: where a builder has the earlier layers and
 * not the mount's content (a cache from a registry, a pruned mount), it fails.
 */
function offlineUse(manager: CacheManager, sites: readonly Site[]): Evidence | undefined {
  const { offline } = manager;
  if (offline === undefined) return undefined;
  const isOffline = ({ invocation }: Use): boolean => invocation.args.some(({ text }) => offline.test(text));
  const site = sites.find(({ uses }) => uses.length > 0 && isOffline(uses[0]!));
  if (site === undefined) return undefined;
  const { span, lines } = site.run.instruction;
  return { fact: `line ${lines.first} works offline: with cached layers and an empty mount it would fail`, span };
}

function lower(one: Level, other: Level | undefined): Level {
  return other !== undefined && LEVELS.indexOf(other) > LEVELS.indexOf(one) ? other : one;
}

/** The first configuration file of the project that says where the cache is, or that there is none. */
function configuredIn(manager: CacheManager, { context }: ProjectFacts): string | undefined {
  for (const { name, setting } of manager.configFiles ?? []) {
    const found = context.paths.find(
      (path) => name.test(path) && !path.includes('node_modules/') && setting.test(context.read(path) ?? ''),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a command tells the manager for good where its cache is (`npm config set cache`). */
function moves(manager: CacheManager, { invocation }: Use): boolean {
  return isTool(manager, invocation) && manager.configures?.test(usage(invocation)) === true;
}

/** Why the cache may lie elsewhere at a RUN: one before it, the first of all that do, moved it. */
function movedBefore(manager: CacheManager, mover: Run | undefined, { instruction }: Run): string | undefined {
  if (mover === undefined || mover.instruction.index >= instruction.index) return undefined;
  const { invocation } = mover.uses.find((use) => moves(manager, use))!;
  return `line ${mover.instruction.lines.first} may move the ${manager.label} cache: ${invocation.tool!} ${usage(invocation)}`;
}

/** Whether a RUN uses the manager, or runs code that is not seen and so may. */
function mayRead(manager: CacheManager, run: Run): boolean {
  if (run.opaque !== undefined) return true;
  return run.uses.some(
    ({ invocation }) =>
      isTool(manager, invocation) ||
      invocation.tool === undefined ||
      invocation.use?.opaque !== undefined ||
      (invocation.tool !== '' && invocation.model === undefined),
  );
}

/** A tool that only root can use, in this RUN or an earlier one with the same unknown user, proves that the user is root. */
function provenRoot(runs: readonly Run[], run: Run): boolean {
  if (run.state.user !== undefined) return isRoot(run.state) === true;
  const same = (state: State): boolean => state.user === undefined && state.image === run.state.image;
  const setsUser = (other: Run): boolean =>
    other.stage.instructions.some(({ keyword, index }) => keyword === 'USER' && index < run.instruction.index);
  return runs.some(
    (other) =>
      other.instruction.index <= run.instruction.index &&
      same(other.state) &&
      !setsUser(other) &&
      other.uses.some(
        ({ invocation }) =>
          ROOT_TOOLS.has(`${invocation.tool} ${invocation.subcommand}`) &&
          invocation.wrappers.length === 0 &&
          !invocation.command.conditional,
      ),
  );
}

const ROOT_TOOLS = new Set([
  'apt-get install',
  'apt-get update',
  'apt install',
  'apt update',
  'apk add',
  'yum install',
  'dnf install',
  'microdnf install',
  'zypper install',
]);

/** The cache mounts that the file already has, by absolute target, as written. */
function ownMounts(runs: readonly Run[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { instruction, state } of runs) {
    for (const mount of mountsOf(instruction)) {
      if (mount.type !== 'cache' || mount.target === undefined || /\$/.test(mount.flag.value ?? '')) continue;
      const path = joinPath(state.workdir ?? '/', mount.target);
      if (!found.has(path)) found.set(path, instruction.logical.text.slice(mount.flag.span.start, mount.flag.span.end));
    }
  }
  return found;
}
