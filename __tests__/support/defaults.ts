import type { AnyTransform } from '../../src/transform/index.js';
import { loadTransform, transformNames } from './fixtures.js';

/** The transforms that run when nobody names any. */
export async function defaultTransforms(): Promise<readonly AnyTransform[]> {
  const all = await Promise.all(transformNames.map(loadTransform));
  return all.filter(({ meta }) => meta.preset === 'default');
}
