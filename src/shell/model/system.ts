import { NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const locales: UseModel = {
  operands: 'text',
  reads: [
    '/etc/locale.gen',
    '/etc/locale.alias',
    '/usr/share/i18n/**',
    '/usr/lib/locale/**',
    '/var/lib/locales/**',
    '/usr/local/share/i18n/**',
  ],
  writes: ['/usr/lib/locale/**', '/etc/locale.gen', '/etc/default/locale', '/etc/locale.conf', '/var/lib/locales/**'],
};
const certificates = [
  '/etc/ssl/**',
  '/etc/ca-certificates/**',
  '/etc/ca-certificates.conf',
  '/usr/share/ca-certificates/**',
  '/usr/local/share/ca-certificates/**',
  '/etc/pki/**',
  '/usr/share/pki/**',
];

/** Programs that set up the system: Debian's and Red Hat's manual pages of each. */
export const system: readonly ToolModel[] = [
  {
    names: ['update-alternatives', 'alternatives'],
    uses: {
      '': {
        flags:
          '--install --slave --set --remove --remove-all --auto --display --query --list --config --all --get-selections --set-selections --force --skip-auto --quiet --verbose --debug --initscript --help --version',
        values: '--log',
        operands: 'text',
        reads: [
          '/etc/alternatives/**',
          '/var/lib/dpkg/alternatives/**',
          '/var/lib/alternatives/**',
          '/usr/**',
          '/opt/**',
        ],
        writes: [
          '/etc/alternatives/**',
          '/var/lib/dpkg/alternatives/**',
          '/var/lib/alternatives/**',
          '/usr/**',
          '/bin/**',
          '/sbin/**',
          '/lib/**',
          '/etc/**',
          '/var/log/**',
        ],
        opaqueOption: ['--altdir', '--admindir', '--instdir', '--root'],
      },
    },
  },
  {
    names: ['update-java-alternatives'],
    uses: {
      '': {
        flags: '-l -s -a -v --list --set --auto --jre --jre-headless --plugin',
        values: '',
        operands: 'text',
        reads: ['/usr/lib/jvm/**'],
        writes: ['/etc/alternatives/**', '/var/lib/dpkg/alternatives/**', '/usr/**'],
      },
    },
  },
  {
    names: ['update-ca-certificates', 'update-ca-trust'],
    uses: {
      '': {
        flags: '-h --help -v --verbose -f --fresh',
        operands: 'text',
        reads: certificates,
        writes: [...certificates],
        environment: ['JAVA_HOME'],
        opaqueOption: ['--certsconf', '--certsdir', '--localcertsdir', '--etccertsdir', '--hooksdir'],
      },
    },
  },
  {
    names: ['locale-gen'],
    uses: {
      '': {
        flags: '--keep-existing --purge --no-purge -no-purge --archive --no-archive --lang -lang',
        values: '--aliases',
        ...locales,
      },
    },
  },
  {
    names: ['update-locale'],
    uses: {
      '': {
        flags: '--reset --no-checks',
        values: '--locale-file',
        ...locales,
        writes: ['/etc/default/locale', '/etc/locale.conf'],
        writesOption: ['--locale-file'],
      },
    },
  },
  {
    names: ['localedef'],
    uses: {
      '': {
        flags:
          '--add-to-archive --delete-from-archive --list-archive -c --force -v --verbose --no-archive --posix --quiet --replace -V --version --help',
        values: '-f --charmap -i --inputfile -u --repertoire-map -A --alias-file',
        optional: '--no-warnings --warnings',
        ...locales,
        operands: 'writes',
        readsOption: ['-A', '--alias-file'],
        opaqueOption: ['--prefix'],
      },
    },
  },
  {
    names: ['locale'],
    uses: {
      '': {
        flags: '-a -m -c -k --all-locales',
        ...NOTHING,
        environment: ['LANG', 'LANGUAGE', 'LC_*'],
        reads: ['/usr/lib/locale/**'],
      },
    },
  },
  {
    names: ['lsb_release'],
    uses: {
      '': {
        flags: '-a -c -d -i -r -s -v --short --codename --id --release --description',
        operands: 'text',
        reads: [
          '/etc/lsb-release',
          '/etc/os-release',
          '/etc/debian_version',
          '/usr/share/python*/**',
          '/etc/apt/**',
          '/var/lib/apt/**',
          '/var/lib/dpkg/**',
        ],
      },
    },
  },
  {
    names: ['update-rc.d', 'chkconfig', 'rc-update', 'insserv'],
    uses: {
      '': {
        flags: '-f -n --add --del --list',
        values: '--level',
        operands: 'text',
        reads: ['/etc/init.d/**', '/etc/rc*/**', '/etc/runlevels/**'],
        writes: ['/etc/rc*/**', '/etc/runlevels/**', '/etc/init.d/**', '/etc/systemd/**', '/var/lib/systemd/**'],
      },
    },
  },
  {
    names: ['systemctl'],
    flags: '--now -f --force -q --quiet --no-reload --global --system --user --no-pager',
    uses: {
      '*': { operands: 'text', opaque: 'starts or stops services' },
      ...Object.fromEntries(
        ['enable', 'disable', 'mask', 'unmask', 'set-default'].map((name): [string, UseModel] => [
          name,
          {
            operands: 'text',
            reads: ['/etc/systemd/**', '/usr/lib/systemd/**', '/lib/systemd/**', '/run/systemd/**'],
            writes: ['/etc/systemd/**', '/run/systemd/**', '~/.config/systemd/**', '/etc/rc*/**', '/etc/init.d/**'],
            opaqueOption: ['--now', '--root'],
          },
        ]),
      ),
    },
  },
  {
    names: ['fc-cache'],
    uses: {
      '': {
        flags: '-f --force -v --verbose -s --system-only -r --really-force',
        operands: 'reads',
        reads: ['/usr/share/fonts/**', '/usr/local/share/fonts/**', '~/.fonts/**', '/etc/fonts/**'],
        writes: ['/var/cache/fontconfig/**', '~/.cache/fontconfig/**', '~/.fontconfig/**'],
      },
    },
  },
  {
    names: ['crontab'],
    uses: {
      '': {
        flags: '-l -r -i',
        values: '-u',
        operands: 'reads',
        reads: ['/var/spool/cron/**', '/etc/cron*'],
        writes: ['/var/spool/cron/**'],
        opaqueOption: ['-e'],
      },
    },
  },
  {
    names: [
      'mandb',
      'updatedb',
      'depmod',
      'update-mime-database',
      'gtk-update-icon-cache',
      'update-desktop-database',
      'glib-compile-schemas',
    ],
    uses: {
      '': {
        operands: 'updates',
        reads: ['/usr/**', '/etc/**', '/lib/**'],
        writes: ['/var/cache/**', '/var/lib/**', '/usr/share/**', '/lib/modules/**'],
      },
    },
  },
  {
    names: ['setup-timezone', 'timedatectl', 'hwclock', 'mount', 'umount', 'modprobe', 'ip', 'ifconfig', 'iptables'],
    uses: { '': { opaque: 'changes the running system' } },
  },
  {
    names: ['ping', 'nc', 'netcat', 'telnet', 'dig', 'nslookup', 'host'],
    noOptions: true,
    uses: { '': { operands: 'text', network: true, reads: ['/etc/hosts', '/etc/resolv.conf'], environment: PROXY } },
  },
  {
    names: ['install_packages', 'install_clean'],
    uses: {
      '': {
        operands: 'packages',
        network: true,
        environment: ['DEBIAN_FRONTEND', ...PROXY],
        reads: ['/etc/apt/**', '/var/lib/apt/**', '/var/lib/dpkg/**'],
        writes: [
          '/usr/**',
          '/etc/**',
          '/var/**',
          '/lib/**',
          '/bin/**',
          '/sbin/**',
          '/opt/**',
          '/root/**',
          '/home/**',
          '/run/**',
          '/tmp/**',
          '/srv/**',
          '/boot/**',
        ],
      },
    },
  },
  {
    names: ['helm', 'kubectl', 'aws', 'terraform', 'vault', 'consul'],
    elsewhere: true,
    optionsFirst: true,
    uses: {
      '': { opaque: 'works on remote systems', modes: VERSION_MODES },
      '--version': { flags: '--version --help', ...NOTHING },
    },
  },
];
