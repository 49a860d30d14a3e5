import type { Difference } from './types.js';

/** A difference in one line. */
export function differenceText({ kind, effect, what, detail }: Difference): string {
  if (kind === 'build') return detail;
  if (kind === 'closure') return `the entry point misses ${what}`;
  if (kind === 'config') return `${what} ${effect}${detail === effect ? '' : ` (${detail})`}`;
  return `${what} ${effect} (${detail})`;
}
