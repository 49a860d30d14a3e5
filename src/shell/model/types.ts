/**
 * What the operands (words that are no options) of a command are:
 * `packages`  names that a package manager resolves (a word with `/`, or starting with `.`, is a path that is read);
 * `reads`     paths that are read; `writes` paths that are created or changed; `removes` paths that go away;
 * `copies`    all but the last are read, the last is written; `moves` all but the last are removed, the last is written;
 * `updates`   paths that are read and changed (chmod, sed -i);
 * `text`      neither paths nor packages: no effect of their own;
 * `script`    the first is a program file that is read and run: what it does is not known (opaque);
 * `command`   the operands are a command of their own (a wrapper such as `exec`).
 */
export type OperandRole =
  'packages' | 'reads' | 'writes' | 'removes' | 'copies' | 'moves' | 'updates' | 'text' | 'script' | 'command';

/** What one use of a tool (a subcommand, or the tool itself) does. Paths are globs; `~` is HOME, `.` the current directory. */
export interface UseModel {
  /** Options without a value, separated by blanks: `-y --yes -q`. Clustered short options (`-yq`) are taken apart. */
  readonly flags?: string;
  /** Options with a value (`-o X`, `--option X`, `--option=X`, `-oX`), separated by blanks. */
  readonly values?: string;
  readonly operands?: OperandRole;
  /** The first operand is not like the others (sed's script, chmod's mode, chown's owner, grep's pattern): how many to skip. */
  readonly skip?: number;
  /** The operands' role when there are none, e.g. `reads` of `.`. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Options whose value is a path that is read, written, or both. */
  readonly readsOption?: readonly string[];
  readonly writesOption?: readonly string[];
  /** The option whose value moves the directory that the command works in (`-C`, `--prefix`, `--cwd`). */
  readonly directoryOption?: readonly string[];
  readonly network?: boolean;
  /** Environment variables that change what it does, beyond PATH and HOME; `npm_config_*` is a prefix. */
  readonly environment?: readonly string[];
  /** Options that turn this use into something not modelled: the command is then opaque. */
  readonly opaqueOption?: readonly string[];
  /** Known to run code that is not seen (a build script, a plugin): `opaque` reads and writes everything. */
  readonly opaque?: string;
}

/** A command-line tool; `uses` is keyed by subcommand (`install`, `mod download`), `''` without one, `*` for any other. */
export interface ToolModel {
  readonly names: readonly string[];
  /** Options that may stand before the subcommand. */
  readonly flags?: string;
  readonly values?: string;
  readonly directoryOption?: readonly string[];
  readonly uses: Readonly<Record<string, UseModel>>;
  /** Environment that every use reads. */
  readonly environment?: readonly string[];
}
