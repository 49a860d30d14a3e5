import { type Dockerfile, type Edit, type Span, toSource, toSourceSpan } from '../dockerfile/index.js';
import { lineAround, startsLine } from './lines.js';
import type { ShellNode, ShellScript, ShellSequence, ShellWord } from './syntax.js';

/**
 * Removals from a RUN body as splices of the source: they keep the file's own layout, and every comment line between the
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
