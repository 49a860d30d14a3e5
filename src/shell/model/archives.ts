import { NOTHING, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const tarFlags =
  '-A --catenate --concatenate -c --create -d --diff --compare --delete -r --append -t --list --test-label -u --update -x --extract --get -G --incremental --ignore-failed-read -n --seek -S --sparse -k --keep-old-files ' +
  '--keep-newer-files --keep-directory-symlink --no-overwrite-dir --overwrite --overwrite-dir --recursive-unlink --remove-files --skip-old-files -U --unlink-first -W --verify -O --to-stdout --delay-directory-restore -m --touch ' +
  '--no-same-owner --no-same-permissions --numeric-owner -o -p --preserve-permissions --same-permissions --same-owner -s --preserve-order --no-acls --acls --selinux --no-selinux --xattrs --no-xattrs --force-local -M --multi-volume ' +
  '-B --read-full-records -i --ignore-zeros --old-archive --portability --posix -a --auto-compress -j --bzip2 -J --xz --lzip --lzma --lzop --zstd --no-auto-compress -z --gzip --gunzip --ungzip -Z --compress --uncompress --null ' +
  '--exclude-backups --exclude-caches --exclude-vcs --exclude-vcs-ignores -h --dereference --hard-dereference --no-recursion --one-file-system -P --absolute-names --recursion --anchored --no-anchored --wildcards --no-wildcards ' +
  '--wildcards-match-slash --no-wildcards-match-slash --ignore-case --full-time -l --check-links -R --block-number --utc -v --verbose -w --interactive --version --help';
const tarValues =
  '-g --listed-incremental --group --group-map --mode --mtime --owner --owner-map --sort --xattrs-exclude --xattrs-include -f --file --rsh-command -F --info-script --new-volume-script -L --tape-length -b --blocking-factor --record-size ' +
  '-H --format --pax-option -V --label -I --use-compress-program --add-file -C --directory --exclude --exclude-tag -K --starting-file --newer-mtime -N --newer --after-date --suffix -T --files-from -X --exclude-from --strip-components ' +
  '--transform --xform --index-file --quoting-style --warning --to-command --strip --strip-path';
const directory = ['-C', '--directory'];
const extract: UseModel = {
  operands: 'text',
  writes: ['./**'],
  targetOption: directory,
  readsOption: ['-f', '--file', '-T', '--files-from', '-X', '--exclude-from'],
  environment: ['TAR_OPTIONS', 'GZIP', 'XZ_*', 'BZIP2'],
};
const list: UseModel = { ...extract, writes: [], targetOption: [] };
const create: UseModel = {
  operands: 'reads',
  readsOption: ['-T', '--files-from', '-X', '--exclude-from', '--add-file'],
  writesOption: ['-f', '--file'],
  environment: ['TAR_OPTIONS', 'GZIP', 'XZ_*', 'BZIP2'],
  opaqueOption: [...directory, '--remove-files'],
};

const compress: UseModel = {
  flags:
    '-a --ascii -c --stdout --to-stdout -d --decompress --uncompress -f --force -h --help -k --keep -l --list -L --license -n --no-name -N --name -q --quiet -r --recursive --synchronous -t --test -v --verbose -V --version ' +
    '-1 -2 -3 -4 -5 -6 -7 -8 -9 --fast --best --rsyncable -z --compress -s --small -e --extreme -0 --single-stream --no-sparse --ignore-check -Q --no-warn --rm',
  values: '-S --suffix -F --format -C --check -M --memlimit -T --threads -D',
  operands: 'updates',
  writesBeside: true,
  environment: ['GZIP', 'XZ_*', 'BZIP2', 'BZIP', 'ZSTD_*'],
  modes: { '-c': '-c', '--stdout': '-c', '--to-stdout': '-c', '-t': '-c', '--test': '-c', '-l': '-c', '--list': '-c' },
};
const toOutput: UseModel = { ...compress, operands: 'reads', writesBeside: false, modes: {} };

/** tar(1) of GNU, busybox and bsdtar's common part; unzip(1), zip(1), gzip(1), bzip2(1), xz(1), cpio(1), 7z. */
export const archives: readonly ToolModel[] = [
  {
    names: ['tar', 'gtar', 'bsdtar'],
    bundled: true,
    flags: tarFlags,
    values: tarValues,
    optional: '--one-top-level --backup --checkpoint --totals --occurrence --checkpoint-action --atime-preserve',
    uses: {
      '': {
        ...NOTHING,
        modes: {
          '-x': '-x',
          '--extract': '-x',
          '--get': '-x',
          '-c': '-c',
          '--create': '-c',
          '-r': '-c',
          '--append': '-c',
          '-u': '-c',
          '--update': '-c',
          '-t': '-t',
          '--list': '-t',
          '-d': '-t',
          ...VERSION_MODES,
        },
        opaque: 'tar without an operation',
      },
      '--version': NOTHING,
      '-O': list,
      '-x': {
        ...extract,
        modes: { '-O': '-O', '--to-stdout': '-O' },
        opaqueOption: ['--to-command', '--use-compress-program', '-I', '-P', '--absolute-names', '--index-file'],
      },
      '-c': create,
      '-t': list,
    },
  },
  {
    names: ['unzip'],
    uses: {
      '-l': { flags: '-l -v -p -c -t -Z -z -q -qq -1 -a -C', operands: 'reads', environment: ['UNZIP'] },
      '': {
        flags: '-a -aa -b -B -C -D -DD -f -j -J -K -L -LL -M -n -o -q -qq -qqq -s -u -U -UU -V -W -X -: -^',
        values: '-d -P -x -I -O',
        operands: 'reads',
        writes: ['./**'],
        environment: ['UNZIP', 'UNZIPOPT'],
        targetOption: ['-d'],
        modes: { '-l': '-l', '-v': '-l', '-p': '-l', '-c': '-l', '-t': '-l', '-Z': '-l' },
      },
    },
  },
  {
    names: ['zip'],
    uses: {
      '': {
        flags:
          '-a -A -AS -B -c -C -d -D -e -f -F -FF -FS -g -h -j -J -k -l -ll -L -o -p -q -r -R -S -T -u -v -w -X -y -z -0 -1 -2 -3 -4 -5 -6 -7 -8 -9 --quiet --recurse-paths --junk-paths --symlinks --no-extra --delete',
        values: '-x --exclude -i --include -P --password -b -t -n -s -Z',
        operands: 'updates',
        opaqueOption: ['-x', '--exclude', '-i', '--include'],
        environment: ['ZIPOPT'],
      },
    },
  },
  {
    names: [
      'gzip',
      'gunzip',
      'bzip2',
      'bunzip2',
      'xz',
      'unxz',
      'lzma',
      'unlzma',
      'zstd',
      'unzstd',
      'lz4',
      'pigz',
      'unpigz',
      'pbzip2',
      'compress',
      'uncompress',
      'lzip',
    ],
    uses: { '-c': toOutput, '': compress },
  },
  {
    names: ['zcat', 'bzcat', 'xzcat', 'zstdcat', 'gzcat', 'lzcat'],
    uses: { '': { flags: '-f -q -k', operands: 'reads' } },
  },
  {
    names: ['7z', '7za', '7zr', 'unrar', 'p7zip'],
    singleDash: true,
    uses: { '': { ...NOTHING, opaque: 'archive commands that are not modelled' } },
  },
  {
    names: ['cpio'],
    flags:
      '-i --extract -o --create -p --pass-through -d --make-directories -m --preserve-modification-time -v --verbose -u --unconditional -t --list -0 --null --quiet --no-absolute-filenames',
    values: '-H --format -D --directory -R --owner -F --file -O -I',
    uses: {
      '': {
        operands: 'text',
        reads: ['./**'],
        writes: ['./**'],
        opaqueOption: ['-p', '--pass-through', '-o', '--create', '-D', '--directory', '-F', '--file', '-O', '-I'],
      },
    },
  },
];
