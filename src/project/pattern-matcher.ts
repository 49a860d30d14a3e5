import type { CharSet, Token } from './glob-tokens.js';
import { matchTokens, notNewline, only } from './glob-tokens.js';
import { compileGoMatch } from './go-match.js';
import { cleanPath } from './paths.js';

/** One line of a .dockerignore or one `--exclude`, ready to match. */
export interface IgnorePattern {
  /** The pattern as moby cleans it, without the `!`. */
  readonly text: string;
  /** True for `!pattern`: what matches is taken back in. */
  readonly negated: boolean;
  /** Whether the pattern matches this very path; parents are the caller's matter. */
  readonly matches: (path: string) => boolean;
}

/** Longer patterns are declined: Docker takes lines up to 64 KiB, people write fewer than 100 characters. */
const MAX_LENGTH = 2000;

/**
 * Compiles one pattern by the rules of github.com/moby/patternmatcher, with its special cases: text without wildcards is
 * compared, `x**` is a prefix, `**x` a suffix, everything else is Go regular expression syntax behind a few replacements.
 * Returns undefined for an empty pattern and a reason where Docker refuses the pattern (and the build), or where we do.
 */
export function compilePattern(line: string): IgnorePattern | { readonly why: string } | undefined {
  const trimmed = trimSpace(line);
  if (trimmed === '') return undefined;
  if (trimmed.length > MAX_LENGTH) return { why: `longer than ${MAX_LENGTH} characters` };
  const cleaned = cleanPath(trimmed) || '.';
  const negated = cleaned.startsWith('!');
  const text = negated ? cleaned.slice(1) : cleaned;
  if (text === '') return { why: 'a "!" alone' };
  if (compileGoMatch(text) === undefined) return { why: 'not a valid pattern' };
  const matches = matcher(text);
  return matches === undefined ? { why: 'not a pattern that Docker can match' } : { text, negated, matches };
}

function matcher(text: string): IgnorePattern['matches'] | undefined {
  const kind = kindOf(text);
  if (kind === 'exact') return (path) => path === text;
  if (kind === 'prefix') return (path) => path.startsWith(text.slice(0, -2));
  if (kind === 'suffix') {
    const suffix = text.replace(/^\*\*/, '');
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const tokens = parseExpression(expressionOf(text));
  return tokens && ((path) => matchTokens(tokens, path));
}

function kindOf(text: string): 'exact' | 'prefix' | 'suffix' | 'expression' {
  if (!/[*?[\]\\]/.test(text)) return 'exact';
  const rest = text.replace(/^\*\*/, '');
  if (rest !== text && !/[*?[\]\\]/.test(rest)) return 'suffix';
  if (/^[^*?[\]\\]+\*\*$/.test(text)) return 'prefix';
  return 'expression';
}

/** The Go regular expression that patternmatcher makes of a pattern, without the anchors around it. */
export function expressionOf(text: string): string {
  const characters = Array.from(text);
  let out = '';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      out += at + 1 === characters.length ? '.*' : '(.*/)?';
    } else if (character === '*') out += '[^/]*';
    else if (character === '?') out += '[^/]';
    else if ('.+()|{}$'.includes(character)) out += `\\${character}`;
    else if (character === '\\') out += `\\${characters[++at] ?? ''}`;
    else out += character;
  }
  return out;
}

/** Reads the part of Go's regexp syntax that such an expression can hold; undefined where Go refuses it, or we do. */
function parseExpression(expression: string): readonly Token[] | undefined {
  const characters = Array.from(expression);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length;) {
    const character = characters[at]!;
    let set: CharSet | undefined;
    if (character === '(') {
      tokens.push({ kind: 'folders' }); // always the whole of `(.*/)?`
      at += 6;
      continue;
    }
    if (character === '^') {
      tokens.push({ kind: 'start' });
      at++;
      continue;
    }
    if (character === '[') {
      const found = parseClass(characters, at + 1);
      set = found?.set;
      at = found?.end ?? at;
    } else if (character === '\\') {
      set = escaped(characters[at + 1]!);
      at += 2;
    } else {
      set = character === '.' ? notNewline : only(character);
      at++;
    }
    if (set === undefined) return undefined;
    const starred = characters[at] === '*';
    if (starred) at++;
    tokens.push({ kind: starred ? 'many' : 'one', set });
  }
  return tokens;
}

function parseClass(characters: readonly string[], start: number): { set: CharSet; end: number } | undefined {
  let at = start;
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; first || characters[at] !== ']'; first = false) {
    if (characters[at] === undefined) return undefined;
    if (characters[at] === '[' && characters[at + 1] === ':') return undefined; // [[:alpha:]]: named classes are not read
    const low = characters[at] === '\\' ? escaped(characters[at + 1] ?? '') : only(characters[at]!);
    if (low === undefined) return undefined;
    at += characters[at] === '\\' ? 2 : 1;
    if (characters[at] !== '-' || characters[at + 1] === ']') {
      if (low.negated) return undefined;
      ranges.push(...low.ranges);
      continue;
    }
    const last = characters[at + 1] ?? '';
    const high = last === '\\' ? escaped(characters[at + 2] ?? '') : only(last || ' ');
    at += last === '\\' ? 3 : 2;
    const [from, to] = [codeOf(low), codeOf(high)];
    if (last === '' || from === undefined || to === undefined || to < from) return undefined;
    ranges.push([from, to]);
  }
  return { set: { negated, ranges }, end: at + 1 };
}

function codeOf(set: CharSet | undefined): number | undefined {
  const [range, ...others] = set === undefined || set.negated ? [] : set.ranges;
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : undefined;
}

const control: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const digit = [[0x30, 0x39]] as const;
const word = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]] as const; // prettier-ignore
const blank = [[0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20]] as const; // prettier-ignore

/** `\x` in Go's regexp: ASCII punctuation is itself; of the letters those that name a set or a control character. */
function escaped(character: string): CharSet | undefined {
  if (/^[\x00-\x7f]$/.test(character) && !/[0-9A-Za-z]/.test(character)) return only(character);
  if (control[character] !== undefined) return only(control[character]);
  const ranges = { d: digit, w: word, s: blank }[character.toLowerCase()];
  return ranges && { negated: character !== character.toLowerCase(), ranges };
}

/** Go's `strings.TrimSpace`. Unlike `String.trim` it keeps a byte order mark and removes U+0085. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start]!)) start++;
  while (end > start && isSpace(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isSpace(character: string): boolean {
  return character === '\x85' || (character !== '\ufeff' && /\s/.test(character));
}
