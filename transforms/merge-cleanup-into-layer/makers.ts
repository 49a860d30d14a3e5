import { PathIndex, type Run, runsIn } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import { commandEffects, type Facts } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';
import { type Cleanup, covers, mayMake, type Trace } from './cleanups.js';

/** The last RUN before a clean-up, in its stage, that made something of what it removes, what pays first. */
export function makerOf(facts: Facts, run: Run, cleanups: readonly Cleanup[]): Run | undefined {
  const made = (some: readonly Cleanup[]): Run | undefined => {
    let last: Run | undefined;
    for (const cleanup of some)
      for (const makers of cleanup.traces.flatMap((trace) => candidates(facts, run.stage, trace))) {
        const found = lastBefore(makers, run, (other) => leaves(other, cleanup));
        if (found !== undefined && !(last !== undefined && last.instruction.index > found.instruction.index))
          last = found;
      }
    return last;
  };
  return made(cleanups.filter(({ pays }) => pays)) ?? made(cleanups);
}

/** The last of some RUNs in order that stands before another one and passes a test. */
function lastBefore(runs: readonly Run[], end: Run, test: (run: Run) => boolean): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.instruction.index < end.instruction.index) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0; i--) if (test(runs[i]!)) return runs[i];
  return undefined;
}

/** Whether a RUN makes what a clean-up removes, and does not do so itself afterwards. */
function leaves({ uses }: Run, { use, madeBy }: Cleanup): boolean {
  const last = uses.findLastIndex(madeBy);
  return last >= 0 && !uses.slice(last + 1).some((other) => covers(other, use));
}

/** The RUNs of a stage that may make what a clean-up removes, by what they are found by. */
interface Makers {
  readonly byTool: ReadonlyMap<string, readonly Run[]>;
  readonly byPath: PathIndex<Run>;
}

/** Of fewer RUNs each is tried sooner than they are sorted by what they make. */
const FEW = 30;

const makersOf = onceFor((facts: Facts) => onceFor((stage: Stage) => readMakers(runsIn(facts, stage).filter(mayMake))));

/** Lists of the RUNs that may have left a trace, each in order. */
function candidates(facts: Facts, stage: Stage, trace: Trace): readonly (readonly Run[])[] {
  const runs = runsIn(facts, stage);
  if (runs.length < FEW) return [runs.filter(mayMake)];
  const { byPath, byTool } = makersOf(facts)(stage);
  if ('path' in trace) return [sorted(byPath.near(trace.path))];
  return [...byTool].flatMap(([tool, some]) => (trace.tools.test(tool) ? [some] : []));
}

function sorted(runs: readonly Run[]): readonly Run[] {
  return [...new Set(runs)].sort((a, b) => a.instruction.index - b.instruction.index);
}

function readMakers(runs: readonly Run[]): Makers {
  const byTool = new Map<string, Run[]>();
  const byPath = new PathIndex<Run>();
  for (const run of runs) {
    for (const { invocation, place } of run.uses) {
      const { tool } = invocation;
      if (tool === undefined) continue;
      const others = byTool.get(tool);
      if (others === undefined) byTool.set(tool, [run]);
      else if (others.at(-1) !== run) others.push(run);
      for (const path of new Set(commandEffects(invocation, place).writes)) byPath.add(path, run);
    }
  }
  return { byTool, byPath };
}
