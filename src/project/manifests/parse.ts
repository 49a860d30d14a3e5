import { parse as parseTomlText, TomlError } from 'smol-toml';
import { LineCounter, parseDocument } from 'yaml';

/** A parsed value, or why there is none. */
export type Parsed = { readonly value: unknown } | { readonly line: number | undefined; readonly why: string };

/** Parses JSON; a byte order mark is dropped, as npm does. With `comments` also comments and trailing commas (bun.lock, tsconfig). */
export function parseJson(source: string, options: { readonly comments?: boolean } = {}): Parsed {
  const plain = source.replace(/^\ufeff/, '');
  const json = options.comments ? withoutComments(plain) : plain;
  try {
    return { value: JSON.parse(json) as unknown };
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const at = position === undefined ? json.length : Number(position);
    return { line: lineOf(json, at), why: 'not valid JSON' };
  }
}

/** Parses TOML with null-prototype tables; integers beyond 2^53 become BigInt. */
export function parseToml(source: string): Parsed {
  try {
    return { value: parseTomlText(source.replace(/^\ufeff/, ''), { integersAsBigInt: 'asNeeded' }) };
  } catch (error) {
    return { line: error instanceof TomlError ? error.line : undefined, why: 'not valid TOML' };
  }
}

/** Parses one YAML document; mappings become Maps. Aliases are bounded by the parser's own limit. */
export function parseYaml(source: string): Parsed {
  const deep = tooDeepLine(source);
  if (deep !== undefined) return { line: deep, why: 'nested too deep' };
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(source, { lineCounter, uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
    const [error] = document.errors;
    if (error) return { line: lineCounter.linePos(error.pos[0]).line, why: 'not valid YAML' };
    return { value: document.toJS({ mapAsMap: true }) as unknown };
  } catch {
    return { line: undefined, why: 'not valid YAML' };
  }
}

const MAX_DEPTH = 200;

/**
 * The line on which YAML text nests deeper than any manifest does, by its brackets and its leading indicators. The parser
 * recurses; where that uses up the stack, V8 may end the whole process instead of throwing.
 */
function tooDeepLine(source: string): number | undefined {
  let depth = 0;
  for (const [index, line] of source.split('\n').entries()) {
    const leading = /^[ \t?:-]*/.exec(line)![0].length;
    for (const character of line) {
      if (character === '[' || character === '{') depth++;
      else if ((character === ']' || character === '}') && depth > 0) depth--;
      if (depth > MAX_DEPTH) return index + 1;
    }
    if (leading > 2 * MAX_DEPTH) return index + 1;
  }
  return undefined;
}

/** The line of an offset, counted from 1. */
export function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}

/** JSON text with comments and trailing commas turned to blanks, so that offsets stay. */
function withoutComments(source: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const token = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;
  const uncommented = source.replace(token, (part) => (part.startsWith('"') ? part : blank(part)));
  return uncommented.replace(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[\]}])/g, (part) => (part === ',' ? ' ' : part));
}

/**
 * Source text of a C-like or hash-commented language with comments blanked and strings kept, so that offsets and lines stay.
 * A pattern search over the result does not see what is commented out.
 */
export function blankComments(source: string, style: 'slash' | 'hash'): string {
  const token =
    style === 'slash'
      ? /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g
      : /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|#[^\n]*/g;
  return source.replace(token, (part) => (/^["']/.test(part) ? part : part.replace(/[^\n]/g, ' ')));
}
