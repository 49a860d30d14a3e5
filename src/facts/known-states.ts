import type { State } from './state.js';

/**
 * The states of the texts of one run: a state that comes about in the same way is the same object, so that what was
 * worked out for it holds in the next text as well.
 */
export class KnownStates {
  readonly #first = new Map<string, State>();
  readonly #next = new WeakMap<State, Map<string, State>>();

  /** The state at the start of an image; `key` says all that it depends on. */
  first(key: string, make: () => State): State {
    return kept(this.#first, key, make);
  }

  /** The state after an instruction; `key` says all that it depends on beside the state before. */
  next(before: State, key: string, make: () => State): State {
    let states = this.#next.get(before);
    if (states === undefined) this.#next.set(before, (states = new Map()));
    return kept(states, key, make);
  }
}

function kept(states: Map<string, State>, key: string, make: () => State): State {
  let state = states.get(key);
  if (state === undefined) states.set(key, (state = make()));
  return state;
}
