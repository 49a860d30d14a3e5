/** A set of characters by code point ranges, both ends included. */
export interface CharSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

/** One step of a compiled pattern. `folders` is nothing, or anything that ends in `/`; `start` holds only at the front. */
export type Token =
  { readonly kind: 'one' | 'many'; readonly set: CharSet } | { readonly kind: 'folders' } | { readonly kind: 'start' };

const SLASH = 0x2f;
const NEWLINE = 0x0a;

/** The set of one character. */
export function only(character: string): CharSet {
  const code = character.codePointAt(0)!;
  return { negated: false, ranges: [[code, code]] };
}

/** Any character but `/`. */
export const notSlash: CharSet = { negated: true, ranges: [[SLASH, SLASH]] };
/** Any character but a newline, as `.` in Go's regexp. */
export const notNewline: CharSet = { negated: true, ranges: [[NEWLINE, NEWLINE]] };

function holds(set: CharSet, code: number): boolean {
  for (const [low, high] of set.ranges) if (code >= low && code <= high) return !set.negated;
  return set.negated;
}

/**
 * Whether the tokens match the whole text. The set of reachable positions is carried from token to token, so the time is
 * at most tokens × characters (× ranges of a set) for any pattern: nothing backtracks.
 */
export function matchTokens(tokens: readonly Token[], text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  let reachable = new Uint8Array(codes.length + 1);
  reachable[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(codes.length + 1);
    if (step(token, codes, reachable, next) === 0) return false;
    reachable = next;
  }
  return reachable[codes.length] === 1;
}

/** Fills `to` with the positions that a token reaches from those in `from`; returns how many there are. */
function step(token: Token, codes: readonly number[], from: Uint8Array, to: Uint8Array): number {
  let count = 0;
  let open = false; // for `folders`: some start lies behind, with no newline since
  for (let at = 0; at <= codes.length; at++) {
    const before = at > 0 ? codes[at - 1]! : -1;
    let hit: boolean;
    if (token.kind === 'start') hit = at === 0 && from[0] === 1;
    else if (token.kind === 'one') hit = at > 0 && from[at - 1] === 1 && holds(token.set, before);
    else if (token.kind === 'many') hit = from[at] === 1 || (at > 0 && to[at - 1] === 1 && holds(token.set, before));
    else {
      hit = from[at] === 1 || (open && before === SLASH);
      if (before === NEWLINE) open = false;
      if (from[at] === 1) open = true;
    }
    if (hit) {
      to[at] = 1;
      count++;
    }
  }
  return count;
}
