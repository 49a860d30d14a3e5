/** A program that runs the command given as its operands. */
export interface Wrapper {
  readonly flags?: string;
  readonly values?: string;
  readonly optional?: string;
  /** Operands before the command. */
  readonly skip?: number;
  /** `A=b` words may stand before the command. */
  readonly assigns?: boolean;
  /** Where the user stands that the command runs as: an option's value, or the first operand. */
  readonly user?: readonly string[] | 'operand';
  /** The user when no option names one. */
  readonly otherwise?: string;
}

const plain: Wrapper = {};
const asUser: Wrapper = { skip: 1, user: 'operand' };

/**
 * Wrappers by name; with an option that is not listed (one that moves the directory or reads a file, say) the command is
 * not seen through. Sources: sudo(8), env(1), time(1), nice(1), timeout(1), xargs(1), stdbuf(1), gosu, su-exec, tini, dumb-init.
 */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      flags: '-E -H -n -S -i -s -k -P -b --login --non-interactive --set-home --stdin --shell',
      values: '-u -g -p -C --user --group --prompt',
      optional: '--preserve-env',
      assigns: true,
      user: ['-u', '--user'],
      otherwise: 'root',
    },
  ],
  ['env', { flags: '-i --ignore-environment -', values: '-u --unset', assigns: true }],
  ['time', { flags: '-p -v' }],
  ['exec', { flags: '-c -l', values: '-a' }],
  ['command', { flags: '-p' }],
  ['builtin', plain],
  ['nice', { flags: '-0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -10 -15 -19 -20', values: '-n --adjustment' }],
  ['ionice', { flags: '-t', values: '-c -n' }],
  ['nohup', plain],
  ['eatmydata', plain],
  ['catchsegv', plain],
  ['timeout', { flags: '--preserve-status --foreground -v --verbose', values: '-s -k --signal --kill-after', skip: 1 }],
  ['gosu', asUser],
  ['su-exec', asUser],
  ['setuser', asUser],
  ['s6-setuidgid', asUser],
  ['chpst', { values: '-u', user: ['-u'] }],
  [
    'xargs',
    {
      flags: '-0 -r -t -p -x --null --no-run-if-empty --verbose',
      values: '-n -I -L -P -d -E -s --max-args --max-procs --delimiter --max-lines',
      optional: '-i -l',
    },
  ],
  ['setarch', { flags: '-R', skip: 1 }],
  ['linux32', plain],
  ['linux64', plain],
  ['stdbuf', { values: '-i -o -e --input --output --error' }],
  ['tini', { flags: '-g -s -v -w', values: '-e -p' }],
  ['dumb-init', { flags: '-v -c --single-child', values: '--rewrite' }],
  ['xvfb-run', { flags: '-a --auto-servernum -l', values: '-n --server-num -s --server-args' }],
  ['cross-env', { assigns: true }],
]);

/** Package managers that `corepack` runs: `corepack pnpm install`. */
export const corepackTools: ReadonlySet<string> = new Set(['npm', 'npx', 'yarn', 'pnpm', 'pnpx']);
