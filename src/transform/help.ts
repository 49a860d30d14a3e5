import type { TransformMeta } from './types.js';

/** The public page that says more about what a transform does; undefined when it names none. */
export function helpPage({ references }: Pick<TransformMeta, 'references'>): string | undefined {
  return references.find((link) => link.startsWith('https://'));
}
