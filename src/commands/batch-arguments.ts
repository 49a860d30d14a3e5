/** What `dfix batch` can do so far. */
export const BATCH_STEPS = ['plan', 'status'] as const;
export type BatchStep = (typeof BATCH_STEPS)[number];

/** The command line of `dfix batch STEP [REPO…]`, checked. */
export interface BatchArguments {
  readonly step: BatchStep;
  /** Undefined: `dfix-batch.yaml` where it is there. */
  readonly campaign: string | undefined;
  /** Folders and globs of folders; none: those of the campaign file. */
  readonly repos: readonly string[];
  readonly exclude: readonly string[];
  /** How many repositories are looked at before it stops. */
  readonly canary: number | undefined;
  /** How many repositories are planned beside one another; one for each core when undefined. */
  readonly concurrent: number | undefined;
  /** Seconds that one repository may take. */
  readonly timeout: number | undefined;
  readonly failed: boolean;
  readonly failFast: boolean;
  readonly json: boolean;
}
