import { type Dockerfile, type Edit, type Instruction, toSource } from '../dockerfile/index.js';
import { layoutOf, stopsAtFailure } from './edit.js';
import type { ShellNode, ShellScript } from './syntax.js';

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
  if (parent?.type !== 'sequence') return 'it is part of a pipeline or a compound command';
  const index = parent.items.indexOf(node);
  const before = parent.operators[index - 1]?.text;
  const after = parent.operators[index]?.text;
  if (before === '||' || after === '||') return 'something runs when it fails';
  if (after === '&') return 'it runs in the background';
  if (instruction.heredocs.length > 0) return 'it stands in a here-document';
  const last = after === undefined && isLast(script, parent);
  const strict = errexit || stopsAtFailure(script);
  const joint = after === '&&' || last || !strict ? '&&' : ';';
  const at = toSource(script.source, node.span.end - 1) + 1;
  const line = file.text.slice(at).split(/\r?\n/, 1)[0]!;
  const { multiline, indent, leading, operator } = layoutOf(file, instruction);
  const ends = /^[ \t]*(?:&&|;)?[ \t]*[\\`]?[ \t]*$/.test(line);
  const edit = (inserted: string): Edit => ({ span: { start: at, end: at }, text: inserted });
  if (!ends || (!multiline && !last)) return edit(joint === '&&' ? ` && ${text}` : `; ${text}`);
  const newline = ` ${file.escape}${file.eol}${indent}`;
  if (joint === ';') return edit(`;${newline}${text}`);
  return edit(leading ? `${newline}${operator}${text}` : ` &&${newline}${text}`);
}

function isLast(script: ShellScript, sequence: ShellNode): boolean {
  const parent = script.parents.get(sequence);
  if (parent === undefined) return true;
  return parent.type === 'sequence' && parent.items.at(-1) === sequence && isLast(script, parent);
}
