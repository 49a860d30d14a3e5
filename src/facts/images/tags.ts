/**
 * Which tags the official images have had. The table is large: only what needs it should import this module, and then
 * with a dynamic import. It is made by scripts/make-image-data.js; its `source` and `date` stand in it.
 */
import table from './tags.json' with { type: 'json' };

interface PackedImage {
  readonly variants: string;
  readonly groups: Readonly<Record<string, string>>;
}

/** A tag as version and variant, and the variants that its version has had, its own included. */
export interface TagVariants {
  /** `20`, `22-ea-16`, `bookworm-20240110`; empty for tags without one, such as `alpine`. */
  readonly version: string;
  /** `slim`, `bookworm-slim`; empty for the tag that is the version alone. */
  readonly variant: string;
  readonly variants: readonly string[];
}

/** Day up to which the table knows the tags, as YYYY-MM-DD. */
export const date: string = table.date;

/** Where the table comes from. */
export const source: string = table.source;

const packed: Readonly<Record<string, PackedImage>> = table.images;
const unpacked = new Map<string, ReadonlyMap<string, readonly string[]>>();

/**
 * Whether an official image has ever had a tag; it need not exist any more, nor for each platform.
 *
 * @param image its familiar name, such as `node`.
 * @returns undefined where the table does not have the image.
 */
export function tagExists(image: string, tag: string): boolean | undefined {
  const versions = versionsOf(image);
  return versions === undefined ? undefined : splitTag(versions, tag) !== undefined;
}

/**
 * The variants of the version that a tag names.
 *
 * @param image its familiar name, such as `node`.
 * @returns undefined where the table does not have the image or the tag.
 */
export function variantsOf(image: string, tag: string): TagVariants | undefined {
  const versions = versionsOf(image);
  return versions && splitTag(versions, tag);
}

/** The tag of a version and a variant, either of which may be empty. */
export function joinTag(version: string, variant: string): string {
  return version === '' || variant === '' ? version + variant : `${version}-${variant}`;
}

function splitTag(versions: ReadonlyMap<string, readonly string[]>, tag: string): TagVariants | undefined {
  for (let end = tag.length; end >= 0; end = end > 0 ? Math.max(tag.lastIndexOf('-', end - 1), 0) : -1) {
    const version = tag.slice(0, end);
    const variant = tag.slice(end === 0 ? 0 : end + 1);
    const variants = versions.get(version);
    if (variants?.includes(variant) && joinTag(version, variant) === tag) return { version, variant, variants };
  }
  return undefined;
}

function versionsOf(image: string): ReadonlyMap<string, readonly string[]> | undefined {
  if (!Object.hasOwn(packed, image)) return undefined;
  let versions = unpacked.get(image);
  if (versions === undefined) {
    versions = unpackImage(packed[image]!);
    unpacked.set(image, versions);
  }
  return versions;
}

function unpackImage(image: PackedImage): ReadonlyMap<string, readonly string[]> {
  const variants = unpackWords(image.variants);
  const versions = new Map<string, readonly string[]>();
  for (const [list, ranges] of Object.entries(image.groups)) {
    const some = ranges.split(' ').flatMap((range) => {
      const [first, last = first] = range.split('-').map((digits) => Number.parseInt(digits, 36));
      return variants.slice(first, last! + 1);
    });
    for (const version of unpackWords(list)) versions.set(version, some);
  }
  return versions;
}

function unpackWords(words: string): string[] {
  return words.split(' ').map((word) => (word === '_' ? '' : word));
}
