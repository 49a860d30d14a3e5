import { DockerfileParser } from 'dockerfile-ast';
import type { Dockerfile } from './dockerfile.js';
import type { Position } from './text.js';

/** Above this many characters or stages the second parser's quadratic parts would show, and the first one decides alone. */
const LARGEST = 200_000;
const MOST_STAGES = 200;

/**
 * What the two parsers are known to read differently: here-documents, an escaped escape at the end of a line, one before
 * another, odd white space, a bare carriage return, the backtick as escape. Other text is cut at the same lines by both.
 */
const CAN_DIFFER = /<<|\\\\[ \t]*\r?$|\\[ \t]+\\[ \t]*\r?$|[\v\f\u0085\u00a0\u2028\u2029]|\r(?!\n)|`[ \t]*\r?$/m;

/**
 * The second opinion on instruction boundaries: dockerfile-ast, an independent parser.
 * @returns where the two first disagree, or undefined when they agree (or the file is too large to ask).
 */
export function firstDisagreement(file: Dockerfile): Position | undefined {
  if (!CAN_DIFFER.test(file.text) || file.text.length > LARGEST || file.stages.length > MOST_STAGES) return undefined;
  const others = DockerfileParser.parse(file.text).getInstructions();
  for (let i = 0; i < Math.max(others.length, file.instructions.length); i++) {
    const ours = file.instructions[i];
    const other = others[i];
    if (ours === undefined) return { line: other!.getRange().start.line + 1, column: 1 };
    const range = other?.getRange();
    if (
      range === undefined ||
      range.start.line + 1 !== ours.lines.first ||
      lastLine(file, range.end) !== ours.lines.last ||
      other!.getKeyword() !== ours.keyword
    ) {
      return { line: ours.lines.first, column: 1 };
    }
  }
  return undefined;
}

/** dockerfile-ast counts the empty line after a continuation at the end of the file; BuildKit does not. */
function lastLine(file: Dockerfile, end: { line: number; character: number }): number {
  const lines = file.position(file.text.length).line;
  return end.line + 1 === lines && end.character === 0 ? end.line : end.line + 1;
}
