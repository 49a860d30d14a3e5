import type { AppliedChange } from '../transform/index.js';
import type { Layer } from './layers.js';
import type { Announced, Difference, Step } from './types.js';

export type Standing = 'proven' | 'dropped' | 'not testable';

/** What is known of one change after the proof. */
export interface Verdict {
  readonly change: AppliedChange;
  readonly standing: Standing;
  /** Why it was dropped or cannot be tested; empty for a proven one. */
  readonly reason: string;
}

/** Seconds and what was built of one kind of build. */
export interface Timing {
  readonly kind: 'cold' | 'warm' | 'source touched' | 'manifest touched';
  /** The file that was touched. */
  readonly file: string | undefined;
  readonly before: Timed;
  readonly after: Timed;
}

export interface Timed {
  readonly seconds: number;
  readonly steps: readonly Step[];
}

export interface Measured {
  readonly size: number;
  readonly layers: number;
  /** Those that hold something, oldest first. */
  readonly layerSizes: readonly Layer[];
}

/** What `dfix verify` found out about one Dockerfile. */
export interface Proof {
  /** `proven`: all of the rewrite. `partly`: some of it was dropped or cannot be tested. `nothing`: no change to prove, or none left. */
  readonly outcome: 'proven' | 'partly' | 'nothing';
  readonly verdicts: readonly Verdict[];
  /** The Dockerfile with what is left. */
  readonly output: string;
  /** The ignore file with what is left. */
  readonly ignore: string | undefined;
  /** Takes the changes that are left, in another run of the transforms over the same text. */
  accepts(change: AppliedChange): boolean;
  readonly before: Measured | undefined;
  readonly after: Measured | undefined;
  readonly timings: readonly Timing[];
  readonly announced: readonly Announced[];
  /** What was left unexplained in the whole rewrite; empty when it passed at once. */
  readonly unexplained: readonly Difference[];
  /** Differences between two builds of the original, which are set aside. */
  readonly noise: number;
  /** What was run: `command`, smoke commands, requests; empty for "built, not run". */
  readonly ran: readonly string[];
  readonly notes: readonly string[];
  /** How many rewrites were built. */
  readonly trials: number;
}
