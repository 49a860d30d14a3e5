import { type OfficialBase, tagEdit } from '../../../src/bases/index.js';
import type { Edit } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { joinTag, tagExists, variantsOf } from '../../../src/facts/images/tags.js';
import { declined, type Declined, type Subject } from '../types.js';

/** Debian's releases, the newest first. */
const RELEASES = ['trixie', 'bookworm', 'bullseye', 'buster'];

/** Node stays on a release for all of a version: library/node of docker-library/official-images, 2026-08. */
const OLDER_NODE = /^(?:lts|hydrogen|iron|jod|krypton)$|^(?:1[6-9]|2[0-5])(?:\.|$)/;

/** The release that two stages share. */
interface SameRelease {
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
  subject: Subject,
  known: (version: string) => string | undefined = () => undefined,
): SameRelease | Declined {
  return named(subject, 'Debian', ({ image, tag }) => {
    const version = tag === 'latest' ? '' : tag;
    const releases = image === 'node' && OLDER_NODE.test(version) ? ['bookworm', ...RELEASES] : RELEASES;
    const release = known(version) ?? releases.find((name) => tagExists(image, joinTag(version, name)) === true);
    return release === undefined ? undefined : { release, tag: joinTag(version, release) };
  });
}

/** The same for Alpine: `1.22-alpine` is given the newest release that the version is known with. */
export function sameAlpine(subject: Subject): SameRelease | Declined {
  return named(subject, 'Alpine', ({ image, tag }) => {
    const known = variantsOf(image, tag);
    const [release] = (known?.variant === 'alpine' ? known.variants : [])
      .flatMap((one) => /^alpine(3\.\d+)$/.exec(one)?.[1] ?? [])
      .sort((a, b) => Number(b.slice(2)) - Number(a.slice(2)));
    return release === undefined ? undefined : { release, tag: joinTag(known!.version, `alpine${release}`) };
  });
}

/** The release in the tag of the build stage, or the tag that is given it. */
function named(
  { base, stage }: Subject,
  system: string,
  find: (base: OfficialBase) => Pick<SameRelease, 'release' | 'tag'> | undefined,
): SameRelease | Declined {
  const { tag, image } = base!;
  const { release } = readTag(tag);
  if (release !== undefined)
    return { release, tag, edits: [], evidence: `both images are ${system} ${release}, with one C library` };
  const found = find(base!);
  const edit = found === undefined ? undefined : tagEdit(base!, found.tag);
  if (found === undefined || edit === undefined)
    return declined(`${image}:${tag} names no ${system} release that both stages could share`, stage.from);
  const evidence = `${image}:${found.tag} names the ${system} release, so that both stages have one C library`;
  return { ...found, edits: [edit], evidence };
}
