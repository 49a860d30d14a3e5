import type { Dockerfile } from '../dockerfile/index.js';
import { DockerfileError, type Edit, overlaps, sortEdits } from '../dockerfile/index.js';
import { type BuildInputs, NO_INPUTS } from '../facts/index.js';
import { joinedCommands } from './joined-commands.js';
import { type Change, isMove, type Move } from './types.js';

/** The edits of changes as splices of the text: a move becomes a removal and an insertion of whole lines. */
export function toEdits(file: Dockerfile, changes: readonly Pick<Change, 'edits'>[]): readonly Edit[] {
  const all = changes.flatMap(({ edits }) => edits);
  const moves = all.filter(isMove);
  const edits = all.filter((edit): edit is Edit => !isMove(edit));
  const result: Edit[] = [];
  const moved = moves.map((move) => moveBlock(file, move, edits));
  const carried = new Set(moved.flatMap(({ inside }) => inside));
  const sorted = [...moved].sort((a, b) => a.start - b.start);
  closeGaps(file, sorted);
  let end = file.text.length;
  for (const edit of edits) {
    if (carried.has(edit)) continue;
    const rest = behindBlock(file, sorted, edit);
    if (rest !== edit) end = rest.span.start;
    result.push(rest);
  }
  shareLastNewlines(file, result);
  takeNewlineAbove(file, sorted, end);
  for (const { removal, at, text } of moved) {
    result.push({ span: removal, text: '' }, { span: { start: at, end: at }, text });
  }
  return sortEdits(result);
}

/** A block that moves: what goes, and what is put in where. */
interface Moved {
  readonly inside: readonly Edit[];
  /** Where its first line starts. */
  readonly start: number;
  readonly removal: { start: number; end: number };
  readonly at: number;
  text: string;
}

function moveBlock(file: Dockerfile, move: Move, edits: readonly Edit[]): Moved {
  const source = file.blockOf(file.instructions[move.instruction]!);
  const target = file.blockOf(file.instructions[move.before]!);
  const inside = edits.filter(({ span }) => span.start >= source.start && span.end <= source.end);
  let text = '';
  let at = source.start;
  for (const edit of sortEdits(inside)) {
    text += file.text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  text += file.text.slice(at, source.end);
  if (!text.endsWith('\n')) text += file.eol;
  return { inside, start: source.start, removal: { ...source }, at: target.start, text };
}

/** A removal of the last lines without the newline above them, where that goes with a block that moves from there. */
function behindBlock({ text }: Dockerfile, sorted: readonly Moved[], edit: Edit): Edit {
  const { start, end } = edit.span;
  if (end < text.length || edit.text !== '' || !/^\r?\n/.test(text.slice(start))) return edit;
  const above = sorted.find(({ removal }) => removal.start < start && start < removal.end);
  return above === undefined ? edit : { ...edit, span: { start: above.removal.end, end } };
}

/** Lines that go just above the last ones of a file without a final newline take the newline above them, as those do. */
function shareLastNewlines({ text }: Dockerfile, edits: Edit[]): void {
  let last = edits.findIndex(
    ({ span, text: put }) => put === '' && span.end === text.length && /^\r?\n/.test(text.slice(span.start)),
  );
  while (last >= 0) {
    const { start, end } = edits[last]!.span;
    const line = text.indexOf('\n', start) + 1;
    const above = edits.findIndex(
      ({ span, text: put }) => put === '' && span.end === line && span.start < start && text[span.start - 1] === '\n',
    );
    if (above < 0) return;
    const from = edits[above]!.span.start;
    edits[last] = { text: '', span: { start: line, end } };
    edits[above] = { text: '', span: { start: from - (text[from - 2] === '\r' ? 2 : 1), end: line } };
    last = above;
  }
}

/** Where the last lines go from a file without a final newline, the newline above them goes as well. */
function takeNewlineAbove({ text }: Dockerfile, sorted: readonly Moved[], end: number): void {
  let first = sorted.length - 1;
  if (text.endsWith('\n') || sorted[first]?.removal.end !== end) return;
  const isNext = (at: number): boolean =>
    at > 0 && text.slice(sorted[at - 1]!.removal.end, sorted[at]!.start).trim() === '';
  while (isNext(first)) first--;
  const { removal } = sorted[first]!;
  removal.start -= text[removal.start - 2] === '\r' ? 2 : 1;
}

/** Blocks that blank lines set apart above and below, or from the end of the file, take one of the gaps along. */
function closeGaps(file: Dockerfile, sorted: readonly Moved[]): void {
  const ends = sorted.map(({ removal }) => removal.end);
  const firsts = sorted.map(({ start }, index) => ends[index - 1] !== start);
  for (const [index, last] of sorted.entries()) {
    if (firsts[index + 1] === false) continue;
    const first = firsts.lastIndexOf(true, index);
    const { start, removal } = sorted[first]!;
    const above = blankLinesAbove(file.text, start);
    const below = /^(?:[ \t]*\r?\n)+/.exec(file.text.slice(last.removal.end))?.[0] ?? '';
    const isLast = file.text.slice(last.removal.end).trim() === '';
    const goesDown = last.at > last.removal.start;
    // The gap between two blocks that move is for the lower one, or for the upper one when that goes down.
    const isTaken = (sorted[first - 1]?.removal.end ?? 0) > start - above.length;
    const isShared = !goesDown && sorted[index + 1]?.start === last.removal.end + below.length;
    const takesAbove = below === '' || isShared;
    if (above === '' || (takesAbove && (isTaken || (below === '' && (!isLast || goesDown))))) continue;
    if (takesAbove) removal.start -= above.length;
    else last.removal.end += below.length;
    last.text += takesAbove ? above : below;
    const leads = !sorted.slice(0, first).some(({ at }) => at === last.at);
    if (goesDown && leads && blankLinesAbove(file.text, last.at) === '')
      sorted[first]!.text = below + sorted[first]!.text;
  }
}

/** The blank lines just above the line that starts at an offset, but for the first line of the text. */
function blankLinesAbove(text: string, offset: number): string {
  let at = offset;
  for (;;) {
    const before = text.lastIndexOf('\n', at - 2) + 1;
    if (before === 0 || before >= at || !/^[ \t]*\r?\n$/.test(text.slice(before, at))) return text.slice(at, offset);
    at = before;
  }
}

/** Why a rewrite may not be kept; undefined when it may. */
export type Fault = string | undefined;

/**
 * Applies changes and proves that nothing else happened: the result parses, every instruction that no edit touched is
 * byte-identical and where the edits put it, no comment is lost, and no two shell commands have become one.
 */
export function applyChanges(
  file: Dockerfile,
  changes: readonly Change[],
  inputs: BuildInputs = NO_INPUTS,
): { file: Dockerfile; edits: readonly Edit[]; fault: Fault } {
  let edits: readonly Edit[];
  try {
    edits = toEdits(file, changes);
  } catch (error) {
    return { file, edits: [], fault: (error as Error).message };
  }
  let result: Dockerfile;
  try {
    result = file.with(edits);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    return { file, edits, fault: `the result would not parse: ${error.message}` };
  }
  const fault =
    lostInstruction(file, result, changes, edits) ??
    lostComment(file, result) ??
    joinedCommands(file, result, edits, inputs);
  return { file: fault === undefined ? result : file, edits, fault };
}

/** Walks instructions and edits side by side. One edit stays within one instruction: who changes two makes two edits. */
function lostInstruction(
  file: Dockerfile,
  result: Dockerfile,
  changes: readonly Change[],
  edits: readonly Edit[],
): Fault {
  const moved = new Set(changes.flatMap(({ edits: list }) => list.filter(isMove).map((move) => move.instruction)));
  const found = new Map(result.instructions.map((instruction) => [instruction.span.start, instruction]));
  let next = 0;
  let shift = 0;
  let reached: Edit | undefined;
  for (const { index, span, lines } of file.instructions) {
    for (; next < edits.length && edits[next]!.span.end <= span.start; next++) {
      const edit = edits[next]!;
      shift += edit.text.length - (edit.span.end - edit.span.start);
    }
    let touched = false;
    for (let i = next; i < edits.length && edits[i]!.span.start <= span.end; i++) {
      const edit = edits[i]!;
      if (!touches(edit, span)) continue;
      touched = true;
      if (!overlaps(edit.span, span)) continue;
      if (edit === reached) return `line ${lines.first}: an edit runs over into this instruction`;
      reached = edit;
    }
    const text = file.slice(span);
    if (moved.has(index)) {
      // The block that moves is itself an edit here; what stands in it is as it was unless an edit inside changed it.
      const changed = changes.some(({ edits: list }) => list.some((edit) => !isMove(edit) && touches(edit, span)));
      if (!changed && !result.instructions.some((other) => result.slice(other.span) === text)) {
        return `line ${lines.first}: the moved instruction would be lost`;
      }
    } else if (!touched) {
      const there = found.get(span.start + shift);
      if (there === undefined || result.slice(there.span) !== text) {
        return `line ${lines.first}: an instruction that no edit touches would change`;
      }
    }
  }
  return undefined;
}

/** An edit touches what it overlaps, and what it inserts into; an insertion just before or just after does not count. */
function touches({ span: edit }: Edit, span: { start: number; end: number }): boolean {
  if (edit.start === edit.end) return edit.start > span.start && edit.start <= span.end;
  return edit.start < span.end && edit.end > span.start;
}

function lostComment(file: Dockerfile, result: Dockerfile): Fault {
  const kept = new Map<string, number>();
  for (const { span } of result.comments) {
    const text = result.slice(span).trimEnd();
    kept.set(text, (kept.get(text) ?? 0) + 1);
  }
  for (const { span } of file.comments) {
    const text = file.slice(span).trimEnd();
    const left = kept.get(text) ?? 0;
    if (left === 0) return `line ${file.position(span.start).line}: a comment would be lost`;
    kept.set(text, left - 1);
  }
  return undefined;
}
