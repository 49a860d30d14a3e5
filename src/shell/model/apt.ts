import type { ToolModel } from './types.js';

const flags =
  '-y --yes --assume-yes -q -qq --quiet -f --fix-broken --fix-missing -m --no-install-recommends --install-recommends ' +
  '--no-install-suggests --install-suggests --allow-unauthenticated --force-yes --allow-downgrades ' +
  '--allow-remove-essential --allow-change-held-packages --allow-releaseinfo-change --reinstall --no-upgrade ' +
  '--only-upgrade --purge --auto-remove --autoremove -d --download-only -s --simulate --dry-run --no-remove ' +
  '--ignore-missing --trivial-only --assume-no --print-uris -u -V --verbose-versions -b --build --only-source';
const values = '-o --option -c --config-file -t --target-release --default-release -a --host-architecture';

const install = {
  flags,
  values,
  operands: 'packages',
  network: true,
  environment: ['DEBIAN_FRONTEND', 'DEBCONF_*', 'APT_*', 'http_proxy', 'https_proxy', 'no_proxy'],
  reads: ['/etc/apt/**', '/var/lib/apt/**', '/var/lib/dpkg/**'],
  writes: ['/usr/**', '/etc/**', '/var/**', '/lib/**', '/bin/**', '/sbin/**', '/opt/**', '/root/**'],
} as const;
const update = {
  ...install,
  operands: 'text',
  reads: ['/etc/apt/**'],
  writes: ['/var/lib/apt/lists/**', '/var/cache/apt/**', '/var/log/**'],
} as const;
const clean = { flags, values, operands: 'text', writes: ['/var/cache/apt/**'] } as const;
const remove = { ...install, network: false } as const;

/** apt-get(8), apt(8), aptitude: Debian manual pages. */
export const apt: readonly ToolModel[] = [
  {
    names: ['apt-get', 'apt', 'aptitude'],
    flags,
    values,
    uses: {
      update,
      install,
      upgrade: install,
      'dist-upgrade': install,
      'full-upgrade': install,
      'build-dep': install,
      remove,
      purge: remove,
      autoremove: remove,
      clean,
      autoclean: clean,
    },
  },
];
