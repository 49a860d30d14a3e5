import { writeFileSync } from 'node:fs';
import { fsError } from './fs-errors.js';

/**
 * Keeps a proof.
 * @throws DfixError when the file cannot be written.
 */
export function writeProof(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw fsError(error, path, 'write', 'the proof is not kept');
  }
}
