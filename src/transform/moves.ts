import type { Instruction } from '../dockerfile/index.js';
import { type Facts, orderReason } from '../facts/index.js';
import type { Move } from './types.js';

/**
 * Moves that give a stage an order: each of `moved` to just above the next instruction that stays where it is.
 * @param order the instructions of the stage as they are to stand; those that do not move keep their order
 */
export function movesTo(order: readonly Instruction[], moved: ReadonlySet<Instruction>): readonly Move[] {
  const moves: Move[] = [];
  let next: Instruction | undefined;
  for (const instruction of order.toReversed()) {
    if (!moved.has(instruction)) next = instruction;
    else if (next !== undefined) moves.push({ instruction: instruction.index, before: next.index });
  }
  return moves.reverse();
}

/** How many instructions go up together at most: more are not easily reviewed. */
const LARGEST_GROUP = 12;
/** How many instructions are looked at above a step, so that the cost of a long file grows with its length only. */
export const FARTHEST = 100;

/** A step on its way up has come to an instruction. */
interface Climb {
  readonly over: Instruction;
  /** What goes up, in order; `over` is one of it where there is a reason, and it does not end the way. */
  readonly group: readonly Instruction[];
  /** Why they may not go above it; undefined where they may. */
  readonly reason: string | undefined;
  /** They may not go up any farther. */
  readonly ends: boolean;
}

/**
 * Takes a step up a stage instruction by instruction, together with each one that may not change places with what goes up.
 * @param order the stage without its FROM, as it stands
 * @param at the place of the step in `order`
 */
export function* climb(facts: Facts, order: readonly Instruction[], at: number): Generator<Climb> {
  let group: readonly Instruction[] = [order[at]!];
  for (const over of order.slice(Math.max(0, at - FARTHEST), at).toReversed()) {
    if (group.length > LARGEST_GROUP) return;
    let reason: string | undefined;
    for (const member of group) reason ??= orderReason(facts, over, member);
    const argument = group.find(({ keyword }) => keyword === 'ARG');
    const ends = reason === undefined && over.keyword === 'RUN' && argument !== undefined;
    if (reason !== undefined) group = [over, ...group];
    // A build argument is in the environment of every RUN below it: its cache would hang on it as well.
    if (ends) reason = `ARG at line ${argument.lines.first} would come above RUN at line ${over.lines.first}`;
    yield { over, group, reason, ends };
    if (ends) return;
  }
}

/** The order of a stage with a group just above one of its instructions. */
export function moveAbove(
  order: readonly Instruction[],
  group: readonly Instruction[],
  before: Instruction,
): readonly Instruction[] {
  const rest = order.filter((instruction) => !group.includes(instruction));
  const at = rest.indexOf(before);
  return [...rest.slice(0, at), ...group, ...rest.slice(at)];
}
