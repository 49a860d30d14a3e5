import { appendFileSync, writeFileSync } from 'node:fs';
import { fsError } from './fs-errors.js';

/** @throws DfixError when it cannot be written */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw fsError(error, path, 'write');
  }
}

/** Adds a line to a file that others write to as well. */
export function appendLine(path: string, line: string): void {
  try {
    appendFileSync(path, `${line}\n`);
  } catch (error) {
    throw fsError(error, path, 'write');
  }
}
