/** Reads shell scripts just well enough to find commands in them; what it does not understand becomes an unknown word. */
import { type Value, UNKNOWN } from './use.js';

/** A word of a command; `raw` is as written. */
export interface Word extends Value {
  readonly raw: string;
  /** Unquoted and variable: may stand for several words or none. */
  readonly splits: boolean;
}

/** One step of a script, in order. */
export type Step =
  | { readonly kind: 'command'; readonly words: readonly Word[]; readonly line: number }
  | { readonly kind: 'open' | 'close' };

/** Gives the value of an expansion such as `NAME`, `NAME:-default` or `(command)`, written without the `$`. */
export type Expand = (expression: string) => Value;

const SEPARATORS = new Set([';', '&', '|', '\n', '(', ')']);

/**
 * Splits a script into commands, in the order they are written, and calls `step` for each; subshells open and close.
 * Linear in the text: nothing is read twice.
 */
export function readShell(text: string, expand: Expand, step: (step: Step) => void): void {
  let at = 0;
  let line = 1;
  let startLine = 1;
  let words: Word[] = [];
  let heredocs: { readonly end: string; readonly tabs: boolean }[] = [];
  const finish = (): void => {
    if (words.length > 0) step({ kind: 'command', words, line: startLine });
    words = [];
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\n') {
      finish();
      at++;
      line++;
      for (const { end, tabs } of heredocs) {
        for (;;) {
          if (at >= text.length) break;
          const stop = text.indexOf('\n', at);
          const body = text.slice(at, stop < 0 ? text.length : stop);
          at = stop < 0 ? text.length : stop + 1;
          line++;
          if ((tabs ? body.replace(/^\t+/, '') : body).replace(/\r$/, '') === end) break;
        }
      }
      heredocs = [];
    } else if (character === '\\' && (text[at + 1] === '\n' || text.startsWith('\r\n', at + 1))) {
      at += text[at + 1] === '\n' ? 2 : 3;
      line++;
    } else if (character === ' ' || character === '\t' || character === '\r') at++;
    else if (character === '#') {
      const stop = text.indexOf('\n', at);
      at = stop < 0 ? text.length : stop;
    } else if (text.startsWith('<<', at) && text[at + 2] !== '<') {
      const head = /<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([\w.]+))/y;
      head.lastIndex = at;
      const match = head.exec(text);
      if (match === null) at += 2;
      else {
        heredocs.push({ end: match[2] ?? match[3] ?? match[4]!, tabs: match[1] === '-' });
        at = head.lastIndex;
      }
    } else if (character === '<' || character === '>') {
      const redirect = /[<>][<>&|]*/y;
      redirect.lastIndex = at;
      words.push({ raw: redirect.exec(text)![0].slice(0, 1), text: undefined, sure: false, splits: false });
      at += redirect.lastIndex - at;
    } else if (SEPARATORS.has(character)) {
      finish();
      if (character === '(' || character === ')') step({ kind: character === '(' ? 'open' : 'close' });
      at++;
    } else {
      if (words.length === 0) startLine = line;
      const { word, end } = readWord(text, at, expand);
      for (let i = at; i < end; i++) if (text[i] === '\n') line++;
      // `2>&1`: the number belongs to the redirection.
      if (!/^\d+$/.test(word.raw) || !/[<>]/.test(text[end] ?? '')) words.push(word);
      at = end;
    }
  }
  finish();
}

function readWord(text: string, start: number, expand: Expand): { word: Word; end: number } {
  let at = start;
  let value: string | undefined = '';
  let sure = true;
  let splits = false;
  let inQuotes = false;
  const add = (more: string | undefined): void => {
    value = value === undefined || more === undefined ? undefined : value + more;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (!inQuotes && (SEPARATORS.has(character) || /[\s<>]/.test(character))) break;
    if (character === '"') {
      inQuotes = !inQuotes;
      at++;
    } else if (character === "'" && !inQuotes) {
      const close = text.indexOf("'", at + 1);
      add(text.slice(at + 1, close < 0 ? text.length : close));
      at = close < 0 ? text.length : close + 1;
    } else if (character === '\\') {
      const newline = text[at + 1] === '\n';
      if (!newline) add((inQuotes && !/["$`\\]/.test(text[at + 1] ?? '') ? '\\' : '') + (text[at + 1] ?? ''));
      at += 2;
    } else if (character === '`' || (character === '$' && /[\w{(@*#?!$-]/.test(text[at + 1] ?? ''))) {
      const end = expansionEnd(text, at);
      const inner = text.slice(at + 1, text[at + 1] === '{' || character === '`' ? end - 1 : end);
      const given = character === '`' ? expand(`(${inner})`) : expand(inner.startsWith('{') ? inner.slice(1) : inner);
      add(given.text);
      sure &&= given.sure;
      splits ||= !inQuotes || /^\{?(?:@|\w+\[@\])/.test(inner);
      at = end;
    } else {
      if (!inQuotes && /[*?[{]/.test(character)) sure = false;
      add(character);
      at++;
    }
  }
  return { word: { raw: text.slice(start, at), text: value, sure: sure && value !== undefined, splits }, end: at };
}

/** Where `$x`, `${…}`, `$(…)` or a backquoted command ends. */
function expansionEnd(text: string, start: number): number {
  if (text[start] === '`') {
    const close = text.indexOf('`', start + 1);
    return close < 0 ? text.length : close + 1;
  }
  const open = text[start + 1]!;
  if (open !== '{' && open !== '(') {
    const name = /\w+|./sy;
    name.lastIndex = start + 1;
    name.test(text);
    return name.lastIndex;
  }
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  let quote = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\') at++;
    else if (quote === "'") quote = character === "'" ? '' : quote;
    else if (character === "'" && quote === '') quote = "'";
    else if (character === open) depth++;
    else if (character === close && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The value of an expansion when nothing is known of variables: the default of `NAME:-default`, if that is plain. */
export function defaultOf(expression: string): Value {
  const fallback = /^\w+:?-([^$`"'\\]*)$/.exec(expression)?.[1];
  return fallback === undefined ? UNKNOWN : { text: fallback, sure: false };
}
