import { readTag } from '../facts/images/tag.js';
import { date, tagExists } from '../facts/images/tags.js';

/** Where an official image writes `slim`: after its code name, or before it. Those left out have no slim variant, or one of another make. */
const spelling: Readonly<Record<string, 'last' | 'before codename'>> = {
  debian: 'last',
  node: 'last',
  python: 'before codename',
  pypy: 'before codename',
  ruby: 'before codename',
  rust: 'before codename',
  perl: 'before codename',
};

/** Images that have slim variants which lack more, or other things, than those above. */
const otherSlim: Readonly<Record<string, string>> = {
  openjdk: 'openjdk is no longer maintained: its slim variant is not the way on',
  oraclelinux: 'its slim variant has another package manager (microdnf)',
  elixir: 'what its slim variant lacks is not known',
  erlang: 'what its slim variant lacks is not known',
  haskell: 'what its slim variant lacks is not known',
  swift: 'its slim variant is for running only and has no compiler',
  clojure: 'what its slim variant lacks is not known',
};

type SlimTag = { readonly tag: string; readonly evidence: string } | { readonly reason: string };

/**
 * The slim variant of a tag: same version, same code name where one is written.
 * @returns undefined where there is nothing to do: the image has no slim variant, or it is one already.
 */
export function slimTagOf(image: string, tag: string): SlimTag | undefined {
  const spelled = readTag(tag);
  if (spelled.slim || spelled.windows !== undefined || spelled.distribution === 'alpine') return undefined;
  const place = spelling[image];
  if (place === undefined) {
    const reason = otherSlim[image];
    return reason === undefined ? undefined : { reason };
  }
  if (spelled.onbuild) return { reason: 'building on an onbuild image runs instructions that are not seen here' };
  const slim = spell(image, tag, place, spelled.release);
  if (tagExists(image, tag) !== true) return { reason: `${image}:${tag} is not among the tags known on ${date}` };
  if (tagExists(image, slim) !== true) return { reason: `there is no ${image}:${slim}` };
  return { tag: slim, evidence: `${image}:${slim} is among the tags known on ${date}` };
}

function spell(image: string, tag: string, place: 'last' | 'before codename', release: string | undefined): string {
  if (tag === 'latest') return image === 'debian' ? 'stable-slim' : 'slim';
  if (place === 'last' || release === undefined) return `${tag}-slim`;
  if (tag === release) return `slim-${release}`;
  return tag.endsWith(`-${release}`) ? `${tag.slice(0, -release.length)}slim-${release}` : `${tag}-slim`;
}
