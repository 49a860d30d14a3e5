import type { ShellCommand, ShellNode, ShellScript, ShellSequence } from './syntax.js';

/** The list that `set` starts, `set -e && a` inside a longer list too; else the whole body. */
export function listWithSet(body: ShellSequence): ShellSequence {
  const [first] = body.items;
  return first?.type === 'sequence' && first.items.length > 1 && isSet(first.items[0]!) ? first : body;
}

export function isSet(node: ShellNode): boolean {
  return node.type === 'command' && node.words[0]?.value === 'set';
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
