import { tagEdit } from '../../../src/bases/index.js';
import type { Edit } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { joinTag, tagExists, variantsOf } from '../../../src/facts/images/tags.js';
import { declined, type Declined, type Subject } from '../types.js';

/** Debian's releases, the newest first. */
const RELEASES = ['trixie', 'bookworm', 'bullseye', 'buster'];

/** Node stays on a release for all of a version: library/node of docker-library/official-images, 2026-08. */
const OLDER_NODE = /^(?:lts|hydrogen|iron|jod|krypton)$|^(?:1[6-9]|2[0-5])(?:\.|$)/;

/** The release that two stages share. */
export interface SameRelease {
  readonly release: string;
  /** The tag of the build stage, which names it. */
  readonly tag: string;
  readonly edits: readonly Edit[];
  readonly evidence: string;
}

/**
 * The Debian release of a compiler's image, so that what it builds finds the same C library in the stage that ships. A tag
 * without one is given the one that it stands for, else the newest that it is known with, and the edit that says so.
 * @param known the release of a version without one, for images that the tag table lacks
 */
export function sameRelease(
  { base, stage }: Subject,
  known: (version: string) => string | undefined = () => undefined,
): SameRelease | Declined {
  const { tag, image } = base!;
  const { release } = readTag(tag);
  if (release !== undefined)
    return { release, tag, edits: [], evidence: `both images are Debian ${release}, with one C library` };
  const version = tag === 'latest' ? '' : tag;
  const releases = image === 'node' && OLDER_NODE.test(version) ? ['bookworm', ...RELEASES] : RELEASES;
  const found = known(version) ?? releases.find((name) => tagExists(image, joinTag(version, name)) === true);
  const named = found === undefined ? undefined : joinTag(version, found);
  const edit = named === undefined ? undefined : tagEdit(base!, named);
  if (edit === undefined)
    return declined(`${image}:${tag} names no Debian release that both stages could share`, stage.from);
  return {
    release: found!,
    tag: named!,
    edits: [edit],
    evidence: `${image}:${named!} names the Debian release, so that both stages have one C library`,
  };
}

/** The same for Alpine: `1.22-alpine` is given the newest release that the version is known with. */
export function sameAlpine({ base, stage }: Subject): SameRelease | Declined {
  const { tag, image } = base!;
  const { release } = readTag(tag);
  if (release !== undefined)
    return { release, tag, edits: [], evidence: `both images are Alpine ${release}, with one C library` };
  const known = variantsOf(image, tag);
  const [newest] = (known?.variant === 'alpine' ? known.variants : [])
    .flatMap((one) => /^alpine(3\.\d+)$/.exec(one)?.[1] ?? [])
    .sort((a, b) => Number(b.slice(2)) - Number(a.slice(2)));
  const named = newest === undefined ? undefined : joinTag(known!.version, `alpine${newest}`);
  const edit = named === undefined ? undefined : tagEdit(base!, named);
  if (edit === undefined)
    return declined(`${image}:${tag} names no Alpine release that both stages could share`, stage.from);
  return {
    release: newest!,
    tag: named!,
    edits: [edit],
    evidence: `${image}:${named!} names the Alpine release, so that both stages have one C library`,
  };
}
