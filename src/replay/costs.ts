import { argumentText, type Instruction, mountsOf } from '../dockerfile/index.js';
import { expandIn, isWithin, joinPath } from '../facts/index.js';
import { once } from '../once.js';
import { type Work, workOf } from './kinds.js';
import type { Ecosystem, Kind } from './kinds-table.js';
import type { BuildPlan, Step } from './plan.js';

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
  /** `measured` by a log, `scaled` from the step of the log that it was made of, `estimated` by the table above. */
  readonly basis: 'measured' | 'scaled' | 'estimated';
  /** Whether the cache mount factor is in it. */
  readonly discounted: boolean;
  readonly kinds: ReadonlySet<Kind>;
  /** Of the dependencies that it installs, those that a build installs by the way included. */
  readonly ecosystems: ReadonlySet<Ecosystem>;
  /** It installs dependencies only by the way of a build. */
  readonly implied: boolean;
  /** Where no manifest is there, the imports of the sources say what it installs. */
  readonly followsImports: boolean;
}

/** What a step does, and the seconds of the table, cache mounts left out. */
export interface Estimate extends Pick<StepCost, 'kinds' | 'ecosystems' | 'implied' | 'followsImports'> {
  readonly step: Step;
  readonly seconds: number;
  readonly mounted: boolean;
}

/**
 * Estimates each step of a plan.
 * @param hidden what builds install though their commands do not show it, by the index of an instruction
 */
export function estimate(
  plan: BuildPlan,
  hidden: ReadonlyMap<number, ReadonlySet<Ecosystem>> = new Map<number, ReadonlySet<Ecosystem>>(),
): readonly Estimate[] {
  const ends = new Map<number, Seen>();
  return plan.stages.flatMap(({ stage, parent, steps }) => {
    const above = parent === undefined ? undefined : ends.get(parent);
    const seen: Seen = {
      installed: new Set(above?.installed),
      partial: new Set(above?.partial),
      here: [...(above?.here ?? [])],
    };
    ends.set(stage.index, seen);
    return steps.map((step) => {
      const { instruction } = step;
      if (instruction.keyword !== 'RUN') {
        seen.here.push(...broughtBy(step, ends));
        return other(step, instruction.keyword === 'WORKDIR' ? 'workdir' : 'copy');
      }
      const work = withoutFinishing(plan, step, workOf(plan.facts, instruction), seen);
      return estimateRun(step, work, seen, hidden.get(instruction.index));
    });
  });
}

/** What the steps before have done, in the stage and those that it is built FROM. */
interface Seen {
  readonly installed: Set<Ecosystem>;
  /** Tools that installed all but the project. */
  readonly partial: Set<string>;
  /** Installs that a later run of the same command would only finish, and the folders that they worked in. */
  readonly here: Done[];
}

interface Done {
  readonly command: string;
  readonly folder: string;
}

/** What was installed in the folders that a COPY takes from another stage. */
function broughtBy({ reads, target }: Step, ends: ReadonlyMap<number, Seen>): readonly Done[] {
  return reads.flatMap((read) => {
    if (read.from !== 'stage' || target === undefined) return [];
    const inside = ends.get(read.stage)?.here.filter(({ folder }) => isWithin(folder, read.path)) ?? [];
    return inside.map(({ command, folder }) => ({
      command,
      folder: joinPath(target, folder.slice(read.path.length).replace(/^\//, '')),
    }));
  });
}

/** The work of a RUN but for installs that were done by the same command where it works, or in an environment that it enters. */
function withoutFinishing({ facts, file }: BuildPlan, { instruction }: Step, work: Work, { here }: Seen): Work {
  const state = facts.before(instruction);
  const folder = state?.workdir;
  if (folder === undefined || work.installs.length === 0) return work;
  const text = once(() => expandIn(state!, argumentText(instruction), file).value ?? '');
  const isDone = (command: string | undefined): boolean =>
    here.some(
      (done) =>
        done.command === command &&
        (done.folder === folder || text().includes(`. ${joinPath(done.folder, '.venv/bin/activate')}`)),
    );
  const installs = work.installs.filter(({ finishes }) => !isDone(finishes));
  for (const { finishes } of installs) if (finishes !== undefined) here.push({ command: finishes, folder });
  return { ...work, installs };
}

function estimateRun(step: Step, work: Work, seen: Seen, hidden: ReadonlySet<Ecosystem> | undefined): Estimate {
  const installs = work.installs.filter(({ tool, partial }) => partial || !seen.partial.has(tool));
  const explicit = installs.flatMap(({ ecosystem }) => ecosystem ?? []);
  const implied = [...work.implied, ...(hidden ?? [])].filter((one) => !seen.installed.has(one));
  for (const one of [...explicit, ...implied]) seen.installed.add(one);
  for (const { tool, partial } of work.installs) if (partial) seen.partial.add(tool);
  const kinds = new Set<Kind>(work.kinds);
  if (installs.length > 0 || implied.length > 0) kinds.add('dependency-install');
  if (kinds.size === 0) return other(step, 'other');
  return {
    step,
    kinds,
    ecosystems: new Set([...explicit, ...implied]),
    implied: installs.length === 0 && implied.length > 0,
    followsImports: installs.some((one) => one.followsImports),
    seconds: [...kinds].reduce((sum, kind) => sum + ESTIMATED_SECONDS[kind], 0),
    mounted: hasCacheMount(step.instruction),
  };
}

function other(step: Step, kind: 'other' | 'copy' | 'workdir'): Estimate {
  const kinds = new Set<Kind>();
  const ecosystems = new Set<Ecosystem>();
  const seconds = ESTIMATED_SECONDS[kind];
  return { step, kinds, ecosystems, implied: false, followsImports: false, mounted: false, seconds };
}

function hasCacheMount(instruction: Instruction): boolean {
  return mountsOf(instruction).some(({ type }) => type === 'cache');
}
