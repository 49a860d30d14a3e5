import { parseImageReference } from '../image-reference.js';
import { describeImage as describe, type ImageFacts } from './distribution.js';

/** An image of which nothing is known. */
export const UNKNOWN_IMAGE: ImageFacts = {
  image: '',
  official: false,
  os: 'unknown',
  family: 'unknown',
  distribution: undefined,
  release: undefined,
  libc: 'unknown',
  user: undefined,
  home: undefined,
  env: {},
  workdir: undefined,
  volumes: [],
  onbuild: false,
  shell: 'unknown',
  commands: [],
};

/** The default SHELL of Windows images. */
export const WINDOWS_SHELL: readonly string[] = ['cmd', '/S', '/C'];

/** The SHELL that some Windows images set. */
export const POWERSHELL: readonly string[] = ['powershell', '-Command'];

const known = new Map<string, ImageFacts>();

/** What is known of the image that a reference names. */
export function describeImage(reference: string): ImageFacts {
  let facts = known.get(reference);
  if (facts === undefined) {
    const parsed = parseImageReference(reference);
    facts = parsed === undefined ? UNKNOWN_IMAGE : describe(parsed);
    if (known.size > 1000) known.clear();
    known.set(reference, facts);
  }
  return facts;
}
