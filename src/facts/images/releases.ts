/** Code names of releases: debian.org/releases and wiki.ubuntu.com/Releases. */

/** Debian's, by major version. */
export const debianReleases: Readonly<Record<string, string>> = {
  6: 'squeeze',
  7: 'wheezy',
  8: 'jessie',
  9: 'stretch',
  10: 'buster',
  11: 'bullseye',
  12: 'bookworm',
  13: 'trixie',
  14: 'forky',
};

/** Ubuntu's, by version. */
export const ubuntuReleases: Readonly<Record<string, string>> = {
  '12.04': 'precise',
  '14.04': 'trusty',
  '14.10': 'utopic',
  '15.04': 'vivid',
  '15.10': 'wily',
  '16.04': 'xenial',
  '16.10': 'yakkety',
  '17.04': 'zesty',
  '17.10': 'artful',
  '18.04': 'bionic',
  '18.10': 'cosmic',
  '19.04': 'disco',
  '19.10': 'eoan',
  '20.04': 'focal',
  '20.10': 'groovy',
  '21.04': 'hirsute',
  '21.10': 'impish',
  '22.04': 'jammy',
  '22.10': 'kinetic',
  '23.04': 'lunar',
  '23.10': 'mantic',
  '24.04': 'noble',
  '24.10': 'oracular',
  '25.04': 'plucky',
  '25.10': 'questing',
  '26.04': 'resolute',
};

/** The distribution that each code name belongs to. */
export const codenames: ReadonlyMap<string, 'debian' | 'ubuntu'> = new Map([
  ...[...Object.values(debianReleases), 'sid'].map((name) => [name, 'debian'] as const),
  ...Object.values(ubuntuReleases).map((name) => [name, 'ubuntu'] as const),
]);
