/** Reading and writing the files that dfix rewrites. */
export { type Identity, MAX_FILE_BYTES, readDockerfile, type ReadFile, sameIdentity } from './read-file.js';
export { type FileWrite, writeAll, writeAtomically, type WriteOptions, type Written } from './write-files.js';
