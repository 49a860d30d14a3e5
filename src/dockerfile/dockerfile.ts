import { checkInstructions } from './check.js';
import { type Edit, sortEdits, splice } from './edits.js';
import type { Comment, Instruction } from './instruction.js';
import { type Directive, type Lines, readLines, SyntaxProblem } from './read-lines.js';
import { readStages, type Stage } from './stages.js';
import { lineStarts, type Position, positionAt, type Span } from './text.js';

/** Text that is not a Dockerfile; `position` is where to look. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
  constructor(
    message: string,
    readonly position: Position,
  ) {
    super(message);
  }
}

/**
 * An immutable Dockerfile: its text and a read-only view of its instructions. Rewriting is splicing spans of the source,
 * so bytes outside an edit never change.
 */
export class Dockerfile {
  readonly directives: readonly Directive[];
  /** The escape character: `\`, or a backtick by directive. */
  readonly escape: '\\' | '`';
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
  readonly stages: readonly Stage[];
  readonly #starts: readonly number[];
  #commentLines: ReadonlySet<number> | undefined;
  #words: Set<string> | undefined;

  private constructor(
    readonly text: string,
    lines: Lines,
  ) {
    this.directives = lines.directives;
    this.escape = lines.escape;
    this.instructions = lines.instructions;
    this.comments = lines.comments;
    this.stages = readStages(lines.instructions);
    this.#starts = lineStarts(text);
  }

  /**
   * Parses a text as BuildKit would; recent results are kept by text.
   * @throws DockerfileError when BuildKit would reject it.
   */
  static parse(text: string): Dockerfile {
    const known = recent.get(text);
    if (known !== undefined) return known;
    try {
      const lines = readLines(text);
      checkInstructions(lines);
      const parsed = new Dockerfile(text, lines);
      if (recent.size >= RECENT_SIZE) recent.delete(recent.keys().next().value!);
      recent.set(text, parsed);
      return parsed;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      throw new DockerfileError(error.message, positionAt(lineStarts(text), error.offset));
    }
  }

  /** Line and column of an offset, both counted from 1. */
  position(offset: number): Position {
    return positionAt(this.#starts, offset);
  }

  /** The source text of a span. */
  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  /**
   * The keywords of the instructions, and every run of letters, digits, `_`, `+` and `-` in what they say that does not begin
   * with a digit or a sign. Texts that were made of one another by edits share their words.
   */
  get words(): ReadonlySet<string> {
    if (this.#words === undefined) {
      this.#words = new Set();
      this.#readWords(this.instructions, this.#words);
    }
    return this.#words;
  }

  #readWords(instructions: readonly Instruction[], words: Set<string>): void {
    const add = (text: string): void => {
      for (const word of text.match(/[\w+-]+/g) ?? []) if (word.charCodeAt(0) > DIGIT_NINE) words.add(word);
    };
    for (const { keyword, trigger, logical, heredocs } of instructions) {
      words.add(keyword);
      if (trigger !== undefined) words.add(trigger.keyword);
      add(logical.text);
      for (const { body } of heredocs) add(this.slice(body));
    }
  }

  /** The line ending that the file uses where it first ends a line. */
  get eol(): '\n' | '\r\n' {
    const first = this.text.indexOf('\n');
    return first > 0 && this.text[first - 1] === '\r' ? '\r\n' : '\n';
  }

  /** The instructions that a span overlaps or, when it is empty, lies in or at the edge of; found by binary search. */
  instructionsIn(span: Span): readonly Instruction[] {
    let low = 0;
    let high = this.instructions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.instructions[middle]!.span.end < span.start) low = middle + 1;
      else high = middle;
    }
    const found: Instruction[] = [];
    for (let i = low; i < this.instructions.length && this.instructions[i]!.span.start <= span.end; i++) {
      found.push(this.instructions[i]!);
    }
    return found;
  }

  /** The stage that an instruction belongs to; undefined before the first FROM. */
  stageOf(instruction: Instruction): Stage | undefined {
    let low = 0;
    let high = this.stages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.stages[middle]!.from.index <= instruction.index) low = middle + 1;
      else high = middle;
    }
    return this.stages[low - 1];
  }

  /**
   * The whole lines of an instruction with the comment lines that stand directly above it, line ending included.
   * What a move carries.
   */
  blockOf(instruction: Instruction): Span {
    let first = instruction.lines.first;
    const floor = this.directives.length > 0 ? this.position(this.directives.at(-1)!.span.start).line : 0;
    const commentLines = (this.#commentLines ??= new Set(
      this.comments.filter(({ inside }) => inside === undefined).map(({ span }) => this.position(span.start).line),
    ));
    while (first - 1 > floor && commentLines.has(first - 1)) first--;
    return { start: this.#starts[first - 1]!, end: this.#starts[instruction.lines.last] ?? this.text.length };
  }

  /** A new Dockerfile with the edits spliced in; the same object when there are none. */
  with(edits: readonly Edit[]): Dockerfile {
    if (edits.length === 0) return this;
    const next = Dockerfile.parse(splice(this.text, edits));
    if (this.#words !== undefined && next.#words === undefined) {
      next.#words = this.#words;
      let shift = 0;
      for (const { span, text } of sortEdits(edits)) {
        const start = span.start + shift;
        next.#readWords(next.instructionsIn({ start, end: start + text.length }), this.#words);
        shift += text.length - (span.end - span.start);
      }
    }
    return next;
  }
}

const DIGIT_NINE = '9'.charCodeAt(0);
const RECENT_SIZE = 6;
const recent = new Map<string, Dockerfile>();
