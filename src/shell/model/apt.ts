import { NOTHING, PROXY, SYSTEM } from './shared.js';
import type { ToolModel } from './types.js';

const flags =
  '-y --yes --assume-yes -q -qq --quiet -f --fix-broken --fix-missing -m --no-install-recommends --install-recommends ' +
  '--no-install-suggests --install-suggests --allow-unauthenticated --force-yes --allow-downgrades ' +
  '--allow-remove-essential --allow-change-held-packages --allow-releaseinfo-change --allow-insecure-repositories ' +
  '--reinstall --no-upgrade --only-upgrade --purge --purge-unused --auto-remove --autoremove -d --download-only -s --simulate --dry-run ' +
  '--no-remove --ignore-missing --ignore-hold --trivial-only --assume-no --print-uris -u -V --verbose-versions -b --build ' +
  '--compile --only-source --no-download --with-new-pkgs --show-progress --list-cleanup --no-list-cleanup --mark-auto ' +
  '--diff-only --dsc-only --tar-only --arch-only --indep-only -h --help -v --version --no-show-upgraded --installed';
const values =
  '-o --option -c --config-file -t --target-release --default-release -a --host-architecture -P --build-profiles ' +
  '--with-source -e --error-on --solver';
const readsOption = ['-c', '--config-file'];
const environment = ['DEBIAN_FRONTEND', 'DEBIAN_PRIORITY', 'DEBCONF_*', 'APT_*', 'UCF_*', 'LANG', 'LC_*', ...PROXY];

const install = {
  flags,
  values,
  readsOption,
  operands: 'packages',
  packageFiles: ['.deb'],
  network: true,
  environment,
  reads: ['/etc/apt/**', '/var/lib/apt/**', '/var/lib/dpkg/**'],
  writes: SYSTEM,
} as const;
const update = {
  ...install,
  operands: 'text',
  reads: ['/etc/apt/**', '/usr/share/keyrings/**'],
  writes: ['/var/lib/apt/**', '/var/cache/apt/**', '/var/log/**'],
} as const;
const clean = { flags, values, readsOption, operands: 'text', writes: ['/var/cache/apt/**'] } as const;
const remove = { ...install, network: false } as const;
const download = { ...install, writes: ['./*', '/var/cache/apt/**'], operands: 'text' } as const;
const query = { flags, values, readsOption, operands: 'text', reads: install.reads, environment } as const;

const cacheFlags =
  '-q --quiet -i --important --no-pre-depends --no-depends --no-recommends --no-suggests --no-conflicts --no-breaks ' +
  '--no-replaces --no-enhances --implicit -f --full -a --all-versions -g --generate --names-only -n --all-names --recurse ' +
  '--installed -h --help -v --version';

/** apt-get(8), apt(8), apt-cache(8), apt-mark(8), apt-key(8), add-apt-repository(1): Debian and Ubuntu manual pages. */
export const apt: readonly ToolModel[] = [
  {
    names: ['apt-get', 'apt', 'aptitude'],
    flags,
    values,
    uses: {
      '': { flags, values, ...NOTHING },
      update,
      install,
      reinstall: install,
      upgrade: install,
      'safe-upgrade': install,
      'dist-upgrade': install,
      'full-upgrade': install,
      'build-dep': install,
      remove,
      purge: remove,
      autoremove: remove,
      autopurge: remove,
      check: query,
      download,
      source: download,
      changelog: { ...query, network: true },
      list: query,
      search: query,
      show: query,
      policy: query,
      indextargets: query,
      clean,
      autoclean: clean,
      'auto-clean': clean,
    },
  },
  {
    names: ['apt-cache'],
    flags: cacheFlags,
    values: '-p --pkg-cache -s --src-cache -c --config-file -o --option --with-source',
    environment,
    uses: { '*': { operands: 'text', reads: install.reads, readsOption }, '': NOTHING },
  },
  {
    names: ['apt-mark'],
    flags: '-h --help -v --version -q -qq -y',
    values: '-f --file -c --config-file -o --option',
    environment,
    uses: {
      '*': {
        operands: 'text',
        reads: install.reads,
        writes: ['/var/lib/apt/extended_states', '/var/lib/dpkg/**'],
        readsOption: ['-f', '--file', ...readsOption],
      },
      showauto: query,
      showmanual: query,
      showhold: query,
    },
  },
  {
    names: ['apt-key'],
    flags: '--quiet',
    values: '--keyring',
    environment,
    uses: {
      '*': {
        flags:
          '--batch --yes --verbose -v --no-tty --recv-keys --recv-key --recv --receive-keys --refresh-keys --no-default-keyring --quiet --armor -a',
        values:
          '--keyserver --keyring --keyserver-options --primary-keyring --fetch-keys --import --export --homedir -k',
        operands: 'text',
        network: true,
        reads: ['/etc/apt/**', '/usr/share/keyrings/**'],
        writes: ['/etc/apt/**', '~/.gnupg/**'],
        readsOption: ['--import'],
        writesOption: ['--keyring'],
      },
      add: {
        operands: 'reads',
        reads: ['/etc/apt/**'],
        writes: ['/etc/apt/**', '~/.gnupg/**'],
        writesOption: ['--keyring'],
      },
      list: { operands: 'text', reads: ['/etc/apt/**'] },
      finger: { operands: 'text', reads: ['/etc/apt/**'] },
    },
  },
  {
    names: ['add-apt-repository', 'apt-add-repository'],
    uses: {
      '': {
        flags:
          '-h --help -d --debug -r --remove -y --yes --assume-yes -n --no-update -u --update -l --login -s --enable-source ' +
          '-m --massive-debug --dry-run -L --list',
        values: '-c --component -p --pocket -P --ppa -C --cloud -U --uri -S --sourceslist -k --keyserver',
        operands: 'text',
        network: true,
        environment,
        reads: ['/etc/apt/**', '/etc/os-release', '/etc/lsb-release'],
        writes: [
          '/etc/apt/**',
          '/var/lib/apt/**',
          '/var/cache/apt/**',
          '/var/log/**',
          '/usr/share/keyrings/**',
          '~/.gnupg/**',
        ],
      },
    },
  },
];
