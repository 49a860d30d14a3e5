export { configuredIn } from './moving.js';
export { frontendProblem } from './frontend.js';
export type { FirstRun } from './later-runs.js';
export { copiedOut, readElsewhere, takersFrom } from './guards.js';
export { type CleanableRun, cleanableRuns, endProblem, isMounted, likelyHome, removesLater } from './cleaning.js';
export { proposeAllMounts } from './plan.js';
export type { Preparation, Prepare } from './preparation.js';
export { isShipped, reachesImage } from './shipped.js';
export { PathIndex } from './path-index.js';
export { type Relation, relationTo } from './paths.js';
export type { Site } from './site.js';
export { type CacheFolder, type CacheManager, VERSION, type Wrapping } from './types.js';
export { type Run, runAt, runsIn, runsOf, type Use } from './uses.js';
export {
  APT_LISTS,
  firstListRead,
  installsInTrigger,
  isApt,
  isInstall,
  isListRemoval,
  isUpdate,
  mayInstallUnseen,
  mayReadEarlierLists,
  mountsLists,
  readsEarlierLists,
  readsLists,
  readsListsInTrigger,
  removesLists,
} from './apt.js';
export { isRooted, joinReason, needsNoDirectory, notAppendable, notExtendable } from './merging.js';
export { goMinor } from './go-version.js';
export { readAtRunTime } from './run-time-readers.js';
export { yarnVersion } from './yarn-version.js';
