import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fsError } from '../fs-errors.js';

/**
 * What tells a campaign from all others, wherever its folder is moved: made once, and kept in it.
 * @throws DfixError when the folder cannot be read or written
 */
export function campaignId(folder: string): string {
  const file = join(folder, 'id');
  try {
    const known = readIfThere(file);
    if (/^[0-9a-f]{16}$/.test(known)) return known;
    const made = randomBytes(8).toString('hex');
    writeFileSync(file, `${made}\n`);
    return made;
  } catch (error) {
    throw fsError(error, file, 'keep the name of the campaign');
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
