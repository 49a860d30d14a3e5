import { NOTHING, PROXY, SYSTEM } from './shared.js';
import type { ToolModel } from './types.js';

const configuration = ['/etc/zypp/**', '/etc/os-release', '/etc/products.d/**'];
const caches = ['/var/cache/zypp/**', '/var/lib/zypp/**', '/var/log/**', '/etc/zypp/**'];

const install = {
  flags:
    '-y --no-confirm -l --auto-agree-with-licenses --no-recommends --recommends --force-resolution --no-force-resolution ' +
    '-f --force --oldpackage --replacefiles -d --download-only -D --dry-run --details --allow-unsigned-rpm --allow-downgrade ' +
    '--no-allow-downgrade --allow-name-change --allow-vendor-change --no-allow-vendor-change -C --capability -n --name ' +
    '-u --clean-deps --updatestack-only --with-optional --with-update --auto-agree-with-product-licenses',
  values: '-t --type -r --repo --from --download --solver-focus',
  operands: 'packages',
  packageFiles: ['.rpm'],
  network: true,
  reads: [...configuration, '/var/lib/rpm/**', '/usr/lib/sysimage/rpm/**'],
  writes: SYSTEM,
} as const;
const remove = { ...install, network: false } as const;
const metadata = {
  flags:
    '-f --force -s --services -b --force-build -d --force-download -B --build-only -D --download-only -a --all -m --metadata -M --raw-metadata ' +
    '-u --uri -p --priority -r --refresh -E -P -e --enable --disable -G --no-gpgcheck -g --gpgcheck -c --check -C --no-check ' +
    '-k --keep-packages -K --no-keep-packages --gpgcheck-allow-unsigned',
  values: '-n --name -t --type --repo',
  operands: 'text',
  network: true,
  reads: configuration,
  writes: caches,
} as const;

/** zypper(8). */
export const zypper: readonly ToolModel[] = [
  {
    names: ['zypper'],
    flags:
      '-n --non-interactive --non-interactive-include-reboot-patches -q --quiet -v -vv --verbose -A --no-abbrev -x --xmlout ' +
      '--no-gpg-checks --gpg-auto-import-keys --no-refresh --no-cd --no-remote --no-color --color -i --ignore-unknown ' +
      '--disable-repositories --disable-system-resolvables -h --help -V --version -t --terse',
    values:
      '-c --config -C --cache-dir -R --root --installroot -D --reposd-dir --userdata -p --plus-repo --plus-content --pkg-cache-dir --raw-cache-dir --solv-cache-dir',
    environment: ['ZYPP_*', 'LANG', 'LC_*', ...PROXY],
    uses: {
      '': NOTHING,
      install,
      in: install,
      'source-install': install,
      si: install,
      update: install,
      up: install,
      patch: install,
      'dist-upgrade': install,
      dup: install,
      remove,
      rm: remove,
      refresh: metadata,
      ref: metadata,
      clean: { ...metadata, network: false },
      cc: { ...metadata, network: false },
      addrepo: {
        ...metadata,
        flags:
          '-c --check -C --no-check -d --disable -e --enable -f --refresh -F --no-refresh -k --keep-packages -K --no-keep-packages -g --gpgcheck -G --no-gpgcheck',
        values: '-n --name -p --priority -r --repo -t --type',
        operands: 'text',
      },
      ar: {
        ...metadata,
        flags:
          '-c --check -C --no-check -d --disable -e --enable -f --refresh -F --no-refresh -k --keep-packages -K --no-keep-packages -g --gpgcheck -G --no-gpgcheck',
        values: '-n --name -p --priority -r --repo -t --type',
        operands: 'text',
      },
      removerepo: { ...metadata, network: false },
      rr: { ...metadata, network: false },
      modifyrepo: { ...metadata, network: false, values: '-n --name' },
      mr: { ...metadata, network: false, values: '-n --name' },
      repos: { operands: 'text', reads: configuration },
      lr: { operands: 'text', reads: configuration },
      search: metadata,
      se: metadata,
    },
  },
];
