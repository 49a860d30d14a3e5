import type { Instruction } from '../dockerfile/index.js';
import { resolveSources } from '../project/copy-sources.js';
import type { History } from '../project/git-history.js';
import type { Selector } from './context-view.js';
import { type Estimate, estimate } from './costs.js';
import { type Ecosystem, MANIFESTS, RULES } from './kinds-table.js';
import { workOf } from './kinds.js';
import { type BuildPlan, planBuild, type Read, type Step } from './plan.js';
import { type Part, traceContent } from './trace.js';

export { type Estimate, planBuild, workOf };

/** Commits that are alike to a build. */
export interface Scenario {
  /** How many of a hundred commits they are. */
  readonly share: number;
  /** The steps whose own input they change, and the FROM of each stage whose parent they change. */
  readonly own: ReadonlySet<Instruction>;
}

/** How often what a step reads of the context changes, and whether that was counted or is taken to be so. */
export interface Expectation {
  readonly scenarios: readonly Scenario[];
  /** How many commits were counted; undefined where none were. */
  readonly commits: number | undefined;
}

/** Fewer commits say too little of how often a path changes. */
export const FEWEST_COMMITS = 30;

/**
 * What the commits to come are expected to change: as the last ones did, or where there are too few of them as files of
 * these kinds do.
 * @param history what the last commits changed in the context, what is kept out of it left out
 */
export function expectChanges(plan: BuildPlan, history: History | undefined): Expectation {
  if (history !== undefined && history.length >= FEWEST_COMMITS) {
    const commits = history.map((paths) => [...paths].sort());
    const touches = commits.map((paths) => (selector: Selector) => filesOf(selector, paths).length > 0);
    return { scenarios: scenariosOf(plan, touches, () => 100 / commits.length), commits: commits.length };
  }
  const chances = [...new Set(Object.values(CHANCES))].sort((a, b) => a - b);
  // What changes seldom is taken to change together with what changes often: then only what is above the first counts.
  const touches = chances.map((least) => (selector: Selector) => chanceOf(selector) >= least);
  return { scenarios: scenariosOf(plan, touches, (i) => chances[i]! - (chances[i - 1] ?? 0)), commits: undefined };
}

/** In how many of a hundred commits a source of a COPY changes: rounded from what `scripts/change-chances.js` counts. */
const CHANCES = { context: 80, folder: 15, manifest: 8, file: 2 } as const;

function chanceOf(selector: Selector): number {
  const sources = selector.kind === 'sources' ? selector.sources : [];
  return Math.max(0, ...sources.map((source) => CHANCES[kindOf(source)]));
}

/** What a source of a COPY is by its name. */
export function kindOf(source: string): keyof typeof CHANCES {
  if (/^(?:\.?\/)*(?:\.|\*)?$/.test(source)) return 'context';
  if (Object.values(MANIFESTS).some((manifest) => manifest.test(source.replace(/[*?]+/g, '')))) return 'manifest';
  const isFile = /(?:^|\/)[^/*?[]+\.[^/*?[.]+$|(?:^|\/)(?:\.[^/.]+|VERSION|LICENSE|README|Makefile|Procfile)$/.test(
    source,
  );
  return isFile ? 'file' : 'folder';
}

function filesOf(selector: Selector, paths: readonly string[]): readonly string[] {
  if (selector.kind === 'test') return paths.filter(selector.test);
  return resolveSources({ paths, complete: true }, selector.sources, selector.flags).files;
}

/** The steps that each kind of commit changes, in all stages; kinds that change the same are one. */
function scenariosOf(
  plan: BuildPlan,
  touches: readonly ((selector: Selector) => boolean)[],
  shareOf: (index: number) => number,
): readonly Scenario[] {
  const traces = new Map<Read, readonly Part[]>();
  const traced = (read: Read & { from: 'stage' }): readonly Part[] => {
    let parts = traces.get(read);
    if (parts === undefined) traces.set(read, (parts = traceContent(plan, read.stage, read.path)));
    return parts;
  };
  const found = new Map<string, { share: number; readonly own: ReadonlySet<Instruction> }>();
  for (const [index, changed] of touches.entries()) {
    const own = ownChanges(plan, changed, traced);
    const key = [...own].map((instruction) => instruction.index).join();
    const known = found.get(key);
    if (known === undefined) found.set(key, { share: shareOf(index), own });
    else known.share += shareOf(index);
  }
  return [...found.values()].filter(({ own }) => own.size > 0);
}

function ownChanges(
  plan: BuildPlan,
  changed: (selector: Selector) => boolean,
  traced: (read: Read & { from: 'stage' }) => readonly Part[],
): ReadonlySet<Instruction> {
  const own = new Set<Instruction>();
  const rebuilt = new Set<Step>();
  const ends = new Map<number, boolean>();
  for (const { stage, parent, steps } of plan.stages) {
    let above = parent !== undefined && ends.get(parent) === true;
    if (above) own.add(stage.from);
    for (const step of steps) {
      const isOwn = step.reads.some((read) =>
        read.from === 'context'
          ? changed(read.selector)
          : traced(read).some((part) => (part.kind === 'step' ? rebuilt.has(part.step) : changed(part.selector))),
      );
      if (isOwn) own.add(step.instruction);
      if ((above ||= isOwn)) rebuilt.add(step);
    }
    ends.set(stage.index, above);
  }
  return own;
}

/** The programs without which a step takes no long time, installs of system packages left out. */
export const LONG_TOOLS: readonly string[] = [
  ...new Set(RULES.filter(({ kind }) => kind !== 'system-install').flatMap(({ tools }) => tools)),
];

/** The estimates of a plan's steps by their instruction. */
export function estimates(plan: BuildPlan): ReadonlyMap<Instruction, Estimate> {
  return new Map(estimate(plan).map((one) => [one.step.instruction, one]));
}

/** The seconds that a commit is expected to cost a stage, its FROM included, in this order: each step from the first that changes on. */
export function expectedSeconds(
  order: readonly Instruction[],
  scenarios: readonly Scenario[],
  costs: ReadonlyMap<Instruction, Pick<Estimate, 'seconds'>>,
): number {
  return scenarios.reduce((sum, { share, own }) => {
    const first = order.findIndex((instruction) => own.has(instruction));
    if (first < 0) return sum;
    const seconds = order.slice(first).reduce((all, instruction) => all + (costs.get(instruction)?.seconds ?? 0), 0);
    return sum + (share / 100) * seconds;
  }, 0);
}

/** Whether a step may bring files that managers of some ecosystems read: all but single files by other names. */
export function mayBringManifests({ reads }: Step, ecosystems: ReadonlySet<Ecosystem>): boolean {
  return reads.some(({ from, ...read }) => {
    if (from !== 'context' || !('selector' in read) || read.selector.kind !== 'sources') return true;
    return read.selector.sources.some((source) => {
      const name = source.replace(/[*?]+/g, '');
      return !/^(?:file|manifest)$/.test(kindOf(source)) || [...ecosystems].some((one) => MANIFESTS[one].test(name));
    });
  });
}
