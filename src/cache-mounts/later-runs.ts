import { type Facts, resolvePath } from '../facts/index.js';
import { patternOf } from '../shell/index.js';
import { onceFor } from '../once.js';
import { PathIndex } from './path-index.js';
import { type Run, runsOf } from './uses.js';

/**
 * What is asked of a RUN, and of folders where it is about folders: then it is false of a RUN whose words name none of them,
 * nothing around and nothing in one. One function for all RUNs that it is asked for.
 */
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
    let runs = known.get(key);
    if (runs === undefined) {
      runs = (folders.length === 0 ? runsOf(facts) : runsNaming(facts, folders)).filter((run) => test(run, folders));
      known.set(key, runs);
    }
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

const indexOf = onceFor((facts: Facts) => {
  const index = new PathIndex<Run>();
  for (const run of runsOf(facts)) for (const path of new Set(pathsIn(run))) index.add(path, run);
  return index;
});

/** The RUNs of a file whose words may name one of some folders, something around or in one, in order. */
function runsNaming(facts: Facts, folders: readonly string[]): readonly Run[] {
  const index = indexOf(facts);
  const found = new Set<Run>();
  for (const folder of folders) for (const run of index.near(folder)) found.add(run);
  return [...found].sort((a, b) => a.instruction.index - b.instruction.index);
}

function pathsIn({ uses }: Run): readonly string[] {
  return uses.flatMap(({ invocation: { args, command }, place }) =>
    [...args, ...command.redirects.flatMap(({ target }) => target ?? [])].flatMap((word) => {
      const pattern = patternOf(word, place.lookup);
      return (pattern === undefined ? undefined : resolvePath(pattern, place)) ?? [];
    }),
  );
}
