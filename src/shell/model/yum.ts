import { NOTHING, PROXY, SYSTEM, VERSION_MODES } from './shared.js';
import type { ToolModel } from './types.js';

const flags =
  '-y --assumeyes --assumeno -q --quiet -v --verbose -C --cacheonly -b --best --nobest --allowerasing --skip-broken ' +
  '--nogpgcheck --no-gpgchecks --refresh --nodocs --noplugins --obsoletes --downloadonly -t --tolerant -4 -6 -h --help ' +
  '--version --security --bugfix --enhancement --newpackage --noautoremove --allow-downgrade --skip-unavailable --installed --available';
const values =
  '-c --config -d --debuglevel -e --errorlevel -R --randomwait -x --exclude --excludepkgs --enablerepo --disablerepo ' +
  '--repo --repoid --repofrompath --setopt --installroot --releasever --enableplugin --disableplugin --forcearch ' +
  '--downloaddir --destdir --comment --color --disableexcludes --advisory --rpmverbosity';
const configuration = [
  '/etc/yum.conf',
  '/etc/yum/**',
  '/etc/yum.repos.d/**',
  '/etc/dnf/**',
  '/etc/pki/**',
  '/etc/os-release',
];
const caches = [
  '/var/cache/yum/**',
  '/var/cache/dnf/**',
  '/var/cache/libdnf5/**',
  '/var/lib/yum/**',
  '/var/lib/dnf/**',
  '/var/log/**',
];
const readsOption = ['-c', '--config'];
const opaqueOption = ['--installroot'];

const install = {
  operands: 'packages',
  packageFiles: ['.rpm'],
  network: true,
  reads: [...configuration, '/var/lib/rpm/**'],
  writes: SYSTEM,
  readsOption,
  writesOption: ['--downloaddir', '--destdir'],
  opaqueOption,
} as const;
const metadata = { ...install, operands: 'text', writes: caches } as const;

const rpmInstall = {
  operands: 'reads',
  network: true,
  environment: PROXY,
  reads: ['/var/lib/rpm/**', '/usr/lib/sysimage/rpm/**', '/etc/rpm/**', '/etc/pki/**'],
  writes: SYSTEM,
} as const;
const rpmQuery = { operands: 'text', reads: rpmInstall.reads } as const;

/** yum(8), dnf(8), dnf5(8), microdnf(8), yum-config-manager(1), rpm(8). */
export const yum: readonly ToolModel[] = [
  {
    names: ['yum', 'dnf', 'dnf5', 'microdnf', 'dnf-3'],
    flags,
    values,
    environment: ['LANG', 'LC_*', ...PROXY],
    uses: {
      '': NOTHING,
      install,
      localinstall: install,
      reinstall: install,
      update: install,
      upgrade: install,
      'upgrade-minimal': install,
      'update-minimal': install,
      downgrade: install,
      'distro-sync': install,
      groupinstall: { ...install, operands: 'text' },
      groupupdate: { ...install, operands: 'text' },
      'group install': { ...install, operands: 'text', flags: '--with-optional' },
      group: { ...install, operands: 'text' },
      module: { ...install, operands: 'text' },
      builddep: install,
      swap: install,
      remove: { ...install, network: false },
      erase: { ...install, network: false },
      autoremove: { ...install, network: false },
      makecache: { ...metadata, flags: '--timer' },
      'check-update': metadata,
      clean: { operands: 'text', writes: caches, readsOption, opaqueOption },
      repolist: { ...metadata, flags: '-v --all --enabled --disabled' },
      list: { ...metadata, flags: '--showduplicates --upgrades --extras' },
      info: metadata,
      search: metadata,
      provides: metadata,
      whatprovides: metadata,
      deplist: metadata,
      history: metadata,
      'config-manager': {
        operands: 'text',
        flags: '--set-enabled --enable --set-disabled --disable --save',
        values: '--add-repo',
        network: true,
        reads: configuration,
        writes: ['/etc/yum.repos.d/**', '/etc/dnf/**', '/etc/yum.conf', '/etc/yum/**', '/var/cache/**'],
        opaqueOption,
      },
      'copr enable': { operands: 'text', network: true, reads: configuration, writes: ['/etc/yum.repos.d/**'] },
      download: { ...metadata, flags: '--resolve --alldeps --source --url', writes: ['./*', ...caches] },
    },
  },
  {
    names: ['yum-config-manager'],
    uses: {
      '': {
        flags: '--enable --disable --save -y -q --quiet',
        values: '--add-repo --setopt -c --enablerepo --disablerepo',
        operands: 'text',
        network: true,
        environment: PROXY,
        reads: configuration,
        writes: ['/etc/yum.repos.d/**', '/etc/yum.conf', '/etc/yum/**', '/etc/dnf/**', '/var/cache/**'],
      },
    },
  },
  { names: ['yum-builddep'], flags, values, uses: { '': install } },
  {
    names: ['rpm'],
    flags:
      '-i --install -U --upgrade -F --freshen -e --erase -q --query -V --verify --import --rebuilddb --initdb -E --eval -K --checksig -a --all ' +
      '-v -vv --verbose --quiet -h --hash --percent --nodeps --force --replacepkgs --replacefiles --oldpackage --excludedocs ' +
      '--includedocs --noscripts --nosignature --nodigest --nopre --nopost --nopreun --nopostun --notriggers --justdb --test ' +
      '--allmatches --ignorearch --ignoreos --ignoresize --noorder -l --list -p --package -f --file -R --requires --provides ' +
      '--scripts --changelog -s --state -c --configfiles -d --docfiles --info --whatprovides --whatrequires --nomd5 --version --help',
    values:
      '--qf --queryformat -D --define --undefine --excludepath --prefix --relocate --root --dbpath --macros --rcfile',
    uses: {
      '': {
        ...NOTHING,
        opaqueOption: ['--root', '--dbpath', '--relocate', '--prefix', '--macros', '--rcfile'],
        modes: {
          '-e': '-e',
          '--erase': '-e',
          '-i': '-i',
          '--install': '-i',
          '-U': '-i',
          '--upgrade': '-i',
          '-F': '-i',
          '--freshen': '-i',
          '--import': '--import',
          '--rebuilddb': '--rebuilddb',
          '--initdb': '--rebuilddb',
          '-q': '-q',
          '--query': '-q',
          '-V': '-V',
          '--verify': '-V',
          '-K': '-K',
          '--checksig': '-K',
        },
      },
      '-q': { ...rpmQuery, modes: { '-p': '-K', '--package': '-K' } },
      '-e': { ...rpmInstall, operands: 'text', network: false },
      '--import': { ...rpmInstall, writes: ['/var/lib/rpm/**', '/usr/lib/sysimage/rpm/**', '/etc/pki/**'] },
      '--rebuilddb': { ...rpmQuery, writes: ['/var/lib/rpm/**', '/usr/lib/sysimage/rpm/**'] },
      '-V': { operands: 'text', reads: SYSTEM },
      '-K': { operands: 'reads', network: true, environment: PROXY, reads: rpmInstall.reads },
      '-i': { ...rpmInstall, opaqueOption: ['--root', '--dbpath', '--relocate', '--prefix', '--macros', '--rcfile'] },
    },
  },
  {
    names: ['rpmkeys'],
    uses: {
      '': { flags: '-v --quiet', ...NOTHING, modes: { '--import': '--import', ...VERSION_MODES } },
      '--import': {
        flags: '--import -v --quiet',
        ...rpmInstall,
        writes: ['/var/lib/rpm/**', '/usr/lib/sysimage/rpm/**'],
      },
      '--version': NOTHING,
    },
  },
];
