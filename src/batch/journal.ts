import { createHash } from 'node:crypto';
import { DfixError, messageOf } from '../errors.js';

/** A journal as it was read. */
interface ReadJournal {
  readonly values: readonly unknown[];
  /** Bytes of the lines that hold; what follows was cut off while it was written, and is to be cut away. */
  readonly length: number;
}

/** One line of a journal: the first 16 hex digits of the SHA-256 of the JSON, a blank, the JSON. */
export function journalLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

/**
 * Reads a journal. Lines at its end that do not hold were never acknowledged: a write that a crash cut off.
 * @throws DfixError for a wrong line with a right one after it: the file was changed by something else
 */
export function readJournal(bytes: Buffer, file: string): ReadJournal {
  const values: unknown[] = [];
  let length = 0;
  let wrong: number | undefined;
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const value = newline < 0 ? undefined : parseLine(bytes.toString('utf8', start, end));
    start = end + 1;
    if (value === undefined) wrong ??= line;
    else if (wrong !== undefined) throw damaged(file, wrong);
    else {
      values.push(value.json);
      length = start;
    }
  }
  return { values, length };
}

function parseLine(line: string): { readonly json: unknown } | undefined {
  const json = line.slice(17);
  if (line[16] !== ' ' || line.slice(0, 16) !== checksum(json)) return undefined;
  try {
    return { json: JSON.parse(json) };
  } catch (error) {
    throw new DfixError('internal', `a line with a right checksum is no JSON: ${messageOf(error)}`);
  }
}

function damaged(file: string, line: number): DfixError {
  return new DfixError('ledger', 'this line is damaged, and the ones after it are not', {
    file,
    position: { line, column: 1 },
    hint: 'restore the file, or delete the line: its step is then done again',
  });
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}
