import {
  type Dockerfile,
  type Edit,
  type Instruction,
  type Span,
  toSource,
  toSourceSpan,
} from '../dockerfile/index.js';
import type { ShellCommand, ShellNode, ShellScript, ShellSequence, ShellWord } from './syntax.js';

/**
 * Edits of a RUN body as splices of the source: they keep the file's own layout, and every comment line between the
 * pieces that go.
 */

/** Removes words with the blanks before them; a word alone on its line takes the line with it. */
export function removeWords(file: Dockerfile, script: ShellScript, words: readonly ShellWord[]): readonly Edit[] {
  const edits = words.flatMap((word) => {
    const { start, end } = toSourceSpan(script.source, word.span);
    const line = lineAround(file, start, end);
    const before = file.text.slice(line.start, start);
    const after = file.text.slice(end, line.end);
    if (before.trim() === '' && isContinuation(file, after)) return [remove(line.start, line.next)];
    const from = previousEnd(script, firstOf(script, words, word).span.start);
    if (before.trim() === '' && after.trim() === '') return removeKeepingComments(file, from, end);
    if (before.trim() === '' && /^\s*[;&|)]/.test(after))
      return [remove(commentsBetween(file, from, start) ? start : from, end)];
    if (before.trim() === '') return [remove(start, end + after.length - after.trimStart().length)];
    return [remove(start - (before.length - before.trimEnd().length), end)];
  });
  const holds = (one: Span, other: Span): boolean => one !== other && one.start <= other.start && other.end <= one.end;
  return edits.filter(({ span }) => !edits.some((other) => holds(other.span, span)));
}

/** The first of the words that go in a row with one of them. */
function firstOf({ source }: ShellScript, words: readonly ShellWord[], last: ShellWord): ShellWord {
  let first = last;
  for (const word of [...words].sort((a, b) => b.span.start - a.span.start))
    if (word.span.end <= first.span.start && source.text.slice(word.span.end, first.span.start).trim() === '')
      first = word;
  return first;
}

function remove(start: number, end: number): Edit {
  return { span: { start, end }, text: '' };
}

function isContinuation(file: Dockerfile, text: string): boolean {
  return text.trim() === file.escape;
}

interface SourceLine extends Span {
  /** Start of the next line. */
  readonly next: number;
}

function lineAround(file: Dockerfile, start: number, end: number): SourceLine {
  const from = file.text.lastIndexOf('\n', start - 1) + 1;
  const newline = file.text.indexOf('\n', end);
  const next = newline < 0 ? file.text.length : newline + 1;
  let stop = newline < 0 ? file.text.length : newline;
  if (file.text[stop - 1] === '\r') stop--;
  return { start: from, end: Math.max(stop, end), next };
}

/** Source offset after the last character before a logical offset that is not white space. */
function previousEnd(script: ShellScript, offset: number): number {
  const { text } = script.source;
  let at = offset;
  while (at > 0 && /\s/.test(text[at - 1]!)) at--;
  return at === 0 ? toSource(script.source, 0) : toSource(script.source, at - 1) + 1;
}

/**
 * Removes a source range but keeps the comment lines in it: each stays on a line of its own, and what follows the range
 * decides whether it is inside the instruction still.
 */
function removeKeepingComments(file: Dockerfile, start: number, end: number): readonly Edit[] {
  const comments = file.comments.filter(({ span }) => span.start >= start && span.end <= end);
  const edits: Edit[] = [];
  let at = start;
  for (const { span } of comments) {
    const lineStart = file.text.lastIndexOf('\n', span.start - 1) + 1;
    const newline = lineStart - (file.text[lineStart - 2] === '\r' ? 2 : 1);
    if (newline > at) edits.push(remove(at, newline));
    const line = lineAround(file, span.start, span.end);
    at = line.next < end && file.text.slice(end, lineAround(file, end, end).end).trim() !== '' ? line.next : span.end;
  }
  if (end > at) edits.push(remove(at, end));
  return edits;
}

/** Commands that stand side by side in one sequence and go together. */
interface Run {
  readonly sequence: ShellSequence;
  readonly first: number;
  readonly last: number;
}

/**
 * Takes commands out of a script, each with one operator. With `ending`, a command at the very end of the script is
 * replaced by it instead.
 * @param errexit whether the script stops at the first failure.
 * @returns the edits and whether `ending` found its place, or why the commands cannot be taken out.
 */
export function removeCommands(
  file: Dockerfile,
  script: ShellScript,
  nodes: readonly ShellNode[],
  errexit: boolean,
  ending?: string,
): { readonly edits: readonly Edit[]; readonly ended: boolean } | string {
  const runs = runsIn(script, nodes);
  if (typeof runs === 'string') return runs;
  const leaving = new Set(runs.flatMap(({ sequence, first, last }) => sequence.items.slice(first, last + 1)));
  const edits: Edit[] = [];
  const inside: Span[] = [];
  let ended = false;
  for (const run of runs) {
    const { sequence, first, last } = run;
    const leading = sequence.operators[first - 1];
    const trailing = sequence.operators[last];
    if (leading?.text === '||') return 'it runs only after a failure';
    if (first === 0 && trailing?.text === '||') return 'something runs when it fails';
    const between = sequence.operators.slice(Math.max(first - 1, 0), last + 1);
    const isBackground = /^\s*&(?!&)/.test(script.source.text.slice(sequence.items[last]!.span.end));
    if (isBackground || between.some(({ text }) => text === '&')) return 'it runs in the background';
    const tail = trailing === undefined && endsScript(script, sequence, leaving);
    if (tail && ending !== undefined && !ended) {
      edits.push(...replaceItems(file, script, run, ending));
      ended = true;
      continue;
    }
    if (tail && !errexit && (leading?.text === ';' || leading?.text === '\n')) {
      return 'it decides whether the RUN succeeds';
    }
    if (tail) {
      const from = endOf(script, sequence.items[first - 1]!);
      const to = endOf(script, sequence.items[last]!);
      if (file.text.slice(0, from).trimEnd().endsWith(file.escape)) return 'the line before it would go on';
      edits.push(
        ...removeKeepingComments(
          file,
          from,
          commentsBetween(file, from, to) ? withSemicolon(script, sequence.items[last]!) : to,
        ),
      );
    } else inside.push(spanWithOperator(file, script, run));
  }
  edits.push(...joinSpans(inside).flatMap(({ start, end }) => removeInside(file, start, end)));
  return { edits, ended };
}

/** Joins spans that overlap, as those of a list and of what follows it do. */
function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || span.start > last.end) joined.push(span);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return joined;
}

function runsIn(script: ShellScript, nodes: readonly ShellNode[]): readonly Run[] | string {
  const gone = new Map<ShellSequence, Set<number>>();
  const queue = [...nodes];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const parent = script.parents.get(node);
    if (parent?.type !== 'sequence') return 'it is part of a pipeline or a compound command';
    const set = gone.get(parent) ?? new Set<number>();
    gone.set(parent, set.add(parent.items.indexOf(node)));
    if (set.size < parent.items.length) continue;
    if (script.parents.get(parent)?.type !== 'sequence') return 'nothing else is done there';
    gone.delete(parent);
    queue.push(parent);
  }
  const runs: Run[] = [];
  for (const [sequence, set] of gone) {
    for (const first of set) {
      if (set.has(first - 1)) continue;
      let last = first;
      while (set.has(last + 1)) last++;
      runs.push({ sequence, first, last });
    }
  }
  return runs;
}

/** Whether nothing that stays comes after a sequence. */
function endsScript(script: ShellScript, sequence: ShellSequence, leaving: ReadonlySet<ShellNode>): boolean {
  let node: ShellNode = sequence;
  for (let parent = script.parents.get(node); parent !== undefined; parent = script.parents.get(node)) {
    if (parent.type !== 'sequence') return false;
    if (!parent.items.slice(parent.items.indexOf(node) + 1).every((item) => leaving.has(item))) return false;
    node = parent;
  }
  return true;
}

function replaceItems(
  file: Dockerfile,
  script: ShellScript,
  { sequence, first, last }: Run,
  text: string,
): readonly Edit[] {
  // The first command of what goes makes room, so that comments within a list that goes as a whole stay.
  let head = sequence.items[first]!;
  while (head.type === 'sequence') head = head.items[0]!;
  const from = head.span;
  const start = toSource(script.source, from.start);
  const wholeEnd = toSource(script.source, from.end - 1) + 1;
  const firstEnd = commentsBetween(file, start, wholeEnd) ? start + file.text.slice(start).search(/\s/) : wholeEnd;
  const end = toSource(script.source, sequence.items[last]!.span.end - 1) + 1;
  return [
    { span: { start, end: firstEnd }, text },
    ...(end > firstEnd ? removeKeepingComments(file, firstEnd, end) : []),
  ];
}

/** The source span of commands that others follow, with one of the operators around them. */
function spanWithOperator(file: Dockerfile, script: ShellScript, { sequence, first, last }: Run): Span {
  const { source } = script;
  const start = toSource(source, sequence.items[first]!.span.start);
  const next = sequence.operators[last];
  const leading = sequence.operators[first - 1]?.span;
  if (next === undefined) {
    const previous = endOf(script, sequence.items[first - 1]!);
    const operator = toSource(source, leading!.start);
    const end = endOf(script, sequence.items[last]!);
    // `;` on a line of its own stays there where another one follows.
    const ownLine = startsLine(file, operator) && [operator, end].every((at) => file.text[at] === ';');
    return { start: ownLine || commentsBetween(file, previous, operator) ? operator : previous, end };
  }
  const nextStart = toSource(source, next.span.start);
  const following = toSource(source, sequence.items[last + 1]!.span.start);
  if (leading !== undefined && !startsLine(file, start) && !startsLine(file, toSource(source, leading.start))) {
    // The rest of a line goes, and the line ends as it did.
    const ends = startsLine(file, following) || startsLine(file, nextStart);
    if (ends) return { start: endOf(script, sequence.items[first - 1]!), end: endOf(script, sequence.items[last]!) };
  }
  // "&& x" at the start of a line goes with the operator in front of it, "x &&" with the one behind.
  const inFront =
    leading !== undefined &&
    (next.text === '||' ||
      (!commentsBetween(file, toSource(source, leading.end - 1), start) &&
        (startsLine(file, toSource(source, leading.start)) || startsLine(file, nextStart))));
  const [from, to] = inFront ? [toSource(source, leading.start), nextStart] : [start, following];
  return { start: from, end: beforeGap(file, from, endOf(script, sequence.items[last]!), to) };
}

/**
 * Where whole lines that go end: before the empty continuation line that sets what follows apart, unless one stands above.
 * @param done where the last of what goes ends.
 */
function beforeGap(file: Dockerfile, start: number, done: number, end: number): number {
  if (!startsLine(file, start) || commentsBetween(file, start, end)) return end;
  const above = file.text
    .slice(0, lineAround(file, start, start).start)
    .split(/\r?\n/)
    .at(-2)!;
  const gap = /\n[ \t]*(?=[\\`][ \t]*\r?\n)/.exec(file.text.slice(done, end));
  return gap === null || isContinuation(file, above) ? end : done + gap.index + gap[0].length;
}

/** Source offset after the last character of a node. */
function endOf(script: ShellScript, node: ShellNode): number {
  return toSource(script.source, node.span.end - 1) + 1;
}

/** As `endOf`, with a semicolon that ends the script. */
function withSemicolon(script: ShellScript, node: ShellNode): number {
  const { text } = script.source;
  const gap = /^\s*;(?=\s*$)/.exec(text.slice(node.span.end));
  return gap === null ? endOf(script, node) : toSource(script.source, node.span.end + gap[0].length - 1) + 1;
}

function startsLine(file: Dockerfile, offset: number): boolean {
  const lineStart = file.text.lastIndexOf('\n', offset - 1) + 1;
  return lineStart > 0 && file.text.slice(lineStart, offset).trim() === '';
}

function commentsBetween(file: Dockerfile, start: number, end: number): boolean {
  return file.comments.some(({ span }) => span.start >= start && span.end <= end);
}

/** Removes a source range that other text of the instruction follows; comment lines in it stay inside the instruction. */
function removeInside(file: Dockerfile, start: number, end: number): readonly Edit[] {
  const comments = file.comments.filter(({ span }) => span.start >= start && span.end <= end);
  const last = lineAround(file, end, end);
  const wholeLines = startsLine(file, start);
  const ownIndent = file.text.slice(lineAround(file, start, start).start, start);
  const sameIndent = ownIndent === file.text.slice(last.start, end);
  if (comments.length === 0 && (sameIndent || !(wholeLines && startsLine(file, end)))) return [remove(start, end)];
  const edits: Edit[] = [];
  let at = wholeLines ? lineAround(file, start, start).start : start;
  for (const { span } of comments) {
    const line = lineAround(file, span.start, span.end);
    const stop = at === start && !wholeLines ? continuationBefore(file, start, line.start) : line.start;
    if (stop > at) edits.push(remove(at, stop));
    at = line.next;
  }
  if (last.start > at) edits.push(remove(at, last.start));
  const indent = /^[ \t]*/.exec(file.text.slice(last.start, end))![0].length;
  if (last.start + indent < end) edits.push(remove(last.start + indent, end));
  return edits;
}

/** Offset of the escape that carries the instruction over to the line at `lineStart`, blank lines between them left out. */
function continuationBefore(file: Dockerfile, from: number, lineStart: number): number {
  const before = file.text.slice(from, lineStart);
  return from + (/[\\`][ \t]*\r?\n(?:[ \t]*\r?\n)*$/.exec(before)?.index ?? before.length);
}

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

const layouts = new WeakMap<Instruction, Layout>();

export function layoutOf(file: Dockerfile, instruction: Instruction): Layout {
  let layout = layouts.get(instruction);
  if (layout === undefined) layouts.set(instruction, (layout = readLayout(file, instruction)));
  return layout;
}

function readLayout(file: Dockerfile, instruction: Instruction): Layout {
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

const styles = new WeakMap<Dockerfile, Layout | false>();

/** Where the first RUN of the file that has `&&` beside a line break puts it. */
function styleOf(file: Dockerfile): Layout | undefined {
  let style = styles.get(file);
  if (style === undefined) {
    const model = file.instructions.find((one) => {
      if (one.keyword !== 'RUN' || one.heredocs.length > 0) return false;
      const { leads, trails } = linesOf(file, one);
      return leads.length + trails > 0;
    });
    styles.set(file, (style = model !== undefined && layoutOf(file, model)));
  }
  return style === false ? undefined : style;
}

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

/** The list that `set` starts, `set -e && a` inside a longer list too; else the whole body. */
function listWithSet(body: ShellSequence): ShellSequence {
  const [first] = body.items;
  return first?.type === 'sequence' && first.items.length > 1 && isSet(first.items[0]!) ? first : body;
}

function isSet(node: ShellNode): boolean {
  return node.type === 'command' && node.words[0]?.value === 'set';
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

/** Whether a script begins with `set -e`, alone or with other options, and never takes it back. */
export function stopsAtFailure({ body, commands }: ShellScript): boolean {
  const [first] = listWithSet(body).items;
  if (first === undefined || !isSet(first)) return false;
  if (commands.some(({ words }) => words[0]?.value === 'set' && words.some(({ text }) => /^\+[a-z]*e/.test(text))))
    return false;
  return (first as ShellCommand).words
    .slice(1)
    .some(({ value }) => value !== undefined && (/^-[a-z]*e/.test(value) || value === 'errexit'));
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

/** The indent of lines between the flags and the body: that of the body's least indented lines when it has any. */
function flagIndent(file: Dockerfile, instruction: Instruction): string {
  if (instruction.heredocs.length > 0) return '    ';
  const { bodies } = linesOf(file, instruction);
  const own = shortest(bodies.map(indentOf)) ?? styleOf(file)?.indent ?? '    ';
  return commandIndent(bodies, own);
}
