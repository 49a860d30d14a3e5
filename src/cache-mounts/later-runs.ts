import type { Facts } from '../facts/index.js';
import { type Run, runsOf } from './uses.js';

/** What is asked of a RUN, and of folders where it is about folders: one function for all RUNs that it is asked for. */
type RunTest = (run: Run, folders: readonly string[]) => boolean;

/** The first of some RUNs that a test is true of. */
export type FirstRun = (test: RunTest, folders?: readonly string[]) => Run | undefined;

/** What finds the RUNs behind another one, in its stage and those built FROM it. Each test meets each RUN once. */
export function laterRuns(facts: Facts): (run: Run) => FirstRun {
  const passing = new Map<RunTest, Map<string, readonly Run[]>>();
  const allPassing = (test: RunTest, folders: readonly string[]): readonly Run[] => {
    const known = passing.get(test) ?? new Map<string, readonly Run[]>();
    passing.set(test, known);
    const key = folders.join('\0');
    const runs = known.get(key) ?? runsOf(facts).filter((run) => test(run, folders));
    known.set(key, runs);
    return runs;
  };
  return ({ stage, instruction }) => {
    const heirs = facts.heirs(stage);
    return (test, folders = []) => {
      const runs = allPassing(test, folders);
      for (let at = firstBehind(runs, instruction.index); at < runs.length; at++)
        if (heirs.includes(runs[at]!.stage)) return runs[at];
      return undefined;
    };
  };
}

/** Where the RUNs behind an instruction begin, by halving. */
function firstBehind(runs: readonly Run[], index: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.instruction.index > index) high = middle;
    else low = middle + 1;
  }
  return low;
}
