import type { Rate } from '../batch/queues.js';
import type { Platform } from '../forge/types.js';

/** What `dfix batch` can do. */
export const BATCH_STEPS = [
  'plan',
  'verify',
  'preview',
  'publish',
  'status',
  'merge',
  'close',
  'report',
  'matrix',
] as const;
export type BatchStep = (typeof BATCH_STEPS)[number];

/** The command line of `dfix batch STEP [REPO…]`, checked. */
export interface BatchArguments {
  readonly step: BatchStep;
  /** Undefined: `dfix-batch.yaml` where it is there. */
  readonly campaign: string | undefined;
  /** Folders and globs of folders; none: those of the campaign file. */
  readonly repos: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  /** Lists of the platform to take repositories from. */
  readonly lists: Readonly<Record<'org' | 'group' | 'user' | 'topic' | 'search', string[]>>;
  readonly forks: boolean;
  readonly archived: boolean;
  readonly platform: Platform | undefined;
  readonly baseUrl: string | undefined;
  /** How many repositories are looked at before it stops. */
  readonly canary: number | undefined;
  /** How many repositories are planned beside one another; one for each core when undefined. */
  readonly concurrent: number | undefined;
  /** How many repositories are built beside one another; one when undefined. */
  readonly buildConcurrent: number | undefined;
  /** How many pull requests one run opens or brings up to date at most. */
  readonly maxPrs: number | undefined;
  /** How often the platform is asked for something new. */
  readonly rate: Rate | undefined;
  /** The server of Redis whose workers do the steps; this process when undefined. */
  readonly queue: string | undefined;
  /** Failures do not make the run one that failed. */
  readonly skipErrors: boolean;
  /** Seconds that one repository may take. */
  readonly timeout: number | undefined;
  readonly failed: boolean;
  readonly failFast: boolean;
  readonly json: boolean;
}
