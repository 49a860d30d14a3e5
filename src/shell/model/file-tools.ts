import { NOTHING } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const GNU = '--version --help';
const copy =
  '-b -f --force -i --interactive -n --no-clobber -T --no-target-directory -u -v --verbose -Z --strip-trailing-slashes';
const targetOption = ['-t', '--target-directory'];
const owner =
  '-c --changes -f --silent --quiet -v --verbose --dereference -h --no-dereference --no-preserve-root --preserve-root -R --recursive -H -L -P';

const find: UseModel = {
  operands: 'reads',
  defaultReads: ['./**'],
  readsOption: ['-newer', '-anewer', '-cnewer', '-samefile'],
  opaqueOption: ['-ok', '-okdir', '-fprint', '-fprint0', '-fprintf', '-fls', '-files0-from'],
};
const programs = (names: readonly string[], use: string) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`-exec ${name}`, use],
      [`-execdir ${name}`, use],
    ]),
  );

/** Tools of coreutils(1), findutils and busybox that work on files. */
export const fileTools: readonly ToolModel[] = [
  {
    names: ['cp'],
    uses: {
      '': {
        flags: `${copy} ${GNU} -a --archive --attributes-only --copy-contents -d -H -l --link -L --dereference -P --no-dereference -p --parents -R -r --recursive --remove-destination -s --symbolic-link -x --one-file-system`,
        values: '--no-preserve --sparse -S --suffix -t --target-directory',
        optional: '--backup --preserve --reflink --context --update',
        operands: 'copies',
        targetOption,
      },
    },
  },
  {
    names: ['mv'],
    uses: {
      '': {
        flags: `${copy} ${GNU}`,
        values: '-S --suffix -t --target-directory',
        optional: '--backup --update',
        operands: 'moves',
        targetOption,
      },
    },
  },
  {
    names: ['ln'],
    uses: {
      '': {
        flags: `-b -d -F --directory -f --force -i --interactive -L --logical -n --no-dereference -P --physical -r --relative -s --symbolic -T --no-target-directory -v --verbose ${GNU}`,
        values: '-S --suffix -t --target-directory',
        optional: '--backup',
        operands: 'copies',
        targetOption,
      },
    },
  },
  {
    names: ['install', 'ginstall'],
    uses: {
      '': {
        flags: `-b -c -C --compare -D -p --preserve-timestamps -s --strip -T --no-target-directory -v --verbose --preserve-context -Z -d --directory ${GNU}`,
        values: '-g --group -m --mode -o --owner --strip-program -S --suffix -t --target-directory',
        optional: '--backup --context',
        operands: 'copies',
        reads: ['/etc/passwd', '/etc/group'],
        targetOption,
        modes: { '-d': '-d', '--directory': '-d' },
        opaqueOption: ['--strip-program'],
      },
      '-d': {
        flags: '-d --directory -D -v --verbose -p',
        values: '-g --group -m --mode -o --owner',
        operands: 'writes',
        reads: ['/etc/passwd', '/etc/group'],
      },
    },
  },
  {
    names: ['rm'],
    uses: {
      '': {
        flags: `-f --force -i -I --one-file-system --no-preserve-root -r -R --recursive -d --dir -v --verbose ${GNU}`,
        optional: '--interactive --preserve-root',
        operands: 'removes',
      },
    },
  },
  {
    names: ['rmdir'],
    uses: { '': { flags: `--ignore-fail-on-non-empty -p --parents -v --verbose ${GNU}`, operands: 'removes' } },
  },
  { names: ['unlink'], uses: { '': { flags: GNU, operands: 'removes' } } },
  {
    names: ['shred'],
    uses: {
      '': {
        flags: '-f --force -u -v --verbose -x --exact -z --zero',
        values: '-n --iterations -s --size',
        optional: '--remove',
        operands: 'removes',
      },
    },
  },
  {
    names: ['mkdir'],
    uses: {
      '': {
        flags: `-p --parents -v --verbose -Z ${GNU}`,
        values: '-m --mode',
        optional: '--context',
        operands: 'writes',
      },
    },
  },
  {
    names: ['touch'],
    uses: {
      '': {
        flags: `-a -c --no-create -f -h --no-dereference -m ${GNU}`,
        values: '-d --date -r --reference -t --time',
        operands: 'updates',
        readsOption: ['-r', '--reference'],
      },
    },
  },
  {
    names: ['truncate'],
    uses: {
      '': {
        flags: `-c --no-create -o --io-blocks ${GNU}`,
        values: '-r --reference -s --size',
        operands: 'updates',
        readsOption: ['-r', '--reference'],
      },
    },
  },
  { names: ['mkfifo', 'mknod'], uses: { '': { flags: GNU, values: '-m --mode', operands: 'writes' } } },
  {
    names: ['chmod'],
    uses: {
      '': {
        flags: `-c --changes -f --silent --quiet -v --verbose --no-preserve-root --preserve-root -R --recursive ${GNU}`,
        values: '--reference',
        operands: 'updates',
        skip: 1,
        skipUnless: ['--reference'],
        readsOption: ['--reference'],
      },
    },
  },
  {
    names: ['chown', 'chgrp', 'lchown'],
    uses: {
      '': {
        flags: `${owner} ${GNU}`,
        values: '--from --reference',
        operands: 'updates',
        skip: 1,
        skipUnless: ['--reference'],
        readsOption: ['--reference'],
        reads: ['/etc/passwd', '/etc/group'],
      },
    },
  },
  { names: ['chattr'], uses: { '': { flags: '-R -V -f', operands: 'updates', skip: 1 } } },
  { names: ['setcap'], uses: { '': { flags: '-q -v -r', operands: 'updates', skip: 1 } } },
  { names: ['setfacl'], uses: { '': { flags: '-R -d -k -b', values: '-m -x', operands: 'updates' } } },
  {
    names: ['find'],
    singleDash: true,
    commandOptions: '-exec -execdir -ok -okdir',
    uses: {
      '-exec': { ...find, opaque: 'find runs a command that is not modelled' },
      '-delete': { ...find, operands: 'removes' },
      '-exec rm': { ...find, operands: 'removes' },
      '-exec chmod': { ...find, operands: 'updates', writesBeside: true },
      '': {
        ...find,
        flags:
          '-H -L -P -a -and -o -or -not -delete -depth -d -empty -executable -false -follow -ignore_readdir_race -ls -mount -noleaf -nogroup -nouser -print -print0 -prune -quit -readable -true -warn -nowarn -writable -xdev -help -version --help --version',
        values:
          '-amin -anewer -atime -cmin -cnewer -context -ctime -fstype -gid -group -ilname -iname -inum -ipath -iregex -iwholename -links -lname -maxdepth -mindepth -mmin -mtime -name -newer -newermt -path -perm -printf -regex -regextype -samefile -size -type -uid -used -user -wholename -xtype -fprint -fprint0 -fls',
        modes: {
          '-delete': '-delete',
          '-exec': '-exec',
          '-execdir': '-exec',
          '-ok': '-exec',
          '-okdir': '-exec',
          ...programs(['rm', 'rmdir', 'unlink'], '-exec rm'),
          ...programs(['chmod', 'strip', 'touch', 'gzip', 'gunzip'], '-exec chmod'),
          ...programs(
            [
              'ls',
              'stat',
              'echo',
              'grep',
              'file',
              'basename',
              'dirname',
              'du',
              'wc',
              'md5sum',
              'sha256sum',
              'printf',
              'true',
            ],
            '',
          ),
        },
      },
    },
  },
  {
    names: ['ls', 'dir', 'vdir'],
    uses: {
      '': {
        flags: `-a --all -A --almost-all --author -b --escape -B --ignore-backups -c -C -d --directory -f --file-type --full-time -g --group-directories-first -G --no-group -h --human-readable --si -H -i --inode -k --kibibytes -l -L --dereference -m -n --numeric-uid-gid -N --literal -o -p -q -Q --quote-name -r --reverse -R --recursive -s --size -S -t -u -U -v -x -X -Z --context -1 -F --classify ${GNU}`,
        values:
          '--block-size --format --hide --indicator-style -I --ignore --quoting-style --sort --time --time-style -T --tabsize -w --width',
        optional: '--color --hyperlink',
        operands: 'reads',
        defaultReads: ['./**'],
      },
    },
  },
  {
    names: ['tree'],
    uses: {
      '': {
        flags: '-a -d -f -i -l -s -h -p -u -g -D -F -q -N -r -t -x -C -n',
        values: '-L -P -I -o',
        operands: 'reads',
        defaultReads: ['./**'],
        writesOption: ['-o'],
      },
    },
  },
  {
    names: ['readlink'],
    uses: {
      '': {
        flags: `-f --canonicalize -e --canonicalize-existing -m --canonicalize-missing -n --no-newline -q --quiet -s --silent -v --verbose -z --zero ${GNU}`,
        operands: 'reads',
      },
    },
  },
  {
    names: ['realpath'],
    uses: {
      '': {
        flags: `-e --canonicalize-existing -m --canonicalize-missing -L --logical -P --physical -q --quiet -s --strip --no-symlinks -z --zero ${GNU}`,
        values: '--relative-to --relative-base',
        operands: 'reads',
      },
    },
  },
  {
    names: ['stat'],
    uses: {
      '': {
        flags: `-L --dereference -f --file-system -t --terse ${GNU}`,
        values: '-c --format --printf --cached',
        operands: 'reads',
      },
    },
  },
  {
    names: ['du'],
    uses: {
      '': {
        flags: `-0 --null -a --all --apparent-size -b --bytes -c --total -D -H -h --human-readable --inodes -k -L -l -m -P -S --si -s --summarize -x ${GNU}`,
        values: '-B --block-size -d --max-depth --exclude -t',
        operands: 'reads',
        defaultReads: ['./**'],
      },
    },
  },
  {
    names: ['df'],
    uses: { '': { flags: `-a -h -H -i -k -l -P -T -m ${GNU}`, values: '-B --block-size -t -x', ...NOTHING } },
  },
  {
    names: ['file'],
    uses: {
      '': {
        flags: `-b --brief -h -i --mime --mime-type --mime-encoding -k -L --dereference -N -n -p -r -s -z -0 -v ${GNU}`,
        values: '-F --separator -e -P',
        operands: 'reads',
      },
    },
  },
  {
    names: ['mktemp'],
    uses: {
      '': {
        flags: `-d --directory -u --dry-run -q --quiet -t ${GNU}`,
        values: '--suffix -p',
        optional: '--tmpdir',
        operands: 'text',
        writes: ['/tmp/**', './*'],
        writesOption: ['-p', '--tmpdir'],
        folderVariables: ['TMPDIR'],
      },
    },
  },
  {
    // Its operands are of the form if=… and of=…: whatever they name is allowed for.
    names: ['dd'],
    noOptions: true,
    uses: { '': { operands: 'text', reads: ['/**'], writes: ['/**'] } },
  },
  { names: ['sync'], uses: { '': { flags: `-d -f ${GNU}`, ...NOTHING } } },
];
