import { isSpace } from './characters.js';
import type { Span } from './text.js';

/** A builder flag such as `--mount=type=cache,target=/x`; `span` is its place in the logical text. */
export interface Flag {
  /** Name without dashes, as written. */
  readonly name: string;
  /** Value after `=`, quotes and escapes removed; undefined for a bare flag. */
  readonly value: string | undefined;
  readonly span: Span;
}

/**
 * Reads the builder flags at `from` as BuildKit's flag reader does: words starting with `--`, quotes and backslashes
 * honoured, a bare `--` ends them.
 * @returns the flags and the offset where the arguments begin.
 */
export function readFlags(text: string, from: number): { flags: readonly Flag[]; end: number } {
  const flags: Flag[] = [];
  let at = from;
  for (;;) {
    while (at < text.length && isSpace(text[at]!)) at++;
    if (!text.startsWith('--', at)) return { flags, end: at };
    const start = at;
    let word = '';
    let quoted = false;
    let quote = '';
    for (; at < text.length; at++) {
      let character = text[at]!;
      if (quote === '') {
        if (isSpace(character)) break;
        if (character === '"' || character === "'") {
          quote = character;
          quoted = true;
          continue;
        }
      } else if (character === quote) {
        quote = '';
        continue;
      }
      if (character === '\\') {
        if (at + 1 === text.length) continue;
        character = text[++at]!;
      }
      word += character;
    }
    if (word === '--') return { flags, end: at };
    if (word === '' && !quoted) continue;
    const equals = word.indexOf('=');
    flags.push({
      name: word.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? undefined : word.slice(equals + 1),
      span: { start, end: at },
    });
  }
}
