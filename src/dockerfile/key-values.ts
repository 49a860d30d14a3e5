import { isSpace } from './characters.js';
import type { Instruction, Statement } from './instruction.js';
import type { Span } from './text.js';

/** A `name=value` of ENV, LABEL or ARG; `value` is raw (quotes and variables as written), spans index the logical text. */
interface KeyValue {
  readonly name: string;
  readonly value: string | undefined;
  readonly span: Span;
  /** True for the old form `ENV name value`, whose value runs to the end of the line. */
  readonly legacy: boolean;
}

/** A word with its quotes kept, as BuildKit splits the arguments of ENV, LABEL and ARG. */
interface RawWord {
  readonly text: string;
  readonly span: Span;
}

/** Splits `text` from `start` to `end` at unquoted white space. */
function splitRawWords(text: string, start: number, end: number, escape: string): readonly RawWord[] {
  const words: RawWord[] = [];
  let at = start;
  while (at < end) {
    while (at < end && isSpace(text[at]!)) at++;
    if (at >= end) break;
    const from = at;
    let quote = '';
    for (; at < end; at++) {
      const character = text[at]!;
      if (quote === '' && isSpace(character)) break;
      if (character === escape && quote !== "'") at++;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
    }
    at = Math.min(at, end);
    words.push({ text: text.slice(from, at), span: { start: from, end: at } });
  }
  return words;
}

/** The pairs of an ENV or LABEL, or an error message where BuildKit rejects them. */
export function readKeyValues(statement: Statement, logical: string, escape: string): readonly KeyValue[] | string {
  const { start, end } = statement.args;
  const words = splitRawWords(logical, start, end, escape);
  if (words.length === 0) return `${statement.keyword} requires at least one argument`;
  if (!words[0]!.text.includes('=')) {
    const rest = /[\t\v\f\r ]+/g;
    rest.lastIndex = start;
    const gap = rest.exec(logical.slice(0, end));
    if (gap === null) return `${statement.keyword} must have two arguments`;
    const value = logical.slice(gap.index + gap[0].length, end);
    return [{ name: logical.slice(start, gap.index), value, span: { start, end }, legacy: true }];
  }
  const pairs: KeyValue[] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals < 0) return `can't find = in "${word.text}"; it must be of the form name=value`;
    pairs.push({
      name: word.text.slice(0, equals),
      value: word.text.slice(equals + 1),
      span: word.span,
      legacy: false,
    });
  }
  return pairs;
}

/** The declarations of an ARG: `name` or `name=default`. */
export function readArguments(instruction: Instruction, escape: string): readonly KeyValue[] {
  const { start, end } = instruction.args;
  return splitRawWords(instruction.logical.text, start, end, escape).map(({ text, span }) => {
    const equals = text.indexOf('=');
    return equals < 0
      ? { name: text, value: undefined, span, legacy: false }
      : { name: text.slice(0, equals), value: text.slice(equals + 1), span, legacy: false };
  });
}
