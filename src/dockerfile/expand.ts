/**
 * Variable expansion of Dockerfile words. Behaves as BuildKit's shell lexer (moby/buildkit,
 * frontend/dockerfile/shell/lex.go, Apache-2.0), its oddities included. Two limits are added, so that no input can
 * exhaust time or memory: see `maximumLength` and `maximumDepth`.
 */

/** The character that quotes the next one: `\`, or a backtick after `# escape=` says so. */
type EscapeCharacter = '\\' | '`';

/** The value of a variable, undefined where it is not set. */
export type Environment = (name: string) => string | undefined;

/** Names that an expansion met: all that it references, and those of them that have no value. */
export interface References {
  readonly used: ReadonlySet<string>;
  readonly unset: ReadonlySet<string>;
}

interface Expansion extends References {
  readonly text: string;
}

interface WordsExpansion extends References {
  readonly words: readonly string[];
}

/** A word that BuildKit refuses; `offset` is the UTF-16 offset in the word at which it was found. */
export class ExpandError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = 'ExpandError';
  }
}

/** Longest value, in UTF-16 units, that an expansion may have; values that repeat each other grow exponentially. */
const maximumLength = 1 << 20;
/** Deepest nesting of `${…${…}…}`. */
const maximumDepth = 200;
/** Most steps (pattern tokens times value length) that one pattern match may take. */
const maximumMatchSteps = 1 << 24;

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;
const space = /^\p{White_Space}$/u;
const anySpace = /\p{White_Space}/u;
const specialParameters = '@*#?-$!0';
/** A short word without quotes, escapes and references is its own value. */
const PLAIN = /^[\w./:@=,+*-]{0,4096}$/;
/** Characters that stand for themselves and end nothing. */
const PLAIN_RUN = /[\w.:@=,+*-]{2,4096}/y;
const NONE: ReadonlySet<string> = new Set();

/**
 * Expands one word and removes its quotes (BuildKit's ProcessWord).
 *
 * @throws ExpandError where BuildKit refuses the word.
 */
export function expandWord(word: string, env: Environment, escape: EscapeCharacter = '\\'): Expansion {
  if (PLAIN.test(word)) return { text: word, used: NONE, unset: NONE };
  const state = startLexer(word, escape, env);
  const { text } = lexUntil(state, undefined, false);
  return { text, used: state.used, unset: state.unset };
}

/**
 * Expands one word and splits it at white space that is not quoted, whether written or expanded (BuildKit's
 * ProcessWords). As in BuildKit, text joined in front of a `${name<modifier>…}` is lost: `a${x:-b}c` gives `bc`.
 *
 * @throws ExpandError where BuildKit refuses the word.
 */
export function expandWords(word: string, env: Environment, escape: EscapeCharacter = '\\'): WordsExpansion {
  const state = startLexer(word, escape, env);
  const { words } = lexUntil(state, undefined, false);
  return { words, used: state.used, unset: state.unset };
}

/**
 * Names that a text references, those in default values and patterns included. Never throws: after a place that
 * BuildKit refuses, everything that looks like a reference counts as one.
 */
export function referencedNames(text: string, escape: EscapeCharacter = '\\'): ReadonlySet<string> {
  if (!text.includes('$')) return NONE;
  const state = startLexer(text, escape, undefined);
  try {
    lexUntil(state, undefined, false);
  } catch (error) {
    if (!(error instanceof ExpandError)) throw error;
    for (const [, name] of text.matchAll(/\$\{?([\p{L}_][\p{L}\p{Nd}_]*|\p{Nd}+)/gu)) state.used.add(name!);
  }
  return state.used;
}

interface Lexer {
  readonly source: string;
  readonly escape: EscapeCharacter;
  /** Undefined when only the names are wanted: then nothing is substituted. */
  readonly env: Environment | undefined;
  readonly used: Set<string>;
  readonly unset: Set<string>;
  at: number;
  depth: number;
  /** Characters of the word under construction; one buffer for all levels of nesting, as in BuildKit. */
  pending: string;
}

function startLexer(source: string, escape: EscapeCharacter, env: Environment | undefined): Lexer {
  return { source, escape, env, used: new Set(), unset: new Set(), at: 0, depth: 0, pending: '' };
}

function peek(state: Lexer): string {
  const code = state.source.codePointAt(state.at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function next(state: Lexer): string {
  const character = peek(state);
  state.at += character.length;
  return character;
}

function plainRun(state: Lexer): string | undefined {
  PLAIN_RUN.lastIndex = state.at;
  const run = PLAIN_RUN.exec(state.source)?.[0];
  if (run !== undefined) state.at += run.length;
  return run;
}

function fail(state: Lexer, message: string): never {
  throw new ExpandError(message, Math.min(state.at, state.source.length));
}

/** Reads up to an unquoted `stop`, or to the end; with `raw`, escape characters stay in the text. */
function lexUntil(state: Lexer, stop: string | undefined, raw: boolean): { text: string; words: string[] } {
  if (++state.depth > maximumDepth) fail(state, `nested deeper than ${maximumDepth} levels`);
  const words: string[] = [];
  let text = '';
  let inWord = false;
  state.pending = '';
  const addRaw = (characters: string): void => {
    state.pending += characters;
    inWord = true;
  };
  const add = (characters: string): void => {
    if (characters !== '' && !anySpace.test(characters)) return addRaw(characters);
    for (const character of characters) {
      if (!space.test(character)) addRaw(character);
      else if (inWord && state.pending !== '') {
        endWord();
        inWord = false;
      }
    }
  };
  const endWord = (): void => {
    if (state.pending !== '') words.push(state.pending);
    state.pending = '';
  };
  for (let character = peek(state); character !== ''; character = peek(state)) {
    if (text.length > maximumLength) fail(state, `value longer than ${maximumLength} characters`);
    if (character === stop) break;
    if (character === '$') {
      const value = lexDollar(state);
      text += value;
      add(value);
    } else if (character === "'" || character === '"') {
      const quoted = character === "'" ? lexSingleQuotes(state) : lexDoubleQuotes(state, raw);
      text += quoted;
      addRaw(quoted);
    } else if (character === '<') {
      const operator = lexHeredocOperator(state);
      text += operator;
      addRaw(operator);
    } else if (character === state.escape) {
      next(state);
      if (raw) {
        text += character;
        addRaw(character);
      }
      const escaped = next(state);
      if (escaped === '') break;
      text += escaped;
      addRaw(escaped);
    } else {
      const run = plainRun(state) ?? next(state);
      text += run;
      if (run.length > 1) addRaw(run);
      else add(run);
    }
  }
  if (text.length > maximumLength) fail(state, `value longer than ${maximumLength} characters`);
  if (stop !== undefined && next(state) !== stop) fail(state, `syntax error: missing '${stop}' in \${}`);
  endWord();
  state.depth--;
  return { text, words };
}

function lexSingleQuotes(state: Lexer): string {
  const start = state.at + 1;
  const end = state.source.indexOf("'", start);
  if (end < 0) fail(state, 'unexpected end of statement while looking for matching single-quote');
  state.at = end + 1;
  return state.source.slice(start, end);
}

function lexDoubleQuotes(state: Lexer, raw: boolean): string {
  const start = state.at;
  next(state);
  let text = '';
  for (;;) {
    const character = peek(state);
    if (character === '') {
      state.at = start;
      fail(state, 'unexpected end of statement while looking for matching double-quote');
    }
    if (text.length > maximumLength) fail(state, `value longer than ${maximumLength} characters`);
    if (character === '$') {
      text += lexDollar(state);
      continue;
    }
    next(state);
    if (character === '"') return text;
    if (character !== state.escape) {
      text += character;
      continue;
    }
    if (raw) text += character;
    const escaped = peek(state);
    if (escaped === '') continue;
    text += escaped === '"' || escaped === '$' || escaped === state.escape ? next(state) : character;
  }
}

/** `<` or `<<`, with the white space after `<<`, which separates no words. */
function lexHeredocOperator(state: Lexer): string {
  const start = state.at++;
  if (peek(state) === '<') {
    state.at++;
    while (['\t', '\r', ' '].includes(peek(state))) state.at++;
  }
  return state.source.slice(start, state.at);
}

function lexDollar(state: Lexer): string {
  const start = state.at;
  next(state);
  if (peek(state) !== '{') {
    const name = lexName(state);
    return name === '' ? '$' : (look(state, name) ?? '');
  }
  next(state);
  if (peek(state) === '') fail(state, "syntax error: missing '}'");
  if ('{}:'.includes(peek(state))) fail(state, 'syntax error: bad substitution');
  const name = lexName(state);
  let operator = next(state);
  if (operator === '}') return look(state, name) ?? '';
  if (operator === '/') return lexReplacement(state, name, start);
  const emptyIsUnset = operator === ':';
  if (emptyIsUnset) operator = next(state);
  const isPattern = operator === '#' || operator === '%';
  if (operator === '') fail(state, "syntax error: missing '}'");
  if (!'+-?#%'.includes(operator) || (emptyIsUnset && isPattern)) {
    fail(state, `unsupported modifier (${emptyIsUnset ? ':' : ''}${operator}) in substitution`);
  }
  const { text: word } = lexUntil(state, '}', isPattern);
  const value = look(state, name);
  if (state.env === undefined) return '';
  const missing = value === undefined || (emptyIsUnset && value === '');
  switch (operator) {
    case '-':
      return missing ? word : value;
    case '+':
      return missing ? '' : word;
    case '?':
      if (!missing) return value;
      state.at = start;
      return fail(state, `${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
    default:
      return trim(state, start, operator, word, value ?? '');
  }
}

function lexReplacement(state: Lexer, name: string, start: number): string {
  const all = peek(state) === '/';
  if (all) next(state);
  const pattern = lexUntil(state, '/', true).text;
  const replacement = lexUntil(state, '}', true).text;
  const value = [...(look(state, name) ?? '')];
  if (state.env === undefined) return '';
  const tokens = parsePattern(state, start, [...pattern]);
  const ends = matchEnds(state, start, tokens, value, true);
  if (all) {
    if (replacement.includes('$') && replacement.length * value.length > maximumMatchSteps) {
      state.at = start;
      fail(state, 'replacement and value too long');
    }
    return replaceAll(value, ends, replacement);
  }
  const first = ends.findIndex((end) => end >= 0);
  return first < 0 ? value.join('') : value.slice(0, first).join('') + replacement + value.slice(ends[first]).join('');
}

function lexName(state: Lexer): string {
  const start = state.at;
  if (digit.test(peek(state))) {
    while (digit.test(peek(state))) next(state);
  } else if (peek(state) !== '' && specialParameters.includes(peek(state))) {
    next(state);
  } else {
    for (let c = peek(state); c === '_' || letter.test(c) || digit.test(c); c = peek(state)) next(state);
  }
  return state.source.slice(start, state.at);
}

function look(state: Lexer, name: string): string | undefined {
  if (name === '') return undefined;
  state.used.add(name);
  const value = state.env?.(name);
  if (value === undefined) state.unset.add(name);
  return value;
}

/** A part of a pattern: any one character, any number of them, or the character itself. */
type PatternToken = { readonly kind: 'one' } | { readonly kind: 'many' } | { readonly kind: 'is'; readonly is: string };

function parsePattern(state: Lexer, start: number, pattern: readonly string[]): PatternToken[] {
  const tokens: PatternToken[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    const following = pattern[i + 1];
    if (character === '*') tokens.push({ kind: 'many' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character !== '\\') tokens.push({ kind: 'is', is: character });
    else if (following !== '}' && following !== '/') {
      if (following !== '*' && following !== '?' && following !== '\\') {
        state.at = start;
        fail(state, `invalid pattern (${pattern.join('')}) in substitution: invalid escape '\\${following ?? ''}'`);
      }
      tokens.push({ kind: 'is', is: following });
      i++;
    }
  }
  return tokens;
}

/**
 * For each start in the value, where the match that begins there ends, or -1. Greedy wildcards take the most they can,
 * others the least, the first wildcard deciding first; no wildcard matches a newline. Takes time in proportion to
 * pattern length times value length.
 */
function matchEnds(
  state: Lexer,
  start: number,
  tokens: readonly PatternToken[],
  value: readonly string[],
  greedy: boolean,
): Int32Array {
  if (tokens.length * value.length > maximumMatchSteps) {
    state.at = start;
    fail(state, 'pattern and value too long to match');
  }
  let ends = Int32Array.from({ length: value.length + 1 }, (_, at) => at);
  for (const token of tokens.toReversed()) {
    const current = new Int32Array(value.length + 1).fill(-1);
    for (let at = value.length; at >= 0; at--) {
      const character = value[at];
      if (token.kind === 'many') {
        const longer = character === undefined || character === '\n' ? -1 : current[at + 1]!;
        const preferred = greedy ? longer : ends[at]!;
        current[at] = preferred >= 0 ? preferred : greedy ? ends[at]! : longer;
      } else if (character !== undefined && (token.kind === 'one' ? character !== '\n' : character === token.is)) {
        current[at] = ends[at + 1]!;
      }
    }
    ends = current;
  }
  return ends;
}

/** `${value#word}` and `${value%word}`; a doubled operator, here the first character of the word, means the longest match. */
function trim(state: Lexer, start: number, operator: string, word: string, value: string): string {
  const greedy = word.startsWith(operator);
  const pattern = [...(greedy ? word.slice(1) : word)];
  const characters = [...value];
  const suffix = operator === '%';
  if (suffix) characters.reverse();
  const tokens = parsePattern(state, start, suffix ? reversePattern(pattern) : pattern);
  const end = matchEnds(state, start, tokens, characters, greedy)[0]!;
  const rest = end < 0 ? characters : characters.slice(end);
  return (suffix ? rest.reverse() : rest).join('');
}

/** The pattern back to front, escapes kept before what they escape. */
function reversePattern(pattern: readonly string[]): string[] {
  const reversed: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const escaped = pattern[i] === '\\' ? pattern[i + 1] : undefined;
    if (escaped === undefined) reversed.push(pattern[i]!);
    else {
      reversed.push(escaped, '\\');
      i++;
    }
  }
  return reversed.reverse();
}

/** Go's regexp.ReplaceAllString: no empty match directly after another match. */
function replaceAll(value: readonly string[], ends: Int32Array, replacement: string): string {
  let text = '';
  let lastEnd = 0;
  for (let at = 0; at <= value.length && text.length <= maximumLength; at++) {
    const end = ends[at]!;
    if (end < 0) continue;
    text += value.slice(lastEnd, at).join('');
    if (end > lastEnd || at === 0) text += replacementText(replacement, value.slice(at, end).join(''));
    lastEnd = end;
    if (end > at) at = end - 1;
  }
  return text + value.slice(lastEnd).join('');
}

/** Go's regexp.Expand for a pattern without groups: `$0` is the match, `$$` a dollar, any other `$name` nothing. */
function replacementText(replacement: string, match: string): string {
  return replacement.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (all, braced, bare) =>
    all === '$$' ? '$' : (braced ?? bare) === '0' ? match : '',
  );
}
