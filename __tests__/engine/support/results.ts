import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../support/paths.js';

const page = path.join(root, 'docs', 'results.md');

/** Writes a part of docs/results.md anew, at its end when it is not there yet. */
export function writeResults(name: string, lines: readonly string[]): void {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const part = [start, ...lines, '', end].join('\n');
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  writeFileSync(page, from < 0 ? `${text}\n${part}\n` : text.slice(0, from) + part + text.slice(to + end.length));
}
