import { NOTHING, PROXY, SYSTEM } from './shared.js';
import type { ToolModel } from './types.js';

const reads = ['/etc/pacman.conf', '/etc/pacman.d/**', '/var/lib/pacman/**'];
const opaqueOption = ['-r', '--root', '--sysroot', '-b', '--dbpath'];
const install = {
  operands: 'packages',
  network: true,
  reads,
  writes: SYSTEM,
  readsOption: ['--config'],
  writesOption: ['--cachedir'],
  opaqueOption,
} as const;

/** pacman(8), pacman-key(8). */
export const pacman: readonly ToolModel[] = [
  {
    names: ['pacman'],
    flags:
      '-S --sync -U --upgrade -R --remove -Q --query -D --database -F --files -T --deptest -V --version -h --help ' +
      '-y --refresh -u --sysupgrade -c --clean -g --groups -i --info -l --list -q --quiet -s --search -w --downloadonly ' +
      '-n --nosave --recursive --cascade --unneeded -d --deps --nodeps -p --print --noconfirm --confirm --needed --asdeps --asexplicit ' +
      '--noprogressbar --noscriptlet --dbonly -t --unrequired -e --explicit -k --check -m --foreign -o --owns -v --verbose ' +
      '--disable-download-timeout --disable-sandbox',
    values:
      '--overwrite --ignore --ignoregroup --config --cachedir --color --arch --gpgdir --hookdir --logfile -b --dbpath -r --root --sysroot --assume-installed --print-format',
    environment: PROXY,
    uses: {
      '': {
        ...NOTHING,
        modes: {
          '-S': '-S',
          '--sync': '-S',
          '-U': '-U',
          '--upgrade': '-U',
          '-R': '-R',
          '--remove': '-R',
          '-Q': '-Q',
          '--query': '-Q',
          '-T': '-Q',
          '--deptest': '-Q',
          '-F': '-F',
          '--files': '-F',
          '-D': '-D',
          '--database': '-D',
        },
      },
      '-S': install,
      '-U': { ...install, operands: 'reads' },
      '-R': { ...install, network: false },
      '-F': { ...install, operands: 'text', writes: ['/var/lib/pacman/**'] },
      '-D': { ...install, operands: 'text', network: false, writes: ['/var/lib/pacman/**'] },
      '-Q': { operands: 'text', reads, opaqueOption },
    },
  },
  {
    names: ['pacman-key'],
    uses: {
      '': {
        flags: '--init --populate -v --verbose --refresh-keys -u --updatedb',
        values: '-r --recv-keys --lsign-key -a --add --keyserver -d --delete',
        operands: 'text',
        network: true,
        environment: PROXY,
        reads: ['/etc/pacman.d/**', '/usr/share/pacman/**'],
        writes: ['/etc/pacman.d/**'],
        readsOption: ['-a', '--add'],
      },
    },
  },
];
