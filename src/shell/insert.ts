import { type Dockerfile, type Edit, type Instruction, toSource } from '../dockerfile/index.js';
import { flagIndent, layoutOf } from './layout.js';
import { lineAround, startsLine } from './lines.js';
import { isSet, listWithSet, stopsAtFailure } from './stops-at-failure.js';
import type { ShellScript } from './syntax.js';

/**
 * Inserts `text &&` (or `text;` where commands are kept apart by `;`) before the first command that does something, and the
 * comments that stand over it.
 */
export function prependCommand(file: Dockerfile, instruction: Instruction, script: ShellScript, text: string): Edit {
  const { items, operators } = listWithSet(script.body);
  const afterSet = items.length > 1 && isSet(items[0]!);
  const target = items[afterSet ? 1 : 0]!;
  const at = toSource(script.source, target.span.start);
  const single = target.type !== 'sequence';
  const chained = single || target.operators.every((operator) => operator.text === '&&');
  const next = operators[afterSet ? 1 : 0]?.text;
  const listed =
    !chained || (afterSet && operators[0]!.text !== '&&') || (single && next !== undefined && next !== '&&');
  const insert = (joint: string): Edit => ({ span: { start: at, end: at }, text: text + joint });
  const over = afterSet ? startOfComments(file, at) : undefined;
  const above = (line: string): Edit | undefined =>
    over === undefined ? undefined : { span: { start: over, end: over }, text: line };
  const own = startsLine(file, at) ? file.text.slice(lineAround(file, at, at).start, at) : undefined;
  if (instruction.heredocs.length > 0) {
    if (own === undefined) return insert(listed ? '; ' : ' && ');
    return above(own + text + file.eol) ?? insert(file.eol + own);
  }
  const { indent, leading, operator } = layoutOf(file, instruction);
  const led = !listed && leading && startsLine(file, toSource(script.source, operators[0]?.span.start ?? 0));
  if (afterSet && own === undefined && !led) return insert(listed ? '; ' : ' && ');
  const newline = ` ${file.escape}${file.eol}`;
  const joint = listed ? ';' : ' &&';
  return (
    above(led ? `${indent}${operator}${text}${newline}` : `${own}${text}${joint}${newline}`) ??
    insert(!listed && leading ? `${newline}${indent}${operator}` : `${joint}${newline}${own ?? indent}`)
  );
}

/** Where the comment lines right above the line of an offset start; undefined where there are none. */
function startOfComments(file: Dockerfile, offset: number): number | undefined {
  const { start } = lineAround(file, offset, offset);
  return /(?:^[ \t]*#[^\n]*\n)+(?![^])/m.exec(file.text.slice(0, start))?.index;
}

/**
 * Appends a command that runs when all before it went well and otherwise decides nothing: with `&&`, or with `;` in a
 * list that stops at the first failure.
 */
export function appendCommand(file: Dockerfile, instruction: Instruction, script: ShellScript, text: string): Edit {
  const { items, operators } = script.body;
  const at = toSource(script.source, items.at(-1)!.span.end - 1) + 1;
  const { indent, leading, operator } = layoutOf(file, instruction);
  const chained = items.at(-1)!.type === 'sequence';
  const separator = stopsAtFailure(script) && !chained ? operators.at(-1)?.text : undefined;
  const insert = (joint: string): Edit => ({ span: { start: at, end: at }, text: joint + text });
  if (instruction.heredocs.length > 0) {
    const start = toSource(script.source, items.at(-1)!.span.start);
    const own = file.text.slice(lineAround(file, start, start).start, start);
    return insert(separator === '\n' && own.trim() === '' ? file.eol + own : ' && ');
  }
  const newline = ` ${file.escape}${file.eol}${indent}`;
  const listed = separator === ';' && !/^\s*;/.test(file.text.slice(at));
  if (listed) return insert(`;${newline}`);
  return insert(leading ? `${newline}${operator}` : ` &&${newline}`);
}

/** The widest line that an inserted flag may share with what follows it. */
const WIDEST = 100;

/**
 * Inserts builder flags before the arguments of a RUN, each on a line of its own unless all fits on one short line.
 * @param broken whether the body is about to be broken over lines.
 * @param growth how many characters a body of one line is about to gain.
 */
export function insertFlags(
  file: Dockerfile,
  instruction: Instruction,
  flags: readonly string[],
  broken = false,
  growth = 0,
): Edit {
  const at = toSource(instruction.logical, instruction.args.start);
  const { multiline } = layoutOf(file, instruction);
  const line = lineAround(file, at, at);
  const gain = instruction.heredocs.length > 0 ? 0 : growth;
  const short = line.end - line.start + gain + flags.join(' ').length < WIDEST;
  const oneLine = flags.length === 1 && (instruction.heredocs.length > 0 || (!multiline && !broken)) && short;
  const indent = startsLine(file, at) ? file.text.slice(line.start, at) : flagIndent(file, instruction);
  const newline = ` ${file.escape}${file.eol}${indent}`;
  if (oneLine) return { span: { start: at, end: at }, text: flags.map((flag) => `${flag} `).join('') };
  const last = instruction.flags.at(-1);
  const flagEnd = last === undefined ? line.start : toSource(instruction.logical, last.span.end - 1) + 1;
  const text = flags.map((flag) => flag + newline).join('');
  // A flag that shares the line with the arguments gets a line of its own too.
  return flagEnd > line.start
    ? { span: { start: flagEnd, end: at }, text: newline + text }
    : { span: { start: at, end: at }, text };
}
