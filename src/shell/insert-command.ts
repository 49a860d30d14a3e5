import { type Dockerfile, type Edit, type Instruction, toSource } from '../dockerfile/index.js';
import { layoutOf } from './layout.js';
import { stopsAtFailure } from './stops-at-failure.js';
import type { ShellNode, ShellScript } from './syntax.js';

/** The widest line that an inserted command may make, unless it is a short one. */
const WIDEST = 110;
const SHORT = 40;

/**
 * Inserts a command that runs right after another one has gone well, and changes nothing when that one fails.
 * @param errexit whether the shell stops at the first failure without being told to by the script.
 * @returns the edit, or why nothing can follow there.
 */
export function insertAfter(
  file: Dockerfile,
  instruction: Instruction,
  script: ShellScript,
  node: ShellNode,
  text: string,
  errexit: boolean,
): Edit | string {
  const parent = script.parents.get(node);
  if (isSubstituted(script, node)) return 'it is part of a substitution';
  if (parent?.type !== 'sequence') return 'it is part of a pipeline or a compound command';
  if (node.type === 'command' && node.words[0]?.value === 'exec') return 'it takes the place of the shell';
  const index = parent.items.indexOf(node);
  const before = parent.operators[index - 1]?.text;
  const after = parent.operators[index]?.text;
  if (before === '||' || after === '||') return 'something runs when it fails';
  if (after === '&') return 'it runs in the background';
  const last = after === undefined && isLast(script, parent);
  const strict = errexit || stopsAtFailure(script);
  const joint = after === '&&' || last || !strict ? '&&' : ';';
  const at = toSource(script.source, node.span.end - 1) + 1;
  if (instruction.heredocs.length > 0) {
    const start = toSource(script.source, node.span.start);
    const own = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
    if (after === '&&' || !strict || own.trim() !== '') return { span: { start: at, end: at }, text: ` && ${text}` };
    return { span: { start: at, end: at }, text: file.eol + own + text };
  }
  const line = file.text.slice(at).split(/\r?\n/, 1)[0]!;
  const { multiline, indent, leading, operator } = layoutOf(file, instruction);
  const ends = /^[ \t]*(?:(?:&&|;)[ \t]*)?(?:[\\`][ \t]*)?$/.test(line);
  const edit = (inserted: string): Edit => ({ span: { start: at, end: at }, text: inserted });
  const start = file.text.lastIndexOf('\n', at - 1) + 1;
  const short = text.length < SHORT || at - start + line.length + text.length < WIDEST;
  if ((!ends || (!multiline && !last)) && short) return edit(joint === '&&' ? ` && ${text}` : `; ${text}`);
  const newline = ` ${file.escape}${file.eol}${indent}`;
  if (joint === ';') return edit(`;${newline}${text}`);
  return edit(leading ? `${newline}${operator}${text}` : ` &&${newline}${text}`);
}

/** Whether a command runs for the words of another one: `$(nproc)`. */
export function isSubstituted(script: ShellScript, node: ShellNode): boolean {
  const parent = script.parents.get(node);
  return parent === undefined ? node !== script.body : isSubstituted(script, parent);
}

function isLast(script: ShellScript, sequence: ShellNode): boolean {
  const parent = script.parents.get(sequence);
  if (parent === undefined) return true;
  return parent.type === 'sequence' && parent.items.at(-1) === sequence && isLast(script, parent);
}
