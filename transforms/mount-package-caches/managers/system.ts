import type { CacheManager } from '../../../src/cache-mounts/index.js';

/** Distribution package managers. Sources: apt-get(8), apk-cache(5), dnf.conf(5), dnf5-caching(7), zypp.conf(5). */
const system = { locked: true, perDistribution: true, rootOnly: true, tellsSkips: true } as const;

/** An installation into another root keeps its cache there. */
function inOtherRoot(...names: readonly string[]): NonNullable<CacheManager['skip']> {
  return ({ tool, options }) =>
    options.some(({ name }) => names.includes(name)) ? `${tool!} works in another root` : undefined;
}

export const apt: CacheManager = {
  ...system,
  name: 'apt',
  label: 'apt',
  tools: /^(apt-get|apt|aptitude)$/,
  fills: /^(install|upgrade|dist-upgrade|full-upgrade|build-dep)$/,
  readers: /./,
  folders: [
    { name: 'apt', path: '/var/cache/apt', movers: [] },
    { name: 'apt-lists', path: '/var/lib/apt/lists', movers: [] },
  ],
  offline: /^--no-download$/,
  cleaners: /^(clean|autoclean|distclean)\b/,
  configFiles: [{ name: /(^|\/)apt\.conf(\.d\/[^/]+)?$/, setting: /\bDir(::(Cache|State|Etc)\b|\s*["{])|\bRootDir\b/ }],
  skip: ({ args, environment }, { env }) =>
    args.some(({ text }) => /^(-o=?)?["']?(Dir\b|RootDir\b)|^(-c|--config-file)(=|$)/.test(text)) ||
    env.has('APT_CONFIG') ||
    environment.some(([name]) => name === 'APT_CONFIG')
      ? 'apt works in other folders'
      : undefined,
};

export const apk: CacheManager = {
  ...system,
  name: 'apk',
  label: 'apk',
  tools: /^apk$/,
  fills: /^(add|upgrade)$/,
  readers: /^update$/,
  folders: [{ name: 'apk', path: '/var/cache/apk', movers: [] }],
  disablingOptions: ['--no-cache'],
  offline: /^--no-network$/,
  cleaners: /^cache\b/,
  skip: (invocation, state) =>
    invocation.options.some(
      ({ name, value }) => name === '--cache-dir' && !/^\/(?:var\/cache\/apk|etc\/apk\/cache)\/?$/.test(value ?? ''),
    )
      ? 'apk is told another folder for its cache'
      : inOtherRoot('--root', '-p')(invocation, state),
};

const rpm = {
  ...system,
  fills:
    /^(install|localinstall|reinstall|update|upgrade|upgrade-minimal|update-minimal|downgrade|distro-sync|groupinstall|group install|builddep|swap|makecache)$/,
  offline: /^(-C|--cacheonly)$/,
  cleaners: /^clean\b(?!.*--installroot)/,
  configFiles: [{ name: /(^|\/)(yum|dnf)\.conf$/, setting: /^[ \t]*cachedir\s*=/m }],
  skip: inOtherRoot('--installroot'),
} as const;

/** yum 3: CentOS 7 and older, Amazon Linux 2 and older. */
export const yum: CacheManager = {
  ...rpm,
  name: 'yum',
  label: 'yum',
  tools: /^yum$/,
  folders: [{ name: 'yum', path: '/var/cache/yum', movers: [] }],
};

/** dnf 4, and the `yum` that is a link to it. */
export const dnf: CacheManager = {
  ...rpm,
  name: 'dnf',
  label: 'dnf',
  tools: /^(yum|dnf|dnf-3)$/,
  folders: [{ name: 'dnf', path: '/var/cache/dnf', movers: [] }],
};

/** dnf 5: Fedora 41 and later. */
export const dnf5: CacheManager = {
  ...rpm,
  name: 'dnf5',
  label: 'dnf',
  tools: /^(yum|dnf|dnf5)$/,
  folders: [{ name: 'dnf5', path: '/var/cache/libdnf5', movers: [] }],
};

export const zypper: CacheManager = {
  ...system,
  name: 'zypper',
  label: 'zypper',
  tools: /^zypper$/,
  fills: /^(install|in|update|up|patch|dist-upgrade|dup|source-install|si)$/,
  readers: /^(refresh|ref)$/,
  folders: [{ name: 'zypper', path: '/var/cache/zypp', movers: [] }],
  cleaners: /^(clean|cc)\b(?!.*(--root|-R))/,
  level: 'review',
  skip: inOtherRoot('--root', '-R', '--installroot'),
};
