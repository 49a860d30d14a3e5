import type { CharSet, Token } from './glob-tokens.js';
import { matchTokens, notSlash, only } from './glob-tokens.js';

/** A compiled pattern of Go's `filepath.Match` on Unix; undefined where Go says ErrBadPattern. */
export function compileGoMatch(pattern: string): readonly Token[] | undefined {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length;) {
    const character = characters[at]!;
    if (character === '[') {
      const found = characterClass(characters, at + 1);
      if (found === undefined) return undefined;
      tokens.push({ kind: 'one', set: found.set });
      at = found.end;
    } else if (character === '\\') {
      const escaped = characters[at + 1];
      if (escaped === undefined) return undefined;
      tokens.push({ kind: 'one', set: only(escaped) });
      at += 2;
    } else {
      if (character === '*') tokens.push({ kind: 'many', set: notSlash });
      else tokens.push({ kind: 'one', set: character === '?' ? notSlash : only(character) });
      at++;
    }
  }
  return tokens;
}

/** `[^a-z]` from the character after the bracket: ranges as written, `-` and `]` only when escaped, one range at least. */
function characterClass(characters: readonly string[], start: number): { set: CharSet; end: number } | undefined {
  let at = start;
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: [number, number][] = [];
  const one = (): number | undefined => {
    if (characters[at] === '-' || characters[at] === ']') return undefined;
    if (characters[at] === '\\') at++;
    const code = characters[at++]?.codePointAt(0);
    return at < characters.length ? code : undefined;
  };
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = one();
    if (low === undefined) return undefined;
    let high: number | undefined = low;
    if (characters[at] === '-') {
      at++;
      high = one();
      if (high === undefined) return undefined;
    }
    ranges.push([low, high]);
  }
  return { set: { negated, ranges }, end: at + 1 };
}

/** Whether a COPY source has a wildcard: an unescaped `*`, `?` or `[`. */
export function hasWildcard(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '*' || text[at] === '?' || text[at] === '[') return true;
  }
  return false;
}

/** Go's `filepath.Match` on Unix; undefined for a bad pattern. */
export function goMatch(pattern: string, name: string): boolean | undefined {
  const tokens = compileGoMatch(pattern);
  return tokens && matchTokens(tokens, name);
}
