import type { Facts } from '../../src/facts/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';

/** Words that a shell does itself, or does otherwise than a program of that name. */
const BUILTINS = new Set(
  '. : [ alias bg break builtin case cd command continue declare dirs eval exit export fg for function getopts hash help history if jobs let local logout popd pushd read readonly return select set shift shopt source suspend time times trap type typeset ulimit umask unalias unset until wait while { !'.split(
    ' ',
  ),
);

/**
 * The words that a shell-form command runs, as a program and its arguments; a reason when the shell does more than
 * splitting it into words.
 */
export function plainWords(facts: Facts, instruction: Instruction): readonly string[] | string {
  const body = facts.body(instruction);
  if (body.kind === 'opaque') return body.why;
  if (body.kind !== 'script') return 'it runs nothing';
  const [command, ...more] = body.script.body.items;
  if (command?.type !== 'command' || more.length > 0 || body.script.body.operators.length > 0)
    return 'it is more than one command';
  const rest = body.script.source.text.slice(command.span.end).trim();
  if (/^&/.test(rest)) return 'it runs in the background';
  if (rest.includes('#')) return 'a comment stands in it';
  if (body.script.commands.length > 1) return 'it runs a command inside another';
  if (command.assignments.length > 0) return 'it sets a variable first';
  if (command.redirects.length > 0) return 'it redirects';
  const words = command.words[0]?.value === 'exec' ? command.words.slice(1) : command.words;
  const values = words.map(({ value, text }) => (text.startsWith('~') || expandsBraces(text) ? undefined : value));
  const odd = values.findIndex((value) => value === undefined);
  if (odd >= 0) return `the shell expands ${words[odd]!.text}`;
  const [program] = values as string[];
  if (program === undefined || program === '') return 'it runs nothing';
  if (BUILTINS.has(program)) return `${program} is done by the shell itself`;
  if (program.startsWith('-')) return 'the program is an option of exec';
  return values as string[];
}

/** Whether a word holds `{a,b}` or `{1..3}`. */
function expandsBraces(text: string): boolean {
  const open = text.indexOf('{');
  const close = text.lastIndexOf('}');
  return close > open && /,|\.\./.test(text.slice(open, close));
}
