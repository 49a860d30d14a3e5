import type { Dockerfile } from '../dockerfile/index.js';
import type { BuildInputs } from '../facts/index.js';
import { joinPath } from '../project/paths.js';
import { type ContextView, contextView, type Selector } from './context-view.js';
import { compareCosts, type Costs } from './compare-costs.js';
import type { StepCost } from './costs.js';
import type { Commit, Entry, PathChange } from './history.js';
import { type Ecosystem, MANIFESTS } from './kinds-table.js';
import { type NamedFiles, namedFiles } from './named-files.js';
import { type BuildPlan, planBuild, type Step } from './plan.js';
import { type Cache, emptyCache, type Rebuilt } from './simulate.js';
import type { Timings } from './timings.js';

/** A git history as a port hands it over; paths are from the repository's root. */
export interface HistorySource {
  readonly tree: ReadonlyMap<string, Entry>;
  readonly commits: AsyncIterable<Commit>;
  text(id: string): Promise<string | undefined>;
}

/** One Dockerfile that is replayed over the history. */
export interface Arm {
  readonly file: Dockerfile;
  readonly inputs: BuildInputs;
  /** Lines that a rewrite adds to the ignore file. */
  readonly ignoreLines?: readonly string[];
}

export interface ReplayOptions {
  /** The folder of the build context in the repository; `""` is the root. */
  readonly context: string;
  /** Ignore files by their path in the repository; the first that a commit has counts. */
  readonly ignoreFiles: readonly string[];
  /** Built from a clone: its `.git` folder, which is another after each commit, is in a context that is the root. */
  readonly cloned?: boolean;
  /** Build arguments that have another value at each commit. */
  readonly varying?: readonly string[];
  readonly timings: Timings;
  /** Told of each build, the first one included. */
  readonly onBuild?: (arm: Arm, rebuilt: Rebuilt) => void;
  /** The share of its time that a RUN with a cache mount needs. */
  readonly cacheMountFactor?: number;
}

/** What is known to be at least, and what may be at most. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

export interface StepResult {
  readonly step: Step;
  readonly cost: StepCost;
  /** Commits at which it runs. */
  readonly rebuilds: Range;
  /** Commits at which what it reads itself may have changed: at others it runs because of what stands above it. */
  readonly ownChanges: number;
  /** Of the rebuilds, those at which it installs what it installed before: no manifest changed, or it reads none. */
  readonly needless: Range;
}

export interface ArmResult {
  readonly plan: BuildPlan;
  readonly steps: readonly StepResult[];
  /** Seconds to rebuild, for each commit. */
  readonly commits: readonly Range[];
  readonly total: Range;
  /** Commits at which a file that the Dockerfile copies by name is not there: the build would have failed. */
  readonly unbuildable: number;
}

export interface ReplayResult {
  readonly commits: readonly Pick<Commit, 'id' | 'time' | 'subject'>[];
  /** In the order of the arms. */
  readonly arms: readonly ArmResult[];
}

/**
 * What each commit would have cost to rebuild, had it been built with these Dockerfiles and a cache that held all builds
 * before. The tree at the start is built first and costs nothing.
 * @param arms the original first: what the others' steps cost is told by its times
 */
export async function replay(
  history: HistorySource,
  arms: readonly Arm[],
  options: ReplayOptions,
): Promise<ReplayResult> {
  const tree = new Map<string, Entry>();
  const watched = new Map<string, string>();
  const inContext = (path: string): string | undefined => {
    if (options.context === '') return path;
    return path.startsWith(`${options.context}/`) ? path.slice(options.context.length + 1) : undefined;
  };
  const note = (path: string, entry: Entry | undefined): void => {
    if (!options.ignoreFiles.includes(path)) return;
    if (entry === undefined) watched.delete(path);
    else watched.set(path, entry.id);
  };
  for (const [path, entry] of history.tree) {
    note(path, entry);
    const local = inContext(path);
    if (local !== undefined) tree.set(local, entry);
  }
  let shown: { readonly id: string | undefined; readonly text: string | undefined } = {
    id: undefined,
    text: undefined,
  };
  const ignoreText = async (): Promise<string | undefined> => {
    const id = options.ignoreFiles.map((path) => watched.get(path)).find((one) => one !== undefined);
    if (id !== shown.id) shown = { id, text: id === undefined ? undefined : ((await history.text(id)) ?? '') };
    return shown.text;
  };
  const git = (id: string): Entry => ({ mode: '100644', id });
  const cloned = options.cloned === true && options.context === '';
  if (cloned) tree.set(GIT_FILE, git('start'));
  const first = await ignoreText();
  const plans = arms.map(({ file, inputs }) => planBuild(file, inputs));
  const [original, ...rewrites] = plans;
  if (original === undefined) return { commits: [], arms: [] };
  const costs = compareCosts([original, ...rewrites], options.timings, options.cacheMountFactor);
  // Only Mix's manifests name others, and only where it installs do packages link to what it fetches.
  const usesMix = costs.some((one) => [...one.values()].some(({ ecosystems }) => ecosystems.has('elixir')));
  const named = namedFiles((id) => history.text(id));
  if (usesMix) for (const [path, entry] of tree) await named.note(path, entry);
  const runs = arms.map((arm, i) =>
    armRun(arm, { plan: plans[i]!, costs: costs[i]!, tree, ignore: first, named }, options),
  );
  for (const run of runs) run.build('start', false);
  const commits: Pick<Commit, 'id' | 'time' | 'subject'>[] = [];
  for await (const { id, time, subject, changes } of history.commits) {
    const local: PathChange[] = [];
    for (const change of changes) {
      note(change.path, change.after);
      const path = inContext(change.path);
      if (path === undefined) continue;
      local.push({ ...change, path });
      if (usesMix) await named.note(path, change.after);
      if (change.after === undefined) tree.delete(path);
      else tree.set(path, change.after);
    }
    if (cloned) {
      local.push({ path: GIT_FILE, before: tree.get(GIT_FILE), after: git(id) });
      tree.set(GIT_FILE, git(id));
    }
    const ignore = await ignoreText();
    for (const run of runs) {
      run.view.advance(local, run.ignore(ignore));
      run.build(id, true);
    }
    commits.push({ id, time, subject });
  }
  return { commits, arms: runs.map((run) => run.result()) };
}

/** Stands for the `.git` folder of a clone. */
const GIT_FILE = '.git/HEAD';

interface ArmRun {
  readonly view: ContextView;
  ignore(text: string | undefined): string | undefined;
  build(commit: string, counts: boolean): void;
  result(): ArmResult;
}

interface Count {
  lower: number;
  upper: number;
}

interface ArmStart {
  readonly plan: BuildPlan;
  readonly costs: Costs;
  readonly tree: ReadonlyMap<string, Entry>;
  readonly ignore: string | undefined;
  readonly named: NamedFiles;
}

function armRun(arm: Arm, { plan, costs, tree, ignore: first, named }: ArmStart, options: ReplayOptions): ArmRun {
  const ignore = (text: string | undefined): string | undefined =>
    arm.ignoreLines === undefined || arm.ignoreLines.length === 0
      ? text
      : `${text ?? ''}\n${arm.ignoreLines.join('\n')}\n`;
  const view = contextView(tree, ignore(first));
  const cache: Cache = emptyCache();
  const varying = options.varying ?? [];
  const rebuilds = new Map<number, Count>();
  const needless = new Map<number, Count>();
  const ownChanges = new Map<number, number>();
  const installed = new Map<string, Set<string>>();
  const perCommit: Range[] = [];
  let unbuildable = 0;

  /** Whether a step that runs installs what it did before; keeps what it installs now. */
  const repeats = (index: number, bound: keyof Range): boolean => {
    const { kinds, ecosystems, followsImports } = costs.get(index)!;
    const seen = setAt(installed, `${index} ${bound}`);
    const contents = [...ecosystems]
      .flatMap((one) => [manifestsOf(one), ...named.of(one)].map((each) => view.content(each)))
      .join();
    const token = followsImports && contents === 'empty' ? view.content(GO_SOURCES) : contents;
    const again = seen.has(token);
    seen.add(token);
    return again && (kinds.has('dependency-install') || kinds.has('system-install'));
  };
  return {
    view,
    ignore,
    build(commit, counts) {
      const now =
        varying.length === 0
          ? plan
          : planBuild(arm.file, {
              ...arm.inputs,
              buildArgs: { ...arm.inputs.buildArgs, ...Object.fromEntries(varying.map((name) => [name, commit])) },
            });
      const ran = cache.build(now, view);
      options.onBuild?.(arm, ran);
      const seconds = { lower: 0, upper: 0 };
      for (const bound of ['lower', 'upper'] as const) {
        for (const index of ran[bound]) {
          const again = repeats(index, bound);
          if (!counts) continue;
          seconds[bound] += costs.get(index)!.seconds;
          countAt(rebuilds, index)[bound]++;
          if (again) countAt(needless, index)[bound]++;
        }
      }
      if (!counts) return;
      for (const index of ran.own) ownChanges.set(index, (ownChanges.get(index) ?? 0) + 1);
      perCommit.push(seconds);
      if (missesSource(now, view)) unbuildable++;
    },
    result: () => ({
      plan,
      steps: plan.stages.flatMap(({ steps }) =>
        steps.map((step) => ({
          step,
          cost: costs.get(step.instruction.index)!,
          rebuilds: countAt(rebuilds, step.instruction.index),
          ownChanges: ownChanges.get(step.instruction.index) ?? 0,
          needless: countAt(needless, step.instruction.index),
        })),
      ),
      commits: perCommit,
      total: perCommit.reduce((sum, { lower, upper }) => ({ lower: sum.lower + lower, upper: sum.upper + upper }), {
        lower: 0,
        upper: 0,
      }),
      unbuildable,
    }),
  };
}

function countAt(counts: Map<number, Count>, index: number): Count {
  let count = counts.get(index);
  if (count === undefined) counts.set(index, (count = { lower: 0, upper: 0 }));
  return count;
}

function setAt(sets: Map<string, Set<string>>, key: string): Set<string> {
  let found = sets.get(key);
  if (found === undefined) sets.set(key, (found = new Set()));
  return found;
}

function manifestsOf(ecosystem: Ecosystem): Selector {
  return { kind: 'test', key: ecosystem, test: (path) => MANIFESTS[ecosystem].test(path) };
}

/** What `go get` goes by where there is no go.mod. */
const GO_SOURCES: Selector = { kind: 'test', key: 'sources of Go', test: (path) => path.endsWith('.go') };

function missesSource({ stages }: BuildPlan, view: ContextView): boolean {
  return stages.some(({ steps }) =>
    steps.some(({ reads }) =>
      reads.some(
        (read) =>
          read.from === 'context' &&
          read.selector.kind === 'sources' &&
          !read.selector.sources.some((source) => /[*?[\\]/.test(source)) &&
          view.content(read.selector) === 'empty',
      ),
    ),
  );
}

/** Where the ignore file of a Dockerfile may stand, the one that counts first. Paths are from the repository's root. */
export function ignoreFilesOf(dockerfile: string, context: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, joinPath(context, '.dockerignore')];
}

/** The lines that edits add to ignore files, to be added to that of each commit. */
export function addedIgnoreLines(
  files: readonly { readonly path: string; readonly before: string | undefined; readonly after: string }[],
): readonly string[] {
  return files
    .filter(({ path }) => path.endsWith('.dockerignore'))
    .flatMap(({ before, after }) => {
      const known = new Set((before ?? '').split(/\r?\n/));
      return after.split(/\r?\n/).filter((line) => line !== '' && !known.has(line));
    });
}
