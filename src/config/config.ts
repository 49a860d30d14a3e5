export const PRESETS = ['default', 'all', 'none'] as const;
export const LEVELS = ['safe', 'review', 'unsafe'] as const;

/** Per transform: off, on, or on with these options. */
export type TransformSettings = Readonly<Record<string, boolean | Readonly<Record<string, unknown>>>>;

/** What may also be said for some files only. */
export interface Selection {
  /** Which transforms run to begin with. */
  readonly preset?: (typeof PRESETS)[number];
  /** The highest level of change that is made. */
  readonly allow?: (typeof LEVELS)[number];
  /** Only these transforms run. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly transforms?: TransformSettings;
}

/** Settings for the files that one of the globs matches, relative to the configuration file. */
interface Override extends Selection {
  readonly files: readonly string[];
}

/** A `dfix.config.*` file, or the `dfix` key of a package.json. */
export interface Config extends Selection {
  /** Own transforms: names of packages, or paths that begin with `./` or `../`. */
  readonly use?: readonly string[];
  /** Later overrides win. */
  readonly overrides?: readonly Override[];
  /** The build context, a folder relative to the configuration file. */
  readonly context?: string;
  /** The stage that is built. */
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** The configuration of one file: overrides are merged in. */
export type ResolvedConfig = Omit<Config, 'overrides'>;
