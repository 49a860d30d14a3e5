import type { AnyTransform } from '../../src/transform/index.js';
import { loadTransform, transformNames } from './fixtures.js';

/** The transforms that run when nobody names any. */
export async function defaultTransforms(): Promise<readonly AnyTransform[]> {
  const transforms: AnyTransform[] = [];
  for (const name of transformNames) {
    const transform = await loadTransform(name);
    if (transform.meta.preset === 'default') transforms.push(transform);
  }
  return transforms;
}
