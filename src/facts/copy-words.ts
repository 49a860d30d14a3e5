import { argumentWords, type Instruction } from '../dockerfile/index.js';
import type { Facts } from './facts.js';
import { expandIn } from './state.js';

/**
 * The words of a COPY or ADD with their variables filled in, the last of them the destination; undefined for a word that is
 * not known, as one with a build argument that may be given another value.
 */
export function copyWords(facts: Facts, copy: Instruction): readonly (string | undefined)[] {
  const state = facts.before(copy)!;
  const words = argumentWords(copy);
  return words.map((word) => {
    const { value, overridable } = expandIn(state, word, facts.file);
    return overridable ? undefined : value;
  });
}
