import type { Dockerfile, Instruction } from '../dockerfile/index.js';
import { onceFor } from '../once.js';

/** How an instruction is laid out over lines. */
interface Layout {
  readonly multiline: boolean;
  /** White space that its continuation lines start with. */
  readonly indent: string;
  /** `&&` at the start of a continuation line, not at the end of the line before. */
  readonly leading: boolean;
  /** What stands between the start of a continuation line and its operator, and after it: `    && `. */
  readonly operator: string;
}

/** Where no line begins or ends a command, the lines are arguments; from here on they stand further in than a command would. */
const DEEP = 8;

/** The indent of a new command among lines of this indent. */
function commandIndent(lines: readonly string[], own: string): string {
  const listed = lines.some((line) => /^\s*(?:&&|\|\||;)|(?:&&|\|\||;)\s*[\\`]\s*$/.test(line));
  if (listed || width(own) < DEEP) return own;
  return own.startsWith('\t') ? '\t' : '    ';
}

function width(indent: string): number {
  return indent.replaceAll('\t', '    ').length;
}

/** The lines of an instruction after its first, comments and empty ones left out. */
function continuationLines(file: Dockerfile, instruction: Instruction): readonly string[] {
  if (instruction.lines.first === instruction.lines.last) return [];
  const lines = file.slice(instruction.span).split(/\r?\n/);
  return lines.slice(1).filter((line) => !/^\s*(#|$)/.test(line));
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)![0];
}

/** The shortest of the indents that are any. */
function shortest(indents: readonly string[]): string | undefined {
  return indents.filter((indent) => indent !== '').sort((a, b) => a.length - b.length)[0];
}

const layouts = onceFor((instruction: Instruction, file: Dockerfile): Layout => {
  const { bodies, leads, trails } = linesOf(file, instruction);
  const leading = leads.length >= trails;
  if (leads.length + trails === 0) {
    const style = styleOf(file);
    const own = shortest(bodies.map(indentOf)) ?? style?.indent ?? '    ';
    return {
      multiline: bodies.length > 0,
      indent: commandIndent(bodies, own),
      leading: style?.leading ?? true,
      operator: style?.operator ?? '&& ',
    };
  }
  return {
    multiline: bodies.length > 0,
    indent: leading ? indentOf(leads[0]!) : (shortest(bodies.map(indentOf)) ?? '    '),
    leading,
    operator: leading ? /^\s*(&&\s*)/.exec(leads[0]!)![1]! : '&& ',
  };
});

export function layoutOf(file: Dockerfile, instruction: Instruction): Layout {
  return layouts(instruction, file);
}

/** The lines that continue an instruction, those of them that begin with `&&`, and how many end with it. */
function linesOf(file: Dockerfile, instruction: Instruction) {
  const bodies = instruction.heredocs.length > 0 ? [] : continuationLines(file, instruction);
  return {
    bodies,
    leads: bodies.filter((line) => /^\s*&&\s*[^\s\\`]/.test(line)),
    trails: file
      .slice(instruction.span)
      .split(/\r?\n/)
      .filter((line) => /&&\s*[\\`]\s*$/.test(line)).length,
  };
}

/** Where the first RUN of the file that has `&&` beside a line break puts it. */
const styleOf = onceFor((file: Dockerfile): Layout | undefined => {
  const model = file.instructions.find((one) => {
    if (one.keyword !== 'RUN' || one.heredocs.length > 0) return false;
    const { leads, trails } = linesOf(file, one);
    return leads.length + trails > 0;
  });
  return model && layoutOf(file, model);
});

/** The indent of lines between the flags and the body: that of the body's least indented lines when it has any. */
export function flagIndent(file: Dockerfile, instruction: Instruction): string {
  if (instruction.heredocs.length > 0) return '    ';
  const { bodies } = linesOf(file, instruction);
  const own = shortest(bodies.map(indentOf)) ?? styleOf(file)?.indent ?? '    ';
  return commandIndent(bodies, own);
}
