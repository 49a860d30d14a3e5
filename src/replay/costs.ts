import type { Kind } from './kinds-table.js';
import { mountsOf } from '../dockerfile/index.js';
import type { BuildPlan, Step } from './plan.js';
import { workOf, type Work } from './kinds.js';
import type { Ecosystem } from './kinds-table.js';
import { bodyText, type Timings } from './timings.js';

/**
 * Seconds that a step is taken to need where no log says it. Assumptions, not measurements: only their proportions matter,
 * and a report names them. Kinds in one step add up.
 */
export const ESTIMATED_SECONDS: Readonly<Record<Kind | 'other' | 'copy' | 'workdir', number>> = {
  'system-install': 20,
  'dependency-install': 45,
  build: 30,
  other: 2,
  copy: 0.5,
  workdir: 0,
};

/** The share of its time that a RUN with a cache mount needs when it runs again: an assumption, said in reports. */
export const CACHE_MOUNT_FACTOR = 0.5;

export interface StepCost {
  /** Seconds when it runs again. */
  readonly seconds: number;
  /** `measured` by a log, `estimated` by the table above. */
  readonly basis: 'measured' | 'estimated';
  /** Whether the cache mount factor is in it. */
  readonly discounted: boolean;
  readonly kinds: ReadonlySet<Kind>;
  /** Of the dependencies that it installs, those that a build installs by the way included. */
  readonly ecosystems: ReadonlySet<Ecosystem>;
}

/** The cost of each step of a plan. */
export function costsOf(plan: BuildPlan, timings: Timings, factor = CACHE_MOUNT_FACTOR): ReadonlyMap<Step, StepCost> {
  const installed = new Map<number, Set<Ecosystem>>();
  const costs = new Map<Step, StepCost>();
  for (const { stage, parent, steps } of plan.stages) {
    const before = new Set(parent === undefined ? [] : installed.get(parent));
    installed.set(stage.index, before);
    for (const step of steps) {
      const work = step.instruction.keyword === 'RUN' ? workOf(plan.facts, step.instruction) : undefined;
      costs.set(step, costOf(step, work, before, timings, factor));
      for (const one of [...(work?.ecosystems ?? []), ...(work?.implied ?? [])]) before.add(one);
    }
  }
  return costs;
}

function costOf(
  { instruction }: Step,
  work: Work | undefined,
  before: ReadonlySet<Ecosystem>,
  timings: Timings,
  factor: number,
): StepCost {
  const kinds = new Set(work?.kinds);
  const ecosystems = new Set(work?.ecosystems);
  for (const one of work?.implied ?? []) if (!before.has(one)) ecosystems.add(one);
  if (ecosystems.size > 0) kinds.add('dependency-install');
  const measured = timings.secondsOf(bodyText(instruction));
  const estimated =
    work === undefined
      ? ESTIMATED_SECONDS[instruction.keyword === 'WORKDIR' ? 'workdir' : 'copy']
      : kinds.size === 0
        ? ESTIMATED_SECONDS.other
        : [...kinds].reduce((sum, kind) => sum + ESTIMATED_SECONDS[kind], 0);
  const discounted = kinds.size > 0 && mountsOf(instruction).some(({ type }) => type === 'cache');
  return {
    seconds: (measured ?? estimated) * (discounted ? factor : 1),
    basis: measured === undefined ? 'estimated' : 'measured',
    discounted,
    kinds,
    ecosystems,
  };
}
