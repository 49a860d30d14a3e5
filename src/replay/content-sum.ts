import { createHash } from 'node:crypto';
import type { Entry } from './history.js';

/**
 * A hash of a set of files that is kept up to date as files come and go: the sum of the files' hashes, so that it does
 * not depend on their order. Two sets with the same paths, modes and contents have the same sum.
 */
export interface ContentSum {
  add(path: string, entry: Entry): void;
  remove(path: string, entry: Entry): void;
  /** How many files are in the set. */
  readonly size: number;
  /** The sum as text; the empty set's is `empty`. */
  toString(): string;
}

const WORDS = 4;

export function contentSum(): ContentSum {
  const words = new Uint32Array(WORDS);
  let size = 0;
  const change = (path: string, { mode, id }: Entry, sign: 1 | -1): void => {
    const hash = createHash('sha1').update(`${path}\0${mode}\0${id}`).digest();
    for (let i = 0; i < WORDS; i++) words[i] = words[i]! + sign * hash.readUInt32LE(4 * i);
    size += sign;
  };
  return {
    add: (path, entry) => change(path, entry, 1),
    remove: (path, entry) => change(path, entry, -1),
    get size() {
      return size;
    },
    toString: () => (size === 0 ? 'empty' : [...words].map((word) => word.toString(16).padStart(8, '0')).join('')),
  };
}
