import type { Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';

/** The 21 of `golang:1.21-alpine`, under whatever registry's name; undefined for other images and for tags without a version. */
export function goMinor(facts: Facts, stage: Stage): number | undefined {
  const image = /^(?:(?:docker\.io|[\w.-]+)\/)?(?:library\/)?golang:1\.(\d+)/.exec(facts.rootImage(stage) ?? '');
  return image === null ? undefined : Number(image[1]);
}
