import { NOTHING, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const GNU = '--version --help';
const locale = ['LANG', 'LC_*'];
const reads = (flags: string, values = '', extra: UseModel = {}): Readonly<Record<string, UseModel>> => ({
  '': { flags: `${flags} ${GNU}`, values, operands: 'reads', environment: locale, ...extra },
});

/** Files that a script itself names (`r`, `w`) are not seen. */
const sed: UseModel = {
  flags: `-n --quiet --silent --debug --follow-symlinks --posix -E -r --regexp-extended -s --separate --sandbox -u --unbuffered -z --null-data ${GNU}`,
  values: '-e --expression -f --file -l --line-length',
  optional: '-i --in-place',
  operands: 'reads',
  skip: 1,
  skipUnless: ['-e', '--expression', '-f', '--file'],
  readsOption: ['-f', '--file'],
  environment: locale,
  modes: { '-i': '-i', '--in-place': '-i' },
};
const grepFlags =
  `-V -E --extended-regexp -F --fixed-strings -G --basic-regexp -P --perl-regexp -i --ignore-case -y -v --invert-match -w --word-regexp -x --line-regexp -c --count -L --files-without-match -l --files-with-matches ` +
  `-o --only-matching -q --quiet --silent -s --no-messages -b -H --with-filename -h --no-filename -n --line-number -T -Z --null -a --text -I --line-buffered -U -z --null-data ${GNU}`;
const grep: UseModel = {
  flags: `${grepFlags} -r --recursive -R --dereference-recursive`,
  values:
    '-e --regexp -f --file -m --max-count --label -A --after-context -B --before-context -C --context --binary-files -D --devices -d --directories --exclude --exclude-from --exclude-dir --include',
  optional: '--color --colour',
  operands: 'reads',
  skip: 1,
  skipUnless: ['-e', '--regexp', '-f', '--file'],
  readsOption: ['-f', '--file', '--exclude-from'],
  environment: ['GREP_*', ...locale],
  modes: { '-r': '-r', '-R': '-r', '--recursive': '-r', '--dereference-recursive': '-r' },
};
const awk: UseModel = {
  flags: `-W ${GNU} -P --posix -r --re-interval -c -n -N -O -s -S -t`,
  values: '-F --field-separator -v --assign',
  operands: 'reads',
  skip: 1,
  environment: locale,
  opaqueOption: ['-f', '--file', '-i', '--include', '-l', '--load', '-e', '--source', '-E', '--exec'],
};

/** Filters of coreutils(1), sed(1), grep(1), awk(1), diff(1), patch(1), jq(1). */
export const textTools: readonly ToolModel[] = [
  { names: ['cat', 'tac'], uses: reads('-A -b -e -E -n -s -t -T -u -v --number --show-all') },
  { names: ['head'], uses: reads('-q --quiet --silent -v --verbose -z -1 -2 -3 -5 -10', '-c --bytes -n --lines') },
  {
    names: ['tail'],
    uses: reads('-F -q --quiet --silent --retry -v --verbose -z -1 -2 -3 -5 -10 -f', '-c --bytes -n --lines -s --pid', {
      optional: '--follow',
    }),
  },
  { names: ['wc'], uses: reads('-c --bytes -m --chars -l --lines -L -w --words') },
  {
    names: ['cut'],
    uses: reads(
      '-n --complement -s --only-delimited -z',
      '-b --bytes -c --characters -d --delimiter -f --fields --output-delimiter',
    ),
  },
  {
    names: ['sort'],
    uses: reads(
      '-b -d -f -g -i -M -h -n -R -r -V --version-sort --numeric-sort --reverse -m -s -u --unique -z -c -C',
      '-k --key -o --output -S -t --field-separator -T --parallel --sort',
      { writesOption: ['-o', '--output'] },
    ),
  },
  {
    names: ['uniq'],
    uses: {
      '': {
        flags: `-c --count -d --repeated -D -i --ignore-case -u --unique -z ${GNU}`,
        values: '-f -s -w',
        operands: 'updates',
        environment: locale,
      },
    },
  },
  {
    names: ['tr'],
    uses: { '': { flags: `-c -C --complement -d --delete -s --squeeze-repeats -t ${GNU}`, ...NOTHING } },
  },
  {
    names: ['tee'],
    uses: { '': { flags: `-a --append -i -p ${GNU}`, optional: '--output-error', operands: 'updates' } },
  },
  { names: ['sponge'], uses: { '': { flags: '-a', operands: 'updates' } } },
  {
    names: [
      'paste',
      'column',
      'fold',
      'fmt',
      'nl',
      'rev',
      'strings',
      'od',
      'hexdump',
      'xxd',
      'base64',
      'comm',
      'join',
      'expand',
      'more',
      'less',
      'iconv',
      'cksum',
    ],
    uses: reads('-d -D --decode -i -n -s -t -1 -2 -3 -r -p -a -c', '-w --wrap -f -l -F'),
  },
  {
    names: ['md5sum', 'sha1sum', 'sha224sum', 'sha256sum', 'sha384sum', 'sha512sum', 'shasum', 'b2sum'],
    uses: {
      '-c': {
        flags:
          '-b --binary -c --check --tag -t --text -z --zero --ignore-missing --quiet --status --strict -s -w --warn',
        values: '-a --algorithm',
        operands: 'reads',
        reads: ['./**'],
      },
      ...reads(
        '-b --binary -c --check --tag -t --text -z --zero --ignore-missing --quiet --status --strict -s -w --warn',
        '-a --algorithm',
        { modes: { '-c': '-c', '--check': '-c' } },
      ),
    },
  },
  {
    names: ['sed', 'gsed'],
    uses: { '-i': { ...sed, operands: 'updates', writesBeside: ['-i', '--in-place'] }, '': sed },
  },
  {
    names: ['grep', 'egrep', 'fgrep', 'zgrep'],
    uses: { '-r': { ...grep, defaultReads: ['./**'], modes: {} }, '': grep },
  },
  { names: ['awk', 'gawk', 'mawk', 'nawk'], uses: { '--version': NOTHING, '': { ...awk, modes: VERSION_MODES } } },
  {
    names: ['diff', 'cmp'],
    uses: reads(
      '-q --brief --suppress-common-lines -s --silent --quiet -r --recursive -N --new-file -u -c -w -b -B -i -a -y -n -e',
      '-U --unified -C --context -x --exclude',
      { optional: '--color', readsOption: [] },
    ),
  },
  {
    names: ['patch'],
    uses: {
      '': {
        flags:
          '-b --backup --backup-if-mismatch --no-backup-if-mismatch --binary -c --context -E --remove-empty-files -e -f --force -l --ignore-whitespace -N --forward -n -R --reverse -s --silent --quiet -t --batch -T -u --unified -Z --dry-run --verbose --posix -v --version --help',
        values:
          '-p --strip -d --directory -i --input -o --output -r --reject-file -F --fuzz -D -B -V -Y -z --suffix -g',
        operands: 'updates',
        reads: ['./**'],
        writes: ['./**'],
        readsOption: ['-i', '--input'],
        writesOption: ['-o', '--output', '-r', '--reject-file'],
        directoryOption: ['-d', '--directory'],
        environment: ['POSIXLY_CORRECT', 'PATCH_*', 'SIMPLE_BACKUP_SUFFIX', 'VERSION_CONTROL'],
      },
    },
  },
  {
    names: ['dos2unix', 'unix2dos'],
    uses: {
      '': { flags: '-q --quiet -k --keepdate -f --force -v', operands: 'updates', opaqueOption: ['-n', '--newfile'] },
    },
  },
  {
    names: ['jq'],
    uses: {
      '': {
        flags:
          '-r --raw-output -c --compact-output -n --null-input -e --exit-status -s --slurp -S --sort-keys -M -C -a -j --join-output -R --raw-input --tab',
        values: '--indent',
        operands: 'reads',
        skip: 1,
      },
    },
  },
  { names: ['envsubst'], uses: { '': { flags: '-v -h -V', operands: 'text', environment: ['*'] } } },
];
