import { codenames, debianReleases, ubuntuReleases } from './releases.js';

export type Family = 'debian' | 'alpine' | 'rhel' | 'suse' | 'arch' | 'busybox' | 'distroless' | 'scratch' | 'unknown';

/** The family of each distribution that a tag or an image name may spell. */
export const families: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  alpine: 'alpine',
  fedora: 'rhel',
  centos: 'rhel',
  rockylinux: 'rhel',
  almalinux: 'rhel',
  oraclelinux: 'rhel',
  amazonlinux: 'rhel',
  ubi: 'rhel',
  archlinux: 'arch',
  opensuse: 'suse',
  busybox: 'busybox',
};

/** What the words of a tag say about the image. */
export interface TagFacts {
  readonly windows: 'nanoserver' | 'windowsservercore' | undefined;
  readonly distribution: string | undefined;
  readonly release: string | undefined;
  /** Has no shell and no package manager, whatever it is built from. */
  readonly distroless: boolean;
  readonly slim: boolean;
  readonly onbuild: boolean;
}

/**
 * Reads the conventions that official images follow in their tags: `-slim`, `-alpine3.20`, code names, `-onbuild`,
 * `windowsservercore`, and the names of distributions with their version.
 */
export function readTag(tag: string): TagFacts {
  const words = tag.split(/[-_]/);
  const has = (word: string): boolean => words.includes(word);
  return {
    windows: has('nanoserver')
      ? 'nanoserver'
      : /(?:^|-)(?:windows)?servercore/.test(tag)
        ? 'windowsservercore'
        : undefined,
    ...readDistribution(words),
    distroless: has('distroless') || has('chiseled'),
    slim: has('slim'),
    onbuild: has('onbuild'),
  };
}

function readDistribution(words: readonly string[]): Pick<TagFacts, 'distribution' | 'release'> {
  for (const [index, word] of words.entries()) {
    const family = codenames.get(word);
    if (family !== undefined) return { distribution: family, release: word };
    if (word === 'oracle') return { distribution: 'oraclelinux', release: undefined };
    const [, spelled, own] = /^([a-z]+?)(\d[\d.]*)?$/.exec(word) ?? [];
    const distribution = spelled === undefined ? undefined : spellings.get(spelled);
    if (distribution === undefined) continue;
    const next = words[index + 1];
    // A following number is the distribution's where it can be: `alpine-3.20`, but not the version in `centos-1.40.0`.
    const version = own ?? (next !== undefined && /^\d+(?:\.\d+)?$/.test(next) ? next : undefined);
    // `al`, `ol` are short enough to mean something else when no version follows.
    if (spelled!.length === 2 && own === undefined) continue;
    return { distribution, release: version === undefined ? undefined : releaseOf(distribution, version) };
  }
  return { distribution: undefined, release: undefined };
}

const spellings: ReadonlyMap<string, string> = new Map([
  ...Object.keys(families).map((name) => [name, name] as const),
  ['al', 'amazonlinux'],
  ['ol', 'oraclelinux'],
  ['azurelinux', 'azurelinux'],
  ['mariner', 'mariner'],
]);

/**
 * A distribution's release, from a version in a tag: Debian and Ubuntu by code name, Alpine and openSUSE as major.minor,
 * the others as major.
 *
 * @returns undefined where the version does not name one release.
 */
export function releaseOf(distribution: string, version: string): string | undefined {
  const [major, minor] = version.split('.');
  switch (distribution) {
    case 'debian':
      return Object.hasOwn(debianReleases, major!) ? debianReleases[major!] : undefined;
    case 'ubuntu':
      return Object.hasOwn(ubuntuReleases, `${major}.${minor}`) ? ubuntuReleases[`${major}.${minor}`] : undefined;
    case 'alpine':
      return minor !== undefined && /^[23]$/.test(major!) ? `${major}.${minor}` : undefined;
    case 'opensuse':
    case 'azurelinux':
    case 'mariner':
      return minor === undefined || !/^\d{1,3}$/.test(major!) ? undefined : `${major}.${minor}`;
    case 'archlinux':
    case 'busybox':
      return undefined;
    default:
      return major;
  }
}
