import type { Level } from '../transform/index.js';

export type Format = 'text' | 'diff' | 'json';
export const FORMATS: readonly Format[] = ['text', 'diff', 'json'];

/** The command line of `dfix [PATH…]`, checked. */
export interface FixArguments {
  /** None: the current folder. `-` alone: standard input. */
  readonly paths: readonly string[];
  readonly write: boolean;
  readonly check: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Undefined: as the configuration says, else `review`. */
  readonly allow: Level | undefined;
  readonly format: Format;
  readonly context: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly config: string | undefined;
  /** Undefined: on a terminal. */
  readonly colour: boolean | undefined;
  readonly quiet: boolean;
}
