import type { Instruction } from '../dockerfile/index.js';
import type { Move } from './types.js';

/**
 * Moves that give a stage an order: each of `moved` to just above the next instruction that stays where it is.
 * @param order the instructions of the stage as they are to stand; those that do not move keep their order
 */
export function movesTo(order: readonly Instruction[], moved: ReadonlySet<Instruction>): readonly Move[] {
  return order.flatMap((instruction, at) => {
    const next = order.slice(at).find((other) => !moved.has(other));
    return moved.has(instruction) && next !== undefined ? [{ instruction: instruction.index, before: next.index }] : [];
  });
}
