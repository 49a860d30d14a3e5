import type { AppliedChange, RunResult } from '../transform/index.js';

/** A rewrite with the ignore file that goes with it. */
export interface Candidate {
  readonly result: RunResult;
  readonly ignore: string | undefined;
}

/** What is to be proven, and how. */
export interface ProveInput {
  /** The rewrite with those changes only that the test takes. */
  rewrite(accepts: ((change: AppliedChange) => boolean) | undefined): Candidate;
  /** The ignore file of the original. */
  readonly ignore: string | undefined;
  readonly target: string | undefined;
  /** A word that no other run has, for cache ids. */
  readonly id: string;
  readonly smokes: readonly string[];
  readonly http: readonly string[];
  readonly ready: string | undefined;
  /** Seconds that a container may run. */
  readonly timeout: number;
  /** Where the original's COPY and ADD put files: absolute, folders with a final slash. */
  readonly copied: readonly string[];
  /** Whether a transform changes bases or stages: then the comparison is the application's. */
  changesBase(change: AppliedChange): boolean;
}
