import { printable } from '../errors.js';

/** A space without width: what follows is no mention, no reference and no link, and reads the same. */
const BREAK = '&#8203;';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };

/**
 * Text from a repository as plain words in Markdown: no markup, no HTML, no mention, no reference to an issue, no link,
 * and no comment that could be taken for one of ours.
 */
export function prose(text: string): string {
  return printable(text).replace(/:\/\/|www\.|GH-(?=\d)|[&<>$@#\\`*_{}[\]()!|~]/gi, (found) => {
    if (found === '://') return `:${BREAK}//`;
    if (found.length > 1) return `${found.slice(0, -1)}${BREAK}${found.slice(-1)}`;
    if (found === '@' || found === '#') return `${found}${BREAK}`;
    return ENTITIES[found] ?? `\\${found}`;
  });
}

/** Text from a repository as code, outside of tables. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('<!--', '<! --');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown.trim() === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
