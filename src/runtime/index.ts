export { type CopiedFile, readCopiedFiles } from './copied-files.js';
export { reachedDevDependency } from './dev-dependencies.js';
export { readStart, type Start, type StartSite } from './node-start.js';
