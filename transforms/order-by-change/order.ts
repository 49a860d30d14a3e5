import { type Instruction, readArguments } from '../../src/dockerfile/index.js';
import { type Facts, isVolatile, PLATFORM_ARGS } from '../../src/facts/index.js';
import { type Estimate, expectedSeconds, mayBringManifests, type Scenario } from '../../src/replay/expected.js';
import { climb, FARTHEST, moveAbove } from '../../src/transform/index.js';

/** What a stage's order is weighed by. */
interface Weights {
  readonly scenarios: readonly Scenario[];
  readonly costs: ReadonlyMap<Instruction, Estimate>;
  /** The least gain, in seconds a commit, that a move is made for. */
  readonly least: number;
}

/** A long step that goes up with what it needs, because what it passes changes more often. */
export interface Raised {
  readonly step: Instruction;
  readonly group: readonly Instruction[];
  readonly before: Instruction;
  /** Seconds a commit. */
  readonly gain: number;
}

/** A long step that stays below a COPY that brings nothing that it installs from, and why. */
export interface Held {
  readonly step: Instruction;
  readonly reason: string;
}

export interface StageOrder {
  readonly order: readonly Instruction[];
  readonly raised: readonly Raised[];
  readonly held: readonly Held[];
}

/** Whether any change of the files could be a reason to take a long step up, or to tell why it stays. */
export function mayRise(
  facts: Facts,
  order: readonly Instruction[],
  costs: ReadonlyMap<Instruction, Estimate>,
): boolean {
  return order.some((step, at) => {
    const above = order.slice(Math.max(0, at - FARTHEST), at);
    if (!isLong(costs.get(step)) || !above.some((one) => readsFiles(costs.get(one)))) return false;
    for (const { over, group, reason, ends } of climb(facts, order, at)) {
      if (group.some((member) => mayVary(facts, member))) return false;
      const cost = costs.get(over);
      if (!readsFiles(cost)) continue;
      if (reason === undefined || (!ends && mayDoWithout(costs.get(step)!, cost))) return true;
    }
    return false;
  });
}

function readsFiles(cost: Estimate | undefined): cost is Estimate {
  return cost !== undefined && cost.step.reads.length > 0;
}

/** Takes each long step, from the top down, to where it gains most, until none gains enough. */
export function cheapest(facts: Facts, from: Instruction, given: readonly Instruction[], weights: Weights): StageOrder {
  const raised: Raised[] = [];
  let order = given;
  for (;;) {
    const held: Held[] = [];
    const before = raised.length;
    for (const step of order.filter((one) => isLong(weights.costs.get(one)))) {
      const found = raise(facts, from, order, step, weights);
      if (found === undefined) continue;
      if ('reason' in found) {
        held.push(found);
        continue;
      }
      raised.push(found);
      order = moveAbove(order, found.group, found.before);
    }
    if (raised.length === before) return { order, raised, held };
  }
}

/** The best place for a step above its own, or why the first COPY that it would gain by passing stays above it. */
function raise(
  facts: Facts,
  from: Instruction,
  order: readonly Instruction[],
  step: Instruction,
  { scenarios, costs, least }: Weights,
): Raised | Held | undefined {
  const at = order.indexOf(step);
  const start = Math.max(0, at - FARTHEST);
  // What changes above runs all that may change places again, in each order; what stands below is the same in each.
  const apart = scenarios.filter(({ own }) => !own.has(from) && !order.slice(0, start).some((one) => own.has(one)));
  const near = order.slice(start, at + 1);
  const now = expectedSeconds(near, apart, costs);
  const gainAbove = (group: readonly Instruction[], before: Instruction): number =>
    now - expectedSeconds(moveAbove(near, group, before), apart, costs);
  let best: Raised | undefined;
  let held: Held | undefined;
  for (const { over, group, reason, ends } of climb(facts, order, at)) {
    if (group.some((member) => mayVary(facts, member))) break;
    if (!scenarios.some(({ own }) => own.has(over))) continue;
    if (reason === undefined) {
      const gain = gainAbove(group, over);
      if (gain > (best?.gain ?? least) + 1e-9) best = { step, group, before: over, gain };
    } else if (!ends && mayDoWithout(costs.get(step)!, costs.get(over)!) && gainAbove([step], over) > least) {
      held ??= { step, reason };
    }
  }
  return best ?? held;
}

/** Work that takes long. Installs of system packages are left to `install-system-packages-first`. */
function isLong(cost: Estimate | undefined): boolean {
  return cost !== undefined && cost.kinds.size > 0 && !cost.kinds.has('system-install');
}

/** Whether an install may have nothing to do with what a COPY brings. */
function mayDoWithout({ kinds, ecosystems }: Estimate, copy: Estimate): boolean {
  return kinds.has('dependency-install') && (ecosystems.size === 0 || !mayBringManifests(copy.step, ecosystems));
}

/** A build argument that may have another value at every build: what stands below it would run each time. */
function mayVary(facts: Facts, instruction: Instruction): boolean {
  const { file } = facts;
  if (instruction.keyword !== 'ARG') return false;
  const unset = readArguments(instruction, file.escape).some(
    ({ name, value }) => value === undefined && !PLATFORM_ARGS.has(name),
  );
  return unset || isVolatile(file, instruction);
}
