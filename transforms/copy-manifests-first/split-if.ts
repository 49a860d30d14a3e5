import { type Dockerfile, type Edit, toSource } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ShellBlock, ShellNode } from '../../src/shell/index.js';
import type { Plan } from './plan.js';
import { carriedOver, cleanerIn, contains, flatten, isShipped, joinerAfter } from './run-parts.js';

/** Tests of variables, which are as true in the second RUN as in the first; not of files. */
const OF_VARIABLES = /^(?:=|==|!=|-n|-z|-eq|-ne|-a|-o|!|\]|\]\])$/;

/**
 * Cuts a RUN that is one `if` in two, with the COPYs between: the install under the condition, then all the rest under
 * the same condition.
 */
export function splitIf(
  file: Dockerfile,
  facts: Facts,
  plan: Plan,
  block: ShellBlock,
  between: string,
  joint: string,
): Edit | { readonly reason: string } {
  const { scan, blocked } = plan.split!;
  const script = scan.script!;
  const refuse = (why: string) => ({ reason: `install and build share a RUN that cannot be taken apart: ${why}` });
  const [condition, then, otherwise, more] = block.bodies;
  if (condition === undefined || then?.type !== 'sequence' || more !== undefined || block.redirects.length > 0)
    return refuse('the install is part of a compound command');
  const tests = script.commands.filter((command) => contains(script, condition, command));
  const known = tests.every(
    ({ words }) => /^\[{1,2}$|^test$/.test(words[0]?.value ?? '') && words.slice(1).every(isOfVariables),
  );
  if (!known) return refuse('its condition may change with the source');
  const list = flatten(then);
  const cut = list.items.findIndex((node) => contains(script, node, blocked.command!));
  if (cut <= 0 || list.operators.some((text) => text !== '&&'))
    return refuse('the install is part of a compound command');
  const carried = carriedOver(list.items.slice(0, cut));
  if (typeof carried === 'string') return refuse(carried);
  const rest: readonly ShellNode[] = [...list.items.slice(cut), ...(otherwise === undefined ? [] : [otherwise])];
  const cleaner = isShipped(facts, plan) ? cleanerIn(script, rest) : undefined;
  if (cleaner !== undefined) return { reason: cleaner };
  const { source } = script;
  const at = (offset: number): number => toSource(source, offset);
  const end = at(list.items[cut - 1]!.span.end - 1) + 1;
  const start = at(list.items[cut]!.span.start);
  const head = file.text.slice(at(block.span.start), at(list.items[0]!.span.start));
  const inside = (from: number, to: number) => file.comments.some(({ span }) => span.start >= from && span.end <= to);
  if (inside(end, start) || inside(at(block.span.start), at(list.items[0]!.span.start)))
    return refuse('a comment stands in the way');
  const instruction = plan.after;
  const flags = instruction.flags
    .map(({ span }) => `${instruction.logical.text.slice(span.start, span.end)} `)
    .join('');
  const prefix = carried
    .map((node) => source.text.slice(node.span.start, node.span.end) + joinerAfter(list, node))
    .join('');
  const fi = at(block.span.end - 1) + 1;
  const indent = /^[ \t]*/.exec(file.text.slice(file.text.lastIndexOf('\n', fi - 1) + 1))![0];
  const closing = head.includes('\n') ? `; ${file.escape}${file.eol}${indent}fi` : '; fi';
  const keyword = file.slice(instruction.span).startsWith('run') ? 'run' : 'RUN';
  return {
    span: { start: end, end: start },
    text: `${closing}${joint}${between}${joint}${keyword} ${flags}${head}${prefix}`,
  };
}

function isOfVariables({
  text,
  value,
  pieces,
}: {
  text: string;
  value: string | undefined;
  pieces: readonly { kind: string }[];
}): boolean {
  if (value?.startsWith('-') === true || text === '!') return OF_VARIABLES.test(text);
  return pieces.every(({ kind }) => kind !== 'unknown');
}
