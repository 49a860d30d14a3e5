import { NOTHING, SYSTEM } from './shared.js';
import type { ToolModel } from './types.js';

const database = ['/var/lib/dpkg/**'];
const environment = ['DEBIAN_FRONTEND', 'DEBIAN_PRIORITY', 'DEBCONF_*', 'UCF_*', 'DPKG_*', 'LANG', 'LC_*'];

const install = { operands: 'reads', reads: database, writes: SYSTEM } as const;
const change = { operands: 'text', reads: database, writes: SYSTEM } as const;
const query = { operands: 'text', reads: database } as const;
const selections = { operands: 'text', reads: database, writes: database } as const;

/** dpkg(1), dpkg-deb(1), dpkg-query(1), dpkg-reconfigure(8), debconf-set-selections(1), dpkg-divert(1). */
export const dpkg: readonly ToolModel[] = [
  {
    names: ['dpkg'],
    environment,
    flags:
      '-i --install --unpack --configure -a --pending -r --remove -P --purge --get-selections --set-selections ' +
      '--clear-selections --add-architecture --remove-architecture --print-architecture --print-foreign-architectures ' +
      '--compare-versions -l --list -s --status -L --listfiles -S --search -p --print-avail --version --help ' +
      '-E --skip-same-version -G --refuse-downgrade -O --selected-only -R --recursive -B --auto-deconfigure --no-triggers --triggers ' +
      '--force-depends --force-all --force-overwrite --force-confold --force-confdef --force-confnew --force-confmiss ' +
      '--force-architecture --force-unsafe-io --force-remove-reinstreq --force-bad-verify --force-not-root -V --verify -C --audit',
    values:
      '--force --no-force --refuse --ignore-depends --path-exclude --path-include --log --status-fd --abort-after',
    uses: {
      '': {
        ...NOTHING,
        modes: {
          '-i': '-i',
          '--install': '-i',
          '--unpack': '-i',
          '--configure': '--configure',
          '-r': '--configure',
          '--remove': '--configure',
          '-P': '--configure',
          '--purge': '--configure',
          '--set-selections': '--set-selections',
          '--clear-selections': '--set-selections',
          '--add-architecture': '--set-selections',
          '--remove-architecture': '--set-selections',
          '--get-selections': '--get-selections',
          '-l': '--get-selections',
          '--list': '--get-selections',
          '-s': '--get-selections',
          '--status': '--get-selections',
          '-L': '--get-selections',
          '--listfiles': '--get-selections',
          '-S': '--get-selections',
          '--search': '--get-selections',
          '-p': '--get-selections',
          '--print-avail': '--get-selections',
          '--print-foreign-architectures': '--get-selections',
          '-V': '--verify',
          '--verify': '--verify',
          '-C': '--verify',
          '--audit': '--verify',
        },
      },
      '-i': install,
      '--configure': change,
      '--set-selections': selections,
      '--get-selections': query,
      '--verify': { operands: 'text', reads: SYSTEM },
    },
  },
  {
    names: ['dpkg-query'],
    uses: {
      '': {
        flags:
          '-l --list -W --show -s --status -L --listfiles -S --search -p --print-avail --control-list --no-pager --version',
        values: '-f --showformat',
        ...query,
      },
    },
  },
  {
    names: ['dpkg-deb'],
    uses: {
      '': {
        flags: '-I --info -W --show -f --field -c --contents --version',
        values: '--showformat',
        operands: 'reads',
        skipUnless: [],
        modes: {
          '-x': '-x',
          '--extract': '-x',
          '-X': '-x',
          '--vextract': '-x',
          '-R': '-x',
          '--raw-extract': '-x',
          '-b': '-x',
          '--build': '-x',
        },
      },
      '-x': {
        flags: '-x --extract -X --vextract -R --raw-extract -b --build --root-owner-group --nocheck',
        values: '-Z -z -S',
        operands: 'copies',
      },
    },
  },
  {
    names: ['dpkg-reconfigure'],
    environment,
    uses: {
      '': {
        flags: '--terse --default-priority -u --unseen-only --force --no-reload -h --help -a --all',
        values: '-f --frontend -p --priority',
        ...change,
      },
    },
  },
  {
    names: ['debconf-set-selections'],
    uses: {
      '': {
        flags: '--verbose -v --checkonly -c --unseen -u',
        operands: 'reads',
        reads: ['/var/cache/debconf/**', '/etc/debconf.conf'],
        writes: ['/var/cache/debconf/**'],
      },
    },
  },
  {
    names: ['dpkg-divert'],
    uses: {
      '': {
        flags: '--add --remove --list --listpackage --truename --rename --no-rename --local --quiet --help --version',
        values: '--divert --package',
        operands: 'updates',
        reads: database,
        writes: database,
        writesOption: ['--divert'],
      },
    },
  },
  {
    names: ['dpkg-architecture'],
    uses: {
      '': {
        flags: '-l -s -u -c',
        values: '-a -A -t -T -q --query --host-arch --host-type --target-arch --target-type',
        ...NOTHING,
      },
    },
  },
];
