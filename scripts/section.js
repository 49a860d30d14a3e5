// A part of docs/results.md between two comments that name the script which writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.js';

/** Puts the part of a script in place of the one before, or at the end. */
export function writeSection(script, lines) {
  const [start, end] = [`<!-- written by scripts/${script} -->`, `<!-- end of what scripts/${script} writes -->`];
  const part = [start, '', ...lines, '', end].join('\n');
  const page = path.join(root, 'docs', 'results.md');
  const old = readFileSync(page, 'utf8');
  const at = old.indexOf(start);
  writeFileSync(
    page,
    at < 0 ? `${old.trimEnd()}\n\n${part}\n` : old.slice(0, at) + part + old.slice(old.indexOf(end) + end.length),
  );
}
