export { type CopiedFile, readCopiedFiles } from './copied-files.js';
export { buildsOnStart, reachedDevDependency, unseenDevDependency } from './dev-dependencies.js';
export { withoutDevelopment } from './development.js';
export { copiesFrom, finalPaths } from './final-paths.js';
export { readStart, type Start, type StartSite } from './node-start.js';
export { developmentWord, devcontainerOf, stageBuilder } from './other-builds.js';
export { packageOf } from './programs.js';
export { type Starts, startsOf } from './starts.js';
