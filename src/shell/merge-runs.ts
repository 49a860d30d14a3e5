import { type Dockerfile, type Edit, type Instruction, type Span, toSource } from '../dockerfile/index.js';
import { layoutOf, stopsAtFailure } from './edit.js';
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
    const lines = between(file, end, start);
    const joint = `${listed ? ';' : leading ? '' : ' &&'} ${file.escape}`;
    return [
      { span: { start: end, end }, text: joint },
      ...lines.empty.map((span) => ({ span, text: '' })),
      { span: { start: lineStart(file, start), end: start }, text: indent + (listed || !leading ? '' : operator) },
    ];
  });
}

/** Appends the commands of a later RUN to an earlier one, and takes the later one away; its comments go along. */
export function moveRun(file: Dockerfile, target: ScriptRun, run: ScriptRun): readonly Edit[] {
  const { indent, leading, operator } = layoutOf(file, target.instruction);
  const listed = isListed(target.script);
  const joint = `${listed ? ';' : leading ? '' : ' &&'} ${file.escape}${file.eol}`;
  const lead = indent + (listed || !leading ? '' : operator);
  const block = file.blockOf(run.instruction);
  const comments = file.comments
    .filter(({ span }) => span.start >= block.start && span.end <= block.end)
    .map(({ span }) => file.text.slice(lineStart(file, span.start), span.end).trimEnd() + file.eol)
    .join('');
  const text = commandsOf(run.script)
    .map((command, i) => joint + (i === 0 ? comments : '') + lead + command)
    .join('');
  const at = endOf(target.script);
  return [{ span: { start: at, end: at }, text }, ...removeBlock(file, block)];
}

function isListed(script: ShellScript): boolean {
  return stopsAtFailure(script) && script.body.operators.at(-1)?.text === ';';
}

function isSingle({ body }: ShellScript): boolean {
  return body.items.length === 1 && body.items[0]!.type === 'command';
}

/** Source offset after the last character of a script's last command. */
function endOf({ source, body }: ShellScript): number {
  return toSource(source, body.items.at(-1)!.span.end - 1) + 1;
}

/** The empty stretches between the end of an instruction and the line of the next one: blanks at its end, empty lines. */
function between(file: Dockerfile, start: number, end: number): { readonly empty: readonly Span[] } {
  const empty: Span[] = [];
  const newline = file.text.indexOf('\n', start);
  const stop = file.text[newline - 1] === '\r' ? newline - 1 : newline;
  if (stop > start) empty.push({ start, end: stop });
  for (let at = newline + 1; at < lineStart(file, end);) {
    const next = file.text.indexOf('\n', at) + 1;
    if (file.text.slice(at, next).trim() === '') empty.push({ start: at, end: next });
    at = next;
  }
  return { empty };
}

/** The commands of a chain, one a string, as written but on one line each. */
function commandsOf({ source, body }: ShellScript): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ShellNode): void => {
    if (node.type === 'sequence') node.items.forEach(visit);
    else {
      const text = source.text.slice(node.span.start, node.span.end);
      texts.push(/['"]/.test(text) ? text : text.replace(/[ \t]+/g, ' '));
    }
  };
  visit(body);
  return texts;
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
