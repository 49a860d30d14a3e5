import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DfixError } from '../errors.js';
import { fsError } from './fs-errors.js';
import { decodeUtf8, notUtf8 } from './utf8.js';

/** Larger files are refused: 10 MB, a thousand times a long Dockerfile. */
export const MAX_FILE_BYTES = 10_000_000;

/** What tells whether a file is still the one that was read. */
export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly bytes: Uint8Array;
}

/** A file as it was read. */
export interface ReadFile {
  /** Decoded as UTF-8; a byte order mark is its first character. */
  readonly text: string;
  readonly identity: Identity;
}

/**
 * Reads a Dockerfile (or a file beside it that a rewrite touches).
 * @throws DfixError for what is missing, no regular file, unreadable, larger than 10 MB or not UTF-8.
 */
export function readDockerfile(path: string): ReadFile {
  const identity = readBytes(path);
  const text = decodeUtf8(identity.bytes);
  if (text === undefined) throw notUtf8(identity.bytes, path);
  return { text, identity };
}

/** A regular file of at most 10 MB. */
export function readBytes(path: string): Identity {
  let handle: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw fsError(error, path, 'read');
  }
  try {
    const stats = fstatSync(handle, { bigint: true });
    if (stats.isDirectory()) throw new DfixError('not-a-file', 'is a directory, not a Dockerfile', { file: path });
    if (!stats.isFile()) {
      throw new DfixError('not-a-file', 'is not a regular file', { file: path, hint: 'use - for standard input' });
    }
    const { dev, ino, size, mtimeNs } = stats;
    return { dev, ino, size, mtimeNs, bytes: readUpTo(handle, stats, path) };
  } catch (error) {
    throw fsError(error, path, 'read');
  } finally {
    closeSync(handle);
  }
}

function readUpTo(handle: number, stats: BigIntStats, path: string): Uint8Array {
  const tooLarge = (): DfixError =>
    new DfixError('too-large', `larger than ${MAX_FILE_BYTES / 1_000_000} MB`, { file: path });
  if (stats.size > MAX_FILE_BYTES) throw tooLarge();
  // One byte more than expected shows a file that grows; files of /proc say 0 and hold more.
  let buffer = Buffer.alloc(Number(stats.size) + 1);
  let length = 0;
  for (;;) {
    const read = readSync(handle, buffer, length, buffer.length - length, null);
    length += read;
    // What has just the size that it was said to have is whole.
    if (read === 0 || length === Number(stats.size)) return buffer.subarray(0, length);
    if (length > MAX_FILE_BYTES) throw tooLarge();
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
  }
}

/** Whether two identities are of one unchanged file. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  const sameStats = a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
  return sameStats && Buffer.compare(a.bytes, b.bytes) === 0;
}
