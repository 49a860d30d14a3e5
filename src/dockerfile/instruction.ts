import type { Flag } from './flags.js';
import type { Heredoc } from './heredoc.js';
import type { JsonWord } from './json-form.js';
import type { LogicalText } from './logical.js';
import type { Span } from './text.js';

/** What an instruction says, without its place among others: also the shape of an ONBUILD trigger. */
export interface Statement {
  /** Upper-case keyword; `FOO` for an unknown instruction `foo`. */
  readonly keyword: string;
  /** Place of the keyword in `logical`. */
  readonly keywordSpan: Span;
  readonly flags: readonly Flag[];
  /** Place of the arguments in `logical`, white space around them left out. */
  readonly args: Span;
  /** The strings of a JSON-form instruction; undefined in shell form. */
  readonly json: readonly JsonWord[] | undefined;
}

/** One instruction of a Dockerfile. Offsets in `span` and `heredocs` are the source's, others index `logical.text`. */
export interface Instruction extends Statement {
  /** Place in `Dockerfile.instructions`. */
  readonly index: number;
  /** From the keyword to the end of the last line (here-documents included), without the line ending. */
  readonly span: Span;
  /** First and last line, counted from 1. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly logical: LogicalText;
  readonly heredocs: readonly Heredoc[];
  /** ONBUILD's trigger. */
  readonly trigger: Statement | undefined;
}

/** A comment line; `span` runs from `#` to the end of the line. `inside` is the instruction whose continuation holds it. */
export interface Comment {
  readonly span: Span;
  readonly inside: number | undefined;
}

/** The arguments as BuildKit reads them: continuations joined, white space around them removed. */
export function argumentText(instruction: Instruction): string {
  return instruction.logical.text.slice(instruction.args.start, instruction.args.end);
}

/** The words of the arguments, of JSON form or of the other, variables as written. */
export function argumentWords(instruction: Instruction): readonly string[] {
  return instruction.json?.map(({ value }) => value) ?? argumentText(instruction).split(/\s+/);
}
