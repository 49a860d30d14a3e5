import { tagEdit } from '../../../src/bases/index.js';
import type { Edit } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { tagExists } from '../../../src/facts/images/tags.js';
import { declined, type Declined, type Subject } from '../types.js';

/** Debian's releases, the newest first. */
const RELEASES = ['trixie', 'bookworm', 'bullseye', 'buster'];

/**
 * The Debian release of a compiler's image, so that what it builds finds the same C library in the stage that ships. A tag
 * without one is given the newest that it is known with, and the edit that says so.
 * @param known releases of tags without one, for images that the tag table lacks
 */
export function sameRelease(
  { base, stage }: Subject,
  known: Readonly<Record<string, string>> = {},
): { readonly release: string; readonly edits: readonly Edit[]; readonly evidence: string } | Declined {
  const { tag, image } = base!;
  const { release } = readTag(tag);
  if (release !== undefined)
    return { release, edits: [], evidence: `both images are Debian ${release}, with one C library` };
  const found =
    known[tag] ?? (tag === 'latest' ? undefined : RELEASES.find((name) => tagExists(image, `${tag}-${name}`) === true));
  const edit = found === undefined ? undefined : tagEdit(base!, `${tag}-${found}`);
  if (found === undefined || edit === undefined)
    return declined(`${image}:${tag} names no Debian release that both stages could share`, stage.from);
  return {
    release: found,
    edits: [edit],
    evidence: `${image}:${tag}-${found} names the Debian release, so that both stages have one C library`,
  };
}
