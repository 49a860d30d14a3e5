import { NOTHING } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const text = (names: readonly string[]): ToolModel => ({ names, noOptions: true, uses: { '': NOTHING } });

/** Operators of test(1): a file's operator takes its path. */
const test: UseModel = {
  flags: '-a -o -eq -ne -lt -le -gt -ge -nt -ot -ef',
  values: '-z -n -e -f -d -r -w -x -s -L -h -S -p -b -c -g -u -k -O -G -N -t -v -R',
  operands: 'text',
  reads: ['/etc/group'],
  readsOption: ['-e', '-f', '-d', '-r', '-w', '-x', '-s', '-L', '-h', '-S', '-p', '-b', '-c', '-g', '-u', '-k', '-O', '-G', '-N'],
  opaqueOption: ['-nt', '-ot', '-ef'],
};

/** Commands of sh(1) and bash(1) and the small programs that only compute. `cd` and `export` change the state of the script, not files. */
export const shellWords: readonly ToolModel[] = [
  text(['echo', 'printf', 'true', 'false', ':', 'exit', 'return', 'break', 'continue', 'export', 'unset', 'readonly', 'local', 'declare', 'typeset', 'let', 'shift', 'expr', 'seq', 'basename', 'dirname', 'sleep', 'umask', 'ulimit', 'hash', 'wait', 'type', 'times', 'getopts', 'yes', 'read', 'cd', 'pushd', 'popd', 'dirs', 'set', 'pwd', 'mapfile', 'jobs', 'disown', 'kill', 'pkill', 'killall', 'sysctl']),
  { names: ['test', '[', '[['], singleDash: true, uses: { '': test } },
  { names: ['command'], uses: { '': { flags: '-v -V', ...NOTHING } } },
  { names: ['which', 'whereis'], uses: { '': { flags: '-a -s', ...NOTHING } } },
  { names: ['date'], uses: { '': { flags: '-R --rfc-email -u --utc --universal --version --help', values: '-d --date -r --reference --rfc-3339', optional: '-I --iso-8601', operands: 'text', reads: ['/etc/localtime', '/etc/timezone'], readsOption: ['-r', '--reference'], environment: ['TZ', 'LANG', 'LC_*', 'SOURCE_DATE_EPOCH'] } } },
  { names: ['uname', 'arch'], uses: { '': { flags: '-a --all -s -n -r -v -m -p -i -o --kernel-name --kernel-release --machine', ...NOTHING } } },
  { names: ['nproc'], uses: { '': { flags: '--all', values: '--ignore', operands: 'text', environment: ['OMP_NUM_THREADS', 'OMP_THREAD_LIMIT'] } } },
  { names: ['getconf'], uses: { '': { flags: '-a', values: '-v', ...NOTHING } } },
  { names: ['env', 'printenv'], uses: { '': { flags: '-0 --null', operands: 'text', environment: ['*'] } } },
  { names: ['hostname'], uses: { '': { flags: '-f -s -i -I -d -A', operands: 'text', reads: ['/etc/hostname', '/etc/hosts'] } } },
  { names: ['tty', 'stty', 'clear', 'reset', 'tput', 'ps', 'top', 'free', 'uptime', 'id', 'whoami', 'groups', 'logname'], noOptions: true, uses: { '': { operands: 'text', reads: ['/etc/passwd', '/etc/group'] } } },
  { names: ['source', '.'], noOptions: true, uses: { '': { operands: 'script', opaque: 'runs a file in this shell' } } },
  { names: ['eval'], noOptions: true, uses: { '': { opaque: 'runs computed text as commands' } } },
  { names: ['trap'], noOptions: true, uses: { '': { opaque: 'sets a command that runs later' } } },
  { names: ['alias', 'unalias', 'shopt', 'enable', 'complete', 'builtin', 'exec', 'coproc', 'bind'], noOptions: true, uses: { '': { opaque: 'changes how the shell reads commands' } } },
];
