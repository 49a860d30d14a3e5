/**
 * What the operands (words that are no options) of a command are:
 * `packages`  names that a package manager resolves (a word with `/`, starting with `.` or ending as `packageFiles` says is a path that is read);
 * `reads`     paths that are read; `writes` paths that are created or changed; `removes` paths that go away;
 * `copies`    all but the last are read, the last is written; `moves` all but the last are removed, the last is written
 *             (with a `targetOption` all are sources, and a single operand has the current directory as destination);
 * `updates`   paths that are read and changed (chmod, sed -i);
 * `text`      neither paths nor packages: no effect of their own;
 * `script`    the first is a program file that is read and run: what it does is not known (opaque);
 * `command`   the operands are a command of their own (a wrapper such as `exec`).
 */
type OperandRole =
  'packages' | 'reads' | 'writes' | 'removes' | 'copies' | 'moves' | 'updates' | 'text' | 'script' | 'command';

/**
 * What one use of a tool (a subcommand, or the tool itself) does. Paths are globs: `~` is HOME, `.` the current directory
 * or where `directoryOption` points; `/**` holds the folder itself and all below.
 * Standard input and output (`-` as a path too), the program's own files and libraries, and temporary files are left out.
 */
export interface UseModel {
  /** Options without a value, separated by blanks: `-y --yes -q`. Clustered short options (`-yq`) are taken apart. */
  readonly flags?: string;
  /** Options with a value (`-o X`, `--option X`, `--option=X`, `-oX`), separated by blanks. */
  readonly values?: string;
  /** Options that may have a value, which is then glued to the name: `-j4`, `-i.bak`, `--color=auto`. */
  readonly optional?: string;
  readonly operands?: OperandRole;
  /** The first operand is not like the others (sed's script, chmod's mode, chown's owner, grep's pattern): how many to skip. */
  readonly skip?: number;
  /** Options that stand for the operands of `skip`: with `sed -e` every operand is a file. */
  readonly skipUnless?: readonly string[];
  /** What is read and written whatever the operands are. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /**
   * Also writes other names in the folders of the operands and options that it writes: `gunzip a.gz` writes `a`. Options:
   * only where one of them has a value (`sed -i.bak`).
   */
  readonly writesBeside?: boolean | readonly string[];
  /** What is read or written when no operand is left after `skip`: `ls` reads `.`. */
  readonly defaultReads?: readonly string[];
  readonly defaultWrites?: readonly string[];
  /** Options whose value is a path that is read, written, or both; a folder with all below. */
  readonly readsOption?: readonly string[];
  readonly writesOption?: readonly string[];
  /** Those of `readsOption` whose file, as one that is an operand to read, may name others below its folder: requirements. */
  readonly readsBeside?: readonly string[];
  /** The option whose value moves the directory that the command works in (`-C`, `--prefix`, `--cwd`): all paths are below it. */
  readonly directoryOption?: readonly string[];
  /** The option whose value is the destination, instead of the current directory or the last operand (`tar -C`, `cp -t`); written. */
  readonly targetOption?: readonly string[];
  /** The option whose value is a manifest: it is read, and its folder is the directory that the command works in (`mvn -f`). */
  readonly manifestOption?: readonly string[];
  /** Ends of words that make a `packages` operand a file: `.rpm`. */
  readonly packageFiles?: readonly string[];
  /** A `packages` operand with a slash in it is a path. */
  readonly slashIsPath?: boolean;
  readonly network?: boolean;
  /** Environment variables that change what it does, beyond PATH and HOME; `npm_config_*` is a prefix, `*` all of them. */
  readonly environment?: readonly string[];
  /** Environment variables whose value, when set, is a folder or a file that is taken to be read and written as well: `GOPATH`. */
  readonly folderVariables?: readonly string[];
  /** Also reads and writes the folder above the program's `bin`: `/opt/venv` of `/opt/venv/bin/pip`; by name, that of any PATH entry. */
  readonly writesPrefix?: boolean;
  /** Runs scripts that the project (or its packages) may define; `reads`, `writes` and `environment` allow for them. */
  readonly runsProjectScripts?: boolean;
  /** When project facts show that no script runs, these take the place of `./**` in `reads` … */
  readonly manifests?: readonly string[];
  /** … and these the place of `./**` in `writes`. */
  readonly products?: readonly string[];
  /** Options that make this use another one, by key of `uses` (`-g` of `npm install`); a value may be asked for: `-exec rm`. */
  readonly modes?: Readonly<Record<string, string>>;
  /** Another use, by key of `uses`, where all operands look so and none of some options stands there: `go install a.b/c@v1`. */
  readonly operandsLike?: { readonly pattern: RegExp; readonly unless: readonly string[]; readonly use: string };
  /** Uses for code of a known form that an option's value holds, by key of `uses`. */
  readonly code?: readonly {
    readonly options: readonly string[];
    readonly isKnown: (code: string) => boolean;
    readonly use: string;
  }[];
  /** Options that turn this use into something not modelled: the command is then opaque. */
  readonly opaqueOption?: readonly string[];
  /** Known to run code that is not seen (a build script, a plugin): `opaque` reads and writes everything. */
  readonly opaque?: string;
}

/**
 * A command-line tool; `uses` is keyed by subcommand (`install`, `mod download`), `''` without one, `*` for any other.
 * A key that holds an option (`-x`, `install -g`) is reached by `modes` only; where several are, the first in `uses` counts.
 */
export interface ToolModel {
  readonly names: readonly string[];
  /** Options that may stand before the subcommand. */
  readonly flags?: string;
  readonly values?: string;
  readonly optional?: string;
  readonly directoryOption?: readonly string[];
  readonly uses: Readonly<Record<string, UseModel>>;
  /** Environment that every use reads. */
  readonly environment?: readonly string[];
  /** Options of many letters behind one dash (`find -name`, `go build -ldflags`): never taken apart. */
  readonly singleDash?: boolean;
  /** The first word may be a cluster of options without a dash: `tar xzf a.tgz`. */
  readonly bundled?: boolean;
  /** A flag may be followed by the word `true` or `false`: npm. */
  readonly booleanWords?: boolean;
  /** Options end at the first operand; what follows belongs to the program that it names: `python3 x.py --version`. */
  readonly optionsFirst?: boolean;
  /** No word is an option: echo. */
  readonly noOptions?: boolean;
  /** Options followed by a command up to `;` or `+`; their value is its program name. */
  readonly commandOptions?: string;
  /** Also counts below other folders than the system's: `/opt/venv/bin/pip`, `$CONDA_DIR/bin/conda`, `./mvnw`. */
  readonly elsewhere?: boolean;
  /** The subcommand after which several others stand, between commas or `+`: `mix do deps.get + compile`. */
  readonly chain?: string;
  /** Modules that are tools: `python3 -m pip` is `pip`. */
  readonly modules?: readonly string[];
  /** Program files that are tools: `php composer.phar` is `composer`; `--` for a program on standard input, told by its options. */
  readonly programs?: Readonly<Record<string, string>>;
}
