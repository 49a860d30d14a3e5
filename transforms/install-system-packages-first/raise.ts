import type { Instruction } from '../../src/dockerfile/index.js';
import { type Facts, orderReason } from '../../src/facts/index.js';
import type { Source, SourceCount } from './sources.js';

/** A RUN that goes up, with all that it needs to have above it. */
export interface Raised {
  readonly run: Instruction;
  /** The RUN and what goes with it, in order. */
  readonly group: readonly Instruction[];
  /** They go to just above this one. */
  readonly before: Instruction;
  /** COPYs that come after them then. */
  readonly passed: readonly Instruction[];
}

/** Why a RUN stays below a COPY that it would be good to have it above. */
export interface Held {
  readonly reason: string;
  readonly copy: Instruction;
}

/** How many instructions go up together at most: more are not easily reviewed. */
const LARGEST_GROUP = 12;
/** How many instructions are looked at above a RUN, so that the cost of a long file grows with its length only. */
const FARTHEST = 100;

/**
 * Brings a RUN as far up a stage as some COPY lets it, together with each instruction in between that may not change
 * places with it. `order` is the stage without its FROM, as it stands now.
 * @param at the place of the RUN in `order`
 * @param sources of all COPYs above it
 * @param sourceOf what a COPY brings that changes often
 * @returns undefined when no such COPY stands above it
 */
export function raise(
  facts: Facts,
  order: readonly Instruction[],
  at: number,
  sources: SourceCount,
  sourceOf: (copy: Instruction) => Source | undefined,
): Raised | Held | undefined {
  const run = order[at]!;
  let group: readonly Instruction[] = [run];
  let best: Raised | undefined;
  let held: Held | undefined;
  const passed: Instruction[] = [];
  for (const instruction of order.slice(Math.max(0, at - FARTHEST), at).toReversed()) {
    if (group.length > LARGEST_GROUP) break;
    const reason = group.reduce<string | undefined>(
      (found, member) => found ?? orderReason(facts, instruction, member),
      undefined,
    );
    const source = sourceOf(instruction);
    if (reason !== undefined) {
      group = [instruction, ...group];
      if (source !== undefined) held ??= { reason, copy: instruction };
    } else if (instruction.keyword === 'RUN' && group.some(({ keyword }) => keyword === 'ARG')) {
      // A build argument is in the environment of every RUN below it: its cache would hang on it as well.
      const { lines } = group.find(({ keyword }) => keyword === 'ARG')!;
      const line = instruction.lines.first;
      held ??= { reason: `ARG at line ${lines.first} would come above RUN at line ${line}`, copy: instruction };
      break;
    } else if (source !== undefined) {
      passed.push(instruction);
      best = { run, group, before: instruction, passed: [...passed] };
    }
  }
  if (best === undefined) return held;
  return isGain(
    best.passed.map((copy) => sourceOf(copy)!),
    sources,
  )
    ? best
    : held;
}

/** Whether what is passed changes more often than what is left above: only then does the RUN rest more. */
function isGain(passed: readonly Source[], above: SourceCount): boolean {
  for (const source of passed) above.add(source, -1);
  const gain = passed.some(({ origin, weight }) =>
    above.every((other) => other.weight < weight || (other.origin !== origin && weight > 1)),
  );
  for (const source of passed) above.add(source, 1);
  return gain;
}
