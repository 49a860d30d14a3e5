import { NOTHING, PROXY, SYSTEM } from './shared.js';
import type { ToolModel } from './types.js';

const flags =
  '-h --help -q --quiet -v --verbose -i --interactive -V --version -f --force --force-binary-stdout --force-broken-world ' +
  '--force-missing-repositories --force-no-chroot --force-non-repository --force-old-apk --force-overwrite --force-refresh ' +
  '-U --update-cache --update --progress --no-progress --purge --allow-untrusted --no-network --no-cache --print-arch ' +
  '--no-logfile --no-commit-hooks --no-scripts --no-interactive --cache-packages --legacy-info --no-check-certificate -s --simulate --clean-protected';
const values =
  '-X --repository --repositories-file --keys-dir --cache-dir --cache-max-age --arch --wait --timeout --progress-fd -p --root';
const readsOption = ['--keys-dir', '--repositories-file'];
const writesOption = ['--cache-dir'];
const opaqueOption = ['-p', '--root'];

const install = {
  operands: 'packages',
  packageFiles: ['.apk'],
  network: true,
  reads: ['/etc/apk/**', '/lib/apk/**', '/var/cache/apk/**'],
  writes: SYSTEM,
  readsOption,
  writesOption,
  opaqueOption,
} as const;
const query = { operands: 'text', reads: install.reads, readsOption, opaqueOption } as const;

/** apk(8) and its subcommands: Alpine manual pages. */
export const apk: readonly ToolModel[] = [
  {
    names: ['apk'],
    flags,
    values,
    environment: ['APK_*', ...PROXY],
    uses: {
      '': NOTHING,
      add: { ...install, flags: '--initdb -l --latest -u --upgrade --no-chown --usermode', values: '-t --virtual' },
      del: { ...install, network: false, flags: '-r --rdepends' },
      update: { ...install, operands: 'text', writes: ['/var/cache/apk/**', '/lib/apk/**', '/etc/apk/cache/**'] },
      upgrade: {
        ...install,
        flags:
          '-a --available -l --latest --no-self-upgrade --self-upgrade-only --prune --ignore --preupgrade --preupgrade-only',
      },
      fix: { ...install, flags: '-d --depends -r --reinstall -u --upgrade -x --xattr --directory-permissions' },
      fetch: {
        ...install,
        operands: 'text',
        flags: '-L --link -l -R --recursive --stdout --simulate --url -w --world',
        values: '-o --output',
        writes: ['./*', '/var/cache/apk/**'],
        writesOption: ['-o', '--output', ...writesOption],
      },
      cache: {
        ...install,
        operands: 'text',
        flags: '--add-dependencies --available --latest --upgrade',
        writes: ['/var/cache/apk/**', '/etc/apk/cache/**'],
      },
      info: {
        ...query,
        flags:
          '-a --all -d --description -e --installed -I --install-if -L --contents -P --provides -r --rinstall-if -R --depends ' +
          '-s --size -t --triggers -w --webpage -W --who-owns --license --replaces',
      },
      search: {
        ...query,
        flags: '-a --all -d --description -e --exact --has-origin -o --origin -r --rdepends',
        network: true,
      },
      list: {
        ...query,
        flags: '-I --installed -O --orphaned -a --available -u --upgradable -o --origin -d --depends -P --providers',
      },
      policy: query,
      version: { ...query, flags: '-I --indexes -t --test -c --check -a --all -l --limit' },
      audit: { operands: 'text', reads: ['/**'] },
      verify: { operands: 'reads' },
      stats: query,
    },
  },
];
