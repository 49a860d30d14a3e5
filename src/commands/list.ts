import colours from 'picocolors';
import type { AnyTransform } from '../transform/index.js';
import { inOrder } from '../transform/index.js';
import type { ExitCode, Io } from './io.js';

interface ListArguments {
  readonly json: boolean;
  readonly colour: boolean;
}

/** `dfix list`: the transforms in the order in which they run. */
export function list({ json, colour }: ListArguments, io: Io, transforms: readonly AnyTransform[]): ExitCode {
  const metas = inOrder(transforms).map(({ meta }) => meta);
  if (json) {
    const rows = metas.map(({ name, summary, level, phase, preset }) => ({ name, summary, level, phase, preset }));
    io.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  const paint = colours.createColors(colour);
  const width = Math.max(...metas.map(({ name }) => name.length));
  for (const { name, summary, level, preset } of metas) {
    const optIn = preset === 'opt-in' ? paint.dim(' (only when named)') : '';
    io.stdout.write(`${paint.bold(name.padEnd(width))}  ${level.padEnd(6)}  ${summary}${optIn}\n`);
  }
  return 0;
}
