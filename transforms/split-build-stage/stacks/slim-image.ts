import { slimTagOf } from '../../../src/bases/index.js';
import type { Edit } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { declined, type Declined, type Subject } from '../types.js';
import { sameRelease } from './same-release.js';

/** The image that ships native code built on a language's own image. */
export interface SlimImage {
  readonly image: string;
  /** Whether it is the slim variant of a full one. */
  readonly slim: boolean;
  /** Codename of its Debian; undefined on Alpine. */
  readonly release: string | undefined;
  /** The base of the build stage is given the release's name. */
  readonly edits: readonly Edit[];
  readonly evidence: string;
}

/** The same image where it is small already, else its slim variant of the same Debian release, both with the release in their names. */
export function slimImage(subject: Subject): SlimImage | Declined {
  const { base, stage, facts } = subject;
  const { image, tag, reference, variable } = base!;
  const full = slimTagOf(image, tag);
  const known = readTag(tag).release ?? facts.before(stage.instructions[1] ?? stage.from)!.image.release;
  if (full === undefined)
    return { image: stage.base, slim: false, release: known, edits: [], evidence: 'both stages have one base' };
  if (variable !== undefined || reference.digest !== undefined)
    return declined('the tag of the slim variant cannot be written', stage.from);
  const same = sameRelease(subject);
  if ('reason' in same) return same;
  const slim = slimTagOf(image, same.tag);
  if (slim === undefined || 'reason' in slim)
    return declined(`${image}:${tag} has no slim variant of Debian ${same.release}`, stage.from);
  const name = `${reference.text.slice(0, reference.spans.name.end)}:${slim.tag}`;
  return { image: name, slim: true, release: same.release, edits: same.edits, evidence: same.evidence };
}
