#!/usr/bin/env node
/**
 * Makes src/facts/images/tags.json from the tag history of the official images.
 *
 *   node scripts/make-image-data.js IN OUT
 *
 * IN: { source, date, images: { NAME: { variantSets: string[][], versions: { VERSION: index of a set }, other: string[] } } };
 * the tags of an image are `VERSION-VARIANT` (or `VERSION` for the variant ''), and those in `other`.
 *
 * OUT: { source, date, images: { NAME: { variants, groups: { VERSIONS: RANGES } } } }. `variants` and VERSIONS are lists
 * separated by spaces, where `_` stands for the empty string; RANGES says which variants each of these versions has, as
 * indices and ranges of them, both inclusive, in base 36: `0 2-5 a`. A tag without a version, such as `alpine`, is a
 * variant of the empty version.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  console.error('usage: node scripts/make-image-data.js IN OUT');
  process.exit(2);
}

const data = JSON.parse(readFileSync(input, 'utf8'));
const images = Object.fromEntries(
  Object.keys(data.images)
    .sort()
    .map((name) => [name, packImage(tagsByVersion(data.images[name]))]),
);
writeFileSync(output, `${JSON.stringify({ source: data.source, date: data.date, images }, null, 2)}\n`);

/** Version → set of its variants. */
function tagsByVersion(image) {
  const versions = new Map();
  const add = (version, variant) => {
    if (!versions.has(version)) versions.set(version, new Set());
    versions.get(version).add(variant);
  };
  for (const [version, set] of Object.entries(image.versions)) {
    for (const variant of image.variantSets[set]) add(...splitTag(variant === '' ? version : `${version}-${variant}`));
  }
  for (const tag of image.other) add(...splitTag(tag));
  return versions;
}

/**
 * The version of a tag that starts with a digit is its first part, with the parts that name a build or a pre-release
 * (`7.0.0RC1`, `22-ea-16`); that of another is all up to its last part that is a number (`bookworm-20240110`,
 * `temurin-17-tools-deps-1.11.1`), else nothing.
 */
function splitTag(tag) {
  const parts = tag.split('-');
  let count = 1;
  if (/^\d/.test(parts[0])) while (/^(?:ea|rc|beta|preview|\d[\w.]*|[bup]\d+)$/.test(parts[count] ?? '')) count++;
  else count = parts.findLastIndex((part) => /^\d[\d.]*$/.test(part)) + 1;
  return [parts.slice(0, count).join('-'), parts.slice(count).join('-')];
}

function packImage(versions) {
  const variants = [...new Set([...versions.values()].flatMap((set) => [...set]))].sort();
  const indices = new Map(variants.map((variant, index) => [variant, index]));
  const groups = new Map();
  for (const version of [...versions.keys()].sort(byNumber)) {
    const ranges = packRanges([...versions.get(version)].map((variant) => indices.get(variant)).sort((a, b) => a - b));
    groups.set(ranges, [...(groups.get(ranges) ?? []), version]);
  }
  return {
    variants: packWords(variants),
    groups: Object.fromEntries([...groups].map(([ranges, list]) => [`${packWords(list)}`, ranges])),
  };
}

function packWords(words) {
  return words.map((word) => word || '_').join(' ');
}

function packRanges(indices) {
  const ranges = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end === index - 1) last.end = index;
    else ranges.push({ start: index, end: index });
  }
  const digits = (index) => index.toString(36);
  return ranges.map(({ start, end }) => (start === end ? digits(start) : `${digits(start)}-${digits(end)}`)).join(' ');
}

function byNumber(a, b) {
  return a.localeCompare(b, 'en', { numeric: true });
}
