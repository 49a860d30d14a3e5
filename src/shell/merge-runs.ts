import { type Dockerfile, type Edit, type Instruction, type Span, toSource } from '../dockerfile/index.js';
import { layoutOf } from './layout.js';
import { stopsAtFailure } from './stops-at-failure.js';
import type { ShellNode, ShellScript } from './syntax.js';

/** A RUN whose body is a script. */
export interface ScriptRun {
  readonly instruction: Instruction;
  readonly script: ShellScript;
}

/** Whether a list runs its commands one after another until the first that fails, and does nothing else. */
export function isChain(node: ShellNode): boolean {
  if (node.type === 'pipeline') return !node.negated;
  if (node.type !== 'sequence') return true;
  return node.operators.every(({ text }) => text === '&&') && node.items.every(isChain);
}

/** Whether something that is no command stands at a script's end: `;`, `&`, a comment. */
export function endsOpenly({ source, body }: ShellScript): boolean {
  return source.text.slice(body.items.at(-1)!.span.end).trim() !== '';
}

/**
 * Joins RUNs that follow one another into the first, with what stands between them: comment lines stay where they are,
 * empty lines go.
 */
export function joinRuns(file: Dockerfile, runs: readonly ScriptRun[]): readonly Edit[] {
  const [first, ...others] = runs;
  const style = runs.find(({ instruction }) => layoutOf(file, instruction).multiline) ?? first!;
  const { indent, leading, operator } = layoutOf(file, style.instruction);
  const listed = isListed(first!.script) && others.every(({ script }) => isSingle(script));
  return others.flatMap(({ instruction }, i) => {
    const end = endOf(runs[i]!.script);
    const start = toSource(instruction.logical, instruction.args.start);
    const joint = `${listed ? ';' : leading ? '' : ' &&'} ${file.escape}`;
    return [
      { span: { start: end, end }, text: joint },
      ...linesWithoutComments(file, end, start).map((span) => ({ span, text: '' })),
      { span: { start: lineStart(file, start), end: start }, text: indent + (listed || !leading ? '' : operator) },
    ];
  });
}

/** Appends the body of a later RUN to an earlier one, as it is laid out, and takes the later one away; its comments go along. */
export function moveRun(file: Dockerfile, target: ScriptRun, run: ScriptRun): readonly Edit[] {
  const { indent, leading, operator } = layoutOf(file, target.instruction);
  const listed = isListed(target.script) && isSingle(run.script);
  const block = file.blockOf(run.instruction);
  const start = toSource(run.instruction.logical, run.instruction.args.start);
  const comments = file.comments
    .filter(({ span }) => span.start >= block.start && span.end <= start)
    .map(({ span }) => file.text.slice(lineStart(file, span.start), span.end).trimEnd() + file.eol)
    .join('');
  const joint = `${listed ? ';' : leading ? '' : ' &&'} ${file.escape}${file.eol}`;
  const body = file.text.slice(start, endOf(run.script));
  const at = endOf(target.script);
  const text = joint + comments + indent + (listed || !leading ? '' : operator) + body;
  return [{ span: { start: at, end: at }, text }, ...removeBlock(file, block)];
}

/** Whether comments stand between two RUNs that belong to neither: an empty line keeps them apart from the later one. */
export function hasLooseComments(file: Dockerfile, first: Instruction, second: Instruction): boolean {
  const block = file.blockOf(second);
  return file.comments.some(({ span }) => span.start >= first.span.end && span.end <= block.start);
}

/** Whether commands are kept apart by `;` in a list that stops at the first failure, so that another may follow after `;`. */
function isListed(script: ShellScript): boolean {
  const { items, operators } = script.body;
  return stopsAtFailure(script) && operators.at(-1)?.text === ';' && items.at(-1)!.type === 'command';
}

function isSingle({ body }: ShellScript): boolean {
  return body.items.length === 1 && body.items[0]!.type === 'command';
}

/** Source offset after the last character of a script's last command. */
function endOf({ source, body }: ShellScript): number {
  return toSource(source, body.items.at(-1)!.span.end - 1) + 1;
}

/** What stands between the end of a RUN's last command and the line that the next one's body starts on, comments left out. */
function linesWithoutComments(file: Dockerfile, start: number, end: number): readonly Span[] {
  const newline = file.text.indexOf('\n', start);
  const stop = file.text[newline - 1] === '\r' ? newline - 1 : newline;
  const spans = stop > start ? [{ start, end: stop }] : [];
  for (let at = newline + 1; at < lineStart(file, end);) {
    const next = file.text.indexOf('\n', at) + 1;
    if (!/^\s*#/.test(file.text.slice(at, next))) spans.push({ start: at, end: next });
    at = next;
  }
  return spans;
}

/** Removes an instruction that has no comments inside; those above it stay. */
export function removeInstruction(file: Dockerfile, { span }: Instruction): readonly Edit[] {
  const newline = file.text.indexOf('\n', span.end);
  return removeBlock(file, {
    start: lineStart(file, span.start),
    end: newline < 0 ? file.text.length : newline + 1,
  });
}

/** Removes whole lines; of two empty lines around them one goes. */
function removeBlock(file: Dockerfile, { start, end }: Span): readonly Edit[] {
  const blank = /^[ \t]*\r?\n/.exec(file.text.slice(end));
  const tidy = blank !== null && /(^|\n)[ \t]*\r?\n$/.test(file.text.slice(0, start));
  if (!tidy && end === file.text.length && !/\n$/.test(file.text)) {
    // The last line has no newline: the one before it goes instead.
    const before = file.text[start - 2] === '\r' ? start - 2 : start - 1;
    return [{ span: { start: before, end }, text: '' }];
  }
  return [{ span: { start, end: tidy ? end + blank[0].length : end }, text: '' }];
}

function lineStart(file: Dockerfile, offset: number): number {
  return file.text.lastIndexOf('\n', offset - 1) + 1;
}
