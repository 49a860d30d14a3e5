import { ACCOUNTS, NOTHING } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const configuration = [
  '/etc/login.defs',
  '/etc/default/useradd',
  '/etc/adduser.conf',
  '/etc/deluser.conf',
  '/etc/skel/**',
  '/etc/shells',
  '/etc/pam.d/**',
  '/etc/nsswitch.conf',
];
const accounts: UseModel = {
  operands: 'text',
  reads: [...ACCOUNTS, ...configuration],
  writes: [...ACCOUNTS, '/var/log/**'],
  opaqueOption: ['-R', '--root', '-P', '--prefix'],
};
const homes = ['/home/**', '/var/mail/**', '/var/spool/mail/**'];

/** useradd(8), usermod(8), groupadd(8), passwd(1), chpasswd(8) of shadow-utils; adduser(8), addgroup(8) of Debian and of busybox, whose options do not clash. */
export const users: readonly ToolModel[] = [
  {
    names: ['useradd'],
    uses: {
      '': {
        ...accounts,
        flags:
          '--badname -D --defaults -F --add-subids-for-system -h --help -l --no-log-init -m --create-home -M --no-create-home -N --no-user-group -o --non-unique -r --system -U --user-group',
        values:
          '-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p --password -R --root -P --prefix -s --shell -u --uid -Z --selinux-user',
        writes: [...ACCOUNTS, '/var/log/**', ...homes, '/etc/default/useradd'],
        readsOption: ['-k', '--skel'],
        writesOption: ['-d', '--home-dir', '--home', '-b', '--base-dir'],
      },
    },
  },
  {
    names: ['adduser'],
    uses: {
      '': {
        ...accounts,
        flags:
          '--add-extra-groups --allow-all-names --allow-bad-names --debug --disabled-login --disabled-password --force-badname --group --no-create-home --quiet -q --system --verbose -v --version -D -S -H -m -M -r -N -o --help',
        values:
          '--comment --gecos --conf --firstuid --lastuid --firstgid --lastgid --gid --home --ingroup --shell --uid -h -g -s -G -u -k -c -d -p -e -f -K',
        writes: [...ACCOUNTS, '/var/log/**', ...homes],
        readsOption: ['-k', '--conf'],
        writesOption: ['--home', '-h', '-d'],
        opaqueOption: ['-R', '--root', '-P', '--prefix'],
      },
    },
  },
  {
    names: ['groupadd', 'addgroup'],
    uses: {
      '': {
        ...accounts,
        flags:
          '-f --force --help -o --non-unique -r --system -S --quiet --force-badname --debug --allow-bad-names --group',
        values: '-g --gid -K --key -p --password -U --users --conf --firstgid --lastgid -R --root -P --prefix',
      },
    },
  },
  {
    names: ['usermod'],
    uses: {
      '': {
        ...accounts,
        flags: '-a --append -b --badname -L --lock -m --move-home -o --non-unique -r --remove -U --unlock -h --help',
        values:
          '-c --comment -d --home -e --expiredate -f --inactive -g --gid -G --groups -l --login -p --password -R --root -P --prefix -s --shell -u --uid -v --add-subuids -V --del-subuids -w --add-subgids -W --del-subgids -Z --selinux-user',
        writes: [...ACCOUNTS, '/var/log/**', ...homes],
        writesOption: ['-d', '--home'],
        /** Files that the user owns in the old home are chowned; where that is, the command does not say. */
        opaqueOption: ['-R', '--root', '-P', '--prefix', '-m', '--move-home'],
        modes: { '-u': '-u', '--uid': '-u', '-g': '-u', '--gid': '-u' },
      },
      // What the user has in its home gets the new owner, wherever that home is.
      '-u': {
        ...accounts,
        writes: [...ACCOUNTS, '/**'],
        opaqueOption: ['-R', '--root', '-P', '--prefix', '-m', '--move-home'],
      },
    },
  },
  {
    names: ['groupmod'],
    uses: {
      '': {
        ...accounts,
        flags: '-h --help -o --non-unique -a --append',
        values: '-g --gid -n --new-name -p --password -U --users -R --root -P --prefix',
      },
    },
  },
  {
    names: ['userdel', 'deluser', 'delgroup', 'groupdel'],
    uses: {
      '': {
        ...accounts,
        flags: '-f --force -h --help -r --remove --quiet --system --only-if-empty --group --remove-home --backup',
        values: '--conf --backup-to',
        writes: [...ACCOUNTS, '/var/log/**', ...homes],
        opaqueOption: [
          '-r',
          '--remove',
          '--remove-home',
          '--remove-all-files',
          '-R',
          '--root',
          '-P',
          '--prefix',
          '--backup',
          '--backup-to',
        ],
      },
    },
  },
  {
    names: ['gpasswd'],
    uses: {
      '': {
        ...accounts,
        flags: '-r --remove-password -R --restrict',
        values: '-a --add -d --delete -A --administrators -M --members -Q --root',
        opaqueOption: ['-Q', '--root'],
      },
    },
  },
  {
    names: ['passwd'],
    uses: {
      '': {
        ...accounts,
        flags: '-a --all -d --delete -e --expire -h --help -k -l --lock -q --quiet -S --status -u --unlock --stdin -f',
        values: '-i -n -w -x -R --root',
      },
    },
  },
  {
    names: ['chpasswd'],
    uses: {
      '': {
        ...accounts,
        flags: '-e --encrypted -h --help -m --md5',
        values: '-c --crypt-method -R --root -s --sha-rounds',
      },
    },
  },
  { names: ['chsh'], uses: { '': { ...accounts, flags: '-h --help -l', values: '-s --shell -R --root' } } },
  {
    names: ['getent'],
    uses: {
      '': {
        flags: '-i --no-idn',
        values: '-s --service',
        operands: 'text',
        network: true,
        reads: [...ACCOUNTS, '/etc/hosts', '/etc/services', '/etc/nsswitch.conf', '/etc/resolv.conf'],
      },
    },
  },
  { names: ['pwconv', 'grpconv', 'pwunconv', 'grpunconv'], uses: { '': accounts } },
  { names: ['visudo'], uses: { '': { flags: '-c -q -s', values: '-f', ...NOTHING, opaque: 'edits sudoers' } } },
];
