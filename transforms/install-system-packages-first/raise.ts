import type { Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { climb } from '../../src/transform/index.js';
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
  let best: Raised | undefined;
  let held: Held | undefined;
  const passed: Instruction[] = [];
  for (const { over, group, reason, ends } of climb(facts, order, at)) {
    const source = sourceOf(over);
    if (reason !== undefined && (ends || source !== undefined)) held ??= { reason, copy: over };
    if (reason !== undefined || source === undefined) continue;
    passed.push(over);
    best = { run, group, before: over, passed: [...passed] };
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
