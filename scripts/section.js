// A part of docs/results.md between two comments that name what writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.js';

/** Puts the part of a script, given by its path from the root, in place of the one before, or at the end. */
export function writeSection(script, lines) {
  const [start, end] = [`<!-- written by ${script} -->`, `<!-- end of what ${script} writes -->`];
  const part = [start, '', ...lines, '', end].join('\n');
  const page = path.join(root, 'docs', 'results.md');
  const old = readFileSync(page, 'utf8');
  const at = old.indexOf(start);
  writeFileSync(
    page,
    at < 0 ? `${old.trimEnd()}\n\n${part}\n` : old.slice(0, at) + part + old.slice(old.indexOf(end) + end.length),
  );
}
