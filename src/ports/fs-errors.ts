import { DfixError, messageOf } from '../errors.js';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EISDIR', 'is a directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['ELOOP', 'too many symbolic links'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EMFILE', 'too many open files'],
  ['EIO', 'the device reports an error'],
  ['ESTALE', 'the network file system lost the file'],
]);

/** The system's code of an error, such as `ENOENT`; undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A file system error in words: `cannot read: permission denied`. Anything already explained is passed through. */
export function fsError(error: unknown, file: string, doing: string, hint?: string): DfixError {
  if (error instanceof DfixError) return error;
  const errno = errnoOf(error);
  const reason = (errno !== undefined && REASONS.get(errno)) || messageOf(error);
  return new DfixError(errno === 'ENOENT' ? 'missing' : 'io', `cannot ${doing}: ${reason}`, { file, hint });
}
