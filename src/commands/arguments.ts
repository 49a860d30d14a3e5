import type { Level } from '../transform/index.js';
import type { EngineName } from '../verify/commands.js';

export type Format = 'text' | 'diff' | 'json' | 'sarif' | 'github' | 'markdown' | 'html';
export const FORMATS: readonly Format[] = ['text', 'diff', 'json', 'sarif', 'github', 'markdown', 'html'];

/** The command line of `dfix [PATH…]`, checked. */
export interface FixArguments {
  /** None: the current folder. `-` alone: standard input. */
  readonly paths: readonly string[];
  readonly write: boolean;
  readonly check: boolean;
  /** Each change is asked about, and what is taken is written. */
  readonly interactive?: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Undefined: as the configuration says, else `review`. */
  readonly allow: Level | undefined;
  readonly format: Format;
  readonly context: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly config: string | undefined;
  /** False: no code that a configuration is or names is loaded. */
  readonly allowCode?: boolean;
  /** Undefined: on a terminal. */
  readonly colour: boolean | undefined;
  readonly quiet: boolean;
  /** How many threads rewrite files; undefined: as many as serve. */
  readonly jobs: number | undefined;
  /** What `dfix verify --save` wrote, and `dfix replay --format json`: figures for `--format html`. */
  readonly proof?: string | undefined;
  readonly history?: string | undefined;
}

export type VerifyFormat = 'text' | 'json' | 'markdown';
export const VERIFY_FORMATS: readonly VerifyFormat[] = ['text', 'json', 'markdown'];

/** The command line of `dfix verify [PATH…]`, checked. */
export interface VerifyArguments extends Omit<FixArguments, 'format' | 'check' | 'jobs'> {
  readonly format: VerifyFormat;
  readonly engine: EngineName | undefined;
  readonly platform: string | undefined;
  readonly secrets: readonly string[];
  readonly network: string | undefined;
  readonly builder: string | undefined;
  readonly smokes: readonly string[];
  readonly http: readonly string[];
  readonly ready: string | undefined;
  /** Seconds that a container may run. */
  readonly timeout: number;
  readonly dryEngine: boolean;
  readonly save: string | undefined;
}
