import { onceFor } from '../once.js';
import { CACHE_MOUNT_FACTOR, type Estimate, estimate, type StepCost } from './costs.js';
import { workOf } from './kinds.js';
import type { Ecosystem } from './kinds-table.js';
import type { BuildPlan } from './plan.js';
import { bodyText, type Timings } from './timings.js';

/** Costs by the index of an instruction. */
export type Costs = ReadonlyMap<number, StepCost>;

/**
 * The costs of a Dockerfile's steps and of its rewrites' in one measure. What a rewrite takes out of a step was part of
 * it before: an install that a build script did by the way is charged to the original's build, and a step that the log
 * does not have has its share of the one that it was made of.
 * @param plans the original's first
 * @param timings of a build of the original
 */
export function compareCosts(
  [original, ...rewrites]: readonly [BuildPlan, ...BuildPlan[]],
  timings: Timings,
  factor = CACHE_MOUNT_FACTOR,
): readonly Costs[] {
  const hidden = hiddenInstalls(original, rewrites);
  const before = estimateWith(original, hidden);
  const measured = before.map((one) => ({ one, seconds: timings.secondsOf(textOf(one)) }));
  const finish = (one: Estimate, seconds: number | undefined, basis: StepCost['basis']): [number, StepCost] => {
    const { step, kinds, ecosystems, implied, followsImports, mounted } = one;
    const discounted = mounted && kinds.size > 0;
    const cost = (seconds ?? one.seconds) * (discounted ? factor : 1);
    const what = { kinds, ecosystems, implied, followsImports };
    return [step.instruction.index, { seconds: cost, basis, discounted, ...what }];
  };
  const first = new Map(
    measured.map(({ one, seconds }) => finish(one, seconds, seconds === undefined ? 'estimated' : 'measured')),
  );
  return [
    first,
    ...rewrites.map((plan) => {
      const after = estimateWith(plan, hidden);
      const kept = new Set(after.map(textOf));
      return new Map(
        after.map((one) => {
          const same = measured.find((other) => textOf(other.one) === textOf(one));
          const source = same ?? sourceOf(one, measured, kept);
          if (source?.seconds === undefined) return finish(one, undefined, 'estimated');
          const share = source.one.seconds === 0 ? 1 : Math.min(1, one.seconds / source.one.seconds);
          return finish(one, source.seconds * share, share === 1 && same !== undefined ? 'measured' : 'scaled');
        }),
      );
    }),
  ];
}

interface Measured {
  readonly one: Estimate;
  readonly seconds: number | undefined;
}

/** The measured step that a new one was made of: of the same work, and gone since, or relieved of an install. */
function sourceOf(one: Estimate, measured: readonly Measured[], kept: ReadonlySet<string>): Measured | undefined {
  const fits = measured.filter(
    ({ one: other, seconds }) =>
      seconds !== undefined &&
      ([...one.ecosystems].some((ecosystem) => other.ecosystems.has(ecosystem)) ||
        (one.ecosystems.size === 0 && [...one.kinds].some((kind) => other.kinds.has(kind)))),
  );
  return fits.find(({ one: other }) => !kept.has(textOf(other))) ?? fits.find(({ one: other }) => other.implied);
}

interface Hidden {
  readonly ecosystem: Ecosystem;
  /** The stage in which a rewrite installs it. */
  readonly stage: string;
}

/** Ecosystems that only a rewrite's commands name: a build of the original installed them unseen. */
function hiddenInstalls(original: BuildPlan, rewrites: readonly BuildPlan[]): readonly Hidden[] {
  const known = ecosystemsOf(original);
  const found = rewrites.flatMap((plan) =>
    plainEstimate(plan).flatMap(({ step, ecosystems }) =>
      [...ecosystems].map((ecosystem) => ({ ecosystem, stage: nameOf(plan, step.stage) })),
    ),
  );
  return found.filter(({ ecosystem }) => !known.has(ecosystem));
}

/** What the commands themselves say. */
const plainEstimate = onceFor((plan: BuildPlan): readonly Estimate[] => estimate(plan));

function ecosystemsOf(plan: BuildPlan): ReadonlySet<Ecosystem> {
  return new Set(plainEstimate(plan).flatMap(({ ecosystems }) => [...ecosystems]));
}

/** Estimates a plan with what its builds install unseen, where none of its commands names it. */
function estimateWith(plan: BuildPlan, hidden: readonly Hidden[]): readonly Estimate[] {
  const known = ecosystemsOf(plan);
  const steps = new Map<number, Set<Ecosystem>>();
  for (const { ecosystem, stage } of hidden) {
    const index = known.has(ecosystem) ? undefined : buildStep(plan, stage);
    if (index !== undefined) steps.set(index, (steps.get(index) ?? new Set()).add(ecosystem));
  }
  return steps.size === 0 ? plainEstimate(plan) : estimate(plan, steps);
}

/** The first build of the stage of that name, else of the file, else the first RUN that stands below a COPY. */
function buildStep(plan: BuildPlan, stage: string): number | undefined {
  const runs = plan.stages.flatMap(({ steps }) => steps.filter(({ instruction }) => instruction.keyword === 'RUN'));
  const builds = runs.filter(({ instruction }) => workOf(plan.facts, instruction).kinds.has('build'));
  const last = plan.stages.findLast((one) => nameOf(plan, one.stage.index) === stage)?.steps;
  const copied = last?.findIndex(({ instruction }) => instruction.keyword === 'COPY') ?? -1;
  const below = copied < 0 ? undefined : last?.slice(copied).find(({ instruction }) => instruction.keyword === 'RUN');
  const chosen = builds.find((step) => nameOf(plan, step.stage) === stage) ?? builds[0] ?? below;
  return chosen?.instruction.index;
}

function nameOf(plan: BuildPlan, stage: number): string {
  return plan.file.stages[stage]?.name ?? String(stage);
}

function textOf({ step }: Estimate): string {
  return bodyText(step.instruction);
}
