import { onceFor } from '../once.js';
import { type AnyTransform, PHASES } from './types.js';

/**
 * The transforms in the order in which they run: by phase, then `after`, then name.
 * @throws Error when `after` names make a circle: a fault of the transforms.
 */
export const inOrder = onceFor((transforms: readonly AnyTransform[]): readonly AnyTransform[] => {
  const sorted = [...transforms].sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1));
  const result: AnyTransform[] = [];
  for (const phase of PHASES) {
    let waiting = sorted.filter(({ meta }) => meta.phase === phase);
    while (waiting.length > 0) {
      const names = new Set(waiting.map(({ meta }) => meta.name));
      const next = waiting.find(({ meta }) => !(meta.after ?? []).some((name) => names.has(name)));
      if (next === undefined) throw new Error(`transforms run after one another in a circle: ${[...names].join(', ')}`);
      result.push(next);
      waiting = waiting.filter((transform) => transform !== next);
    }
  }
  return result;
});
