import { skipSpace, trimEnd } from './characters.js';
import { readFlags } from './flags.js';
import { type Heredoc, heredocsIn } from './heredoc.js';
import type { Comment, Instruction, Statement } from './instruction.js';
import { readJsonForm } from './json-form.js';
import type { Span } from './text.js';

/** A parser directive: `# syntax=`, `# escape=` or `# check=`. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** Thrown for text that BuildKit's parser rejects; `offset` is where to look. */
export class SyntaxProblem extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

export interface Lines {
  readonly directives: readonly Directive[];
  readonly escape: '\\' | '`';
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=(.+)$/s;
const HEREDOC_KEYWORDS = new Set(['RUN', 'COPY', 'ADD']);
/** BuildKit's scanner takes lines of at most 64 KiB. */
const LONGEST_LINE = 65_535;

interface SourceLine {
  readonly start: number;
  /** End without `\r` and `\n`. */
  readonly end: number;
  readonly next: number;
}

/**
 * Splits a Dockerfile into instructions exactly as BuildKit's parser does (frontend/dockerfile/parser in moby/buildkit):
 * directives, continuations, comment and blank lines inside them, flags, JSON form, here-documents.
 * @throws SyntaxProblem where BuildKit rejects the text.
 */
export function readLines(text: string): Lines {
  const directives: Directive[] = [];
  const comments: Comment[] = [];
  const instructions: Instruction[] = [];
  let escape: '\\' | '`' = '\\';
  let directivesOpen = true;
  let line = 0;
  let at = 0;

  const nextLine = (): SourceLine => {
    let end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    if (end < 0) end = text.length;
    const start = at;
    if (bytesOf(text, start, end) > LONGEST_LINE)
      throw new SyntaxProblem(`line longer than ${LONGEST_LINE} bytes`, start);
    while (end > start && text[end - 1] === '\r') end--;
    at = next;
    line++;
    return { start, end, next };
  };
  const readDirective = (content: string, span: Span): void => {
    const match = directivesOpen ? DIRECTIVE.exec(content) : null;
    const name = match?.[1]?.toLowerCase();
    if (match === null || name === undefined || !['syntax', 'escape', 'check'].includes(name)) {
      directivesOpen = false;
      return;
    }
    if (directives.some((known) => known.name === name)) {
      throw new SyntaxProblem(`only one ${name} parser directive can be used`, span.start);
    }
    const value = match[2]!.trim();
    if (name === 'escape') {
      if (value !== '\\' && value !== '`') {
        throw new SyntaxProblem(`invalid escape token '${value}' does not match \` or \\`, span.start);
      }
      escape = value;
    }
    directives.push({ name, value, span });
  };
  /** Cuts the continuation character; undefined when the line is the last of its instruction. */
  const continued = (content: string): string | undefined => {
    let last = content.length - 1;
    while (last >= 0 && (content[last] === ' ' || content[last] === '\t')) last--;
    return last < 0 || content[last] !== escape || content[last - 1] === escape ? undefined : content.slice(0, last);
  };

  while (at < text.length) {
    const source = nextLine();
    const bom = line === 1 && text[source.start] === '\ufeff' ? 1 : 0;
    const start = skipSpace(text, source.start + bom, source.end);
    const content = text.slice(start, source.end);
    readDirective(content, { start, end: source.end });
    if (content.startsWith('#')) {
      comments.push({ span: { start, end: source.end }, inside: undefined });
      continue;
    }
    const firstPart = continued(content);
    if (firstPart === undefined && content === '') continue;

    const first = line;
    let end = source.end;
    let logical = firstPart ?? content;
    const starts = [0];
    const sources = [start];
    let open = firstPart !== undefined;
    while (open && at < text.length) {
      const more = nextLine();
      const from = skipSpace(text, more.start, more.end);
      end = more.end;
      if (text[from] === '#' && from < more.end) {
        comments.push({ span: { start: from, end: more.end }, inside: instructions.length });
        continue;
      }
      if (from === more.end) continue;
      const part = text.slice(more.start, more.end);
      const kept = continued(part);
      starts.push(logical.length);
      sources.push(more.start);
      logical += kept ?? part;
      open = kept !== undefined;
    }

    const statement = readStatement(logical, 0, start);
    const trigger =
      statement.keyword === 'ONBUILD' && statement.args.end > statement.args.start
        ? readStatement(logical.slice(0, statement.args.end), statement.args.start, start)
        : undefined;
    const heredocs: Heredoc[] = [];
    const carrier = trigger ?? statement;
    if (HEREDOC_KEYWORDS.has(carrier.keyword) && carrier.json === undefined) {
      for (const head of heredocsIn(logical)) {
        const bodyStart = at;
        for (;;) {
          if (at >= text.length) throw new SyntaxProblem(`unterminated heredoc <<${head.name}`, start);
          const bodyLine = nextLine();
          let from = bodyLine.start;
          if (head.chomp) while (text[from] === '\t') from++;
          if (text.slice(from, bodyLine.end) === head.name) {
            heredocs.push({
              ...head,
              body: { start: bodyStart, end: bodyLine.start },
              delimiter: { start: from, end: bodyLine.end },
            });
            end = bodyLine.end;
            break;
          }
        }
      }
    }
    instructions.push({
      keyword: statement.keyword,
      keywordSpan: statement.keywordSpan,
      flags: statement.flags,
      args: statement.args,
      json: statement.json,
      index: instructions.length,
      span: { start, end },
      lines: { first, last: line },
      logical: { text: logical, starts, sources },
      heredocs,
      trigger,
    });
  }
  if (instructions.length === 0) throw new SyntaxProblem('file with no instructions', 0);
  return { directives, escape, instructions, comments };
}

/** The bytes of a line in UTF-8; of a short one no more than their upper bound, three for each character. */
function bytesOf(text: string, start: number, end: number): number {
  const most = 3 * (end - start);
  return most <= LONGEST_LINE ? most : new TextEncoder().encode(text.slice(start, end)).length;
}

/** Where a keyword ends: at a tab, a vertical tab, a form feed, a carriage return or a blank. */
function keywordEnd(text: string, from: number, last: number): number {
  let at = from;
  while (at < last && !'\t\v\f\r '.includes(text[at]!)) at++;
  return at;
}

function readStatement(logical: string, from: number, offset: number): Statement {
  const begin = skipSpace(logical, from);
  const last = trimEnd(logical, begin);
  const keywordSpan = { start: begin, end: keywordEnd(logical, begin, last) };
  const trimmed = logical.length === last ? logical : logical.slice(0, last);
  const { flags, end } = readFlags(trimmed, keywordSpan.end);
  const argsStart = skipSpace(trimmed, end, last);
  const keyword = logical.slice(keywordSpan.start, keywordSpan.end).toUpperCase();
  const args = { start: argsStart, end: last };
  return { keyword, keywordSpan, flags, args, json: jsonWords(keyword, trimmed, argsStart, offset) };
}

const JSON_KEYWORDS = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'COPY', 'ADD', 'VOLUME']);

function jsonWords(keyword: string, logical: string, argsStart: number, offset: number): Statement['json'] {
  let from = argsStart;
  if (keyword === 'HEALTHCHECK') {
    const type = /^\S+\s+/.exec(logical.slice(argsStart));
    if (type === null) return undefined;
    from += type[0].length;
  } else if (!JSON_KEYWORDS.has(keyword)) return undefined;
  const form = readJsonForm(logical, from);
  if (form?.kind === 'invalid') {
    throw new SyntaxProblem('when using JSON array syntax, arrays must be comprised of strings only', offset);
  }
  return form?.words;
}
