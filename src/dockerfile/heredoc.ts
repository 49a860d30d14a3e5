import { isSpace } from './characters.js';
import type { Span } from './text.js';

/** A here-document announced on an instruction's line. */
interface HeredocHead {
  readonly name: string;
  readonly fd: number;
  /** `<<-`: leading tabs are stripped. */
  readonly chomp: boolean;
  /** False when the delimiter was quoted: BuildKit and the shell then expand nothing in the body. */
  readonly expand: boolean;
}

/** A here-document with its body; spans are source offsets, `body` without the delimiter line. */
export interface Heredoc extends HeredocHead {
  readonly body: Span;
  readonly delimiter: Span;
}

const HEAD = /^(\d*)<<(-?)([^<]+)$/;
const OPEN_HEAD = /^\d*<<-?$/;

/**
 * The here-documents that BuildKit sees in a logical line: its word lexer splits the whole line (always with `\` as the
 * escape character), and any lexing error means that there are none. White space may stand between `<<` and the name.
 */
export function heredocsIn(line: string): readonly HeredocHead[] {
  if (!line.includes('<<')) return [];
  const words = splitWords(line);
  if (words === undefined) return [];
  const heads: HeredocHead[] = [];
  for (let i = 0; i < words.length; i++) {
    let word = words[i]!;
    if (OPEN_HEAD.test(word) && i + 1 < words.length) word += words[++i]!;
    const match = HEAD.exec(word);
    if (match === null) continue;
    const rest = match[3]!;
    const name = removeQuotes(rest);
    if (name === '') continue;
    heads.push({ name, fd: Number(match[1] || '0'), chomp: match[2] === '-', expand: !/["']/.test(rest) });
  }
  return heads;
}

/** Splits at unquoted white space, quotes kept, escapes resolved; undefined where BuildKit's lexer reports an error. */
function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === "'" || character === '"') {
      const end = closingQuote(line, at);
      if (end === undefined) return undefined;
      word += line.slice(at, end + 1);
      inWord = true;
      at = end;
    } else if (character === '$') {
      const end = dollarEnd(line, at);
      if (end === undefined) return undefined;
      word += line.slice(at, end);
      inWord = true;
      at = end - 1;
    } else if (character === '\\') {
      if (++at < line.length) word += line[at]!;
      inWord = true;
    } else if (isSpace(character)) {
      if (inWord && word !== '') words.push(word);
      word = '';
      inWord = false;
    } else {
      word += character;
      inWord = true;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

function closingQuote(line: string, open: number): number | undefined {
  const quote = line[open]!;
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === quote) return at;
    if (quote === '"' && line[at] === '\\') {
      if (at + 1 < line.length && '"$\\'.includes(line[at + 1]!)) at++;
    } else if (quote === '"' && line[at] === '$') {
      const end = dollarEnd(line, at);
      if (end === undefined) return undefined;
      at = end - 1;
    }
  }
  return undefined;
}

/** The end of a `$name` or `${…}` at `at`; undefined for a substitution that BuildKit rejects. */
function dollarEnd(line: string, at: number): number | undefined {
  if (line[at + 1] !== '{') {
    const name = /[@*#?\-$!]|\d+|[\p{L}_][\p{L}\p{Nd}_]*/uy;
    name.lastIndex = at + 1;
    return name.test(line) ? name.lastIndex : at + 1;
  }
  const name = /[@*#?\-$!]|\d+|[\p{L}_][\p{L}\p{Nd}_]*/uy;
  name.lastIndex = at + 2;
  if (!name.test(line)) return undefined;
  let end = name.lastIndex;
  if (line[end] === '}') return end + 1;
  if (line[end] === ':' && !'+-?'.includes(line[end + 1] ?? ' ')) return undefined;
  if (!':+-?#%/'.includes(line[end] ?? ' ')) return undefined;
  const stops = line[end] === '/' ? ['/', '}'] : ['}'];
  if (line[end] === ':') end++;
  end++;
  if (stops.length === 2 && line[end] === '/') end++;
  for (const stop of stops) {
    for (; ; end++) {
      if (end >= line.length) return undefined;
      if (line[end] === stop) break;
      if (line[end] === '\\') end++;
      else if (line[end] === "'" || line[end] === '"') {
        const close = closingQuote(line, end);
        if (close === undefined) return undefined;
        end = close;
      } else if (line[end] === '$') {
        const inner = dollarEnd(line, end);
        if (inner === undefined) return undefined;
        end = inner - 1;
      }
    }
    end++;
  }
  return end;
}

function removeQuotes(word: string): string {
  let result = '';
  let quote = '';
  for (let at = 0; at < word.length; at++) {
    const character = word[at]!;
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else if (character === '\\' && quote !== "'" && at + 1 < word.length) result += word[++at]!;
    else result += character;
  }
  return result;
}
