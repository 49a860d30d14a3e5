export { CACHE_MOUNT_FACTOR, ESTIMATED_SECONDS, type StepCost } from './costs.js';
export type { Commit, Entry, PathChange } from './history.js';
export {
  addedIgnoreLines,
  type Arm,
  type ArmResult,
  type HistorySource,
  ignoreFilesOf,
  type Range,
  replay,
  type ReplayOptions,
  type ReplayResult,
  type StepResult,
} from './replay.js';
export { planBuild, type Step } from './plan.js';
export { NO_TIMINGS, parseTimings, type Timings } from './timings.js';
export { type ArmSummary, type StepSummary, summariseArm } from './summary.js';
