import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { journalLine, readJournal } from '../../batch/journal.js';
import { type BatchRecord, checkRecord, type LedgerState, ledgerState, recordKey } from '../../batch/record.js';
import { errnoOf, fsError } from '../fs-errors.js';
import { lockFolder } from './lock.js';

/** What a campaign has done, on disk. Whatever was handed in is there after a crash. */
export interface Ledger extends LedgerState {
  /** Returns when the record is on the disk. Its artefacts must have been written before. */
  append(record: BatchRecord): void;
  /** Writes what a phase left; a file of an earlier run is replaced in one step. @returns its path in the folder */
  writeArtefact(repository: string, name: string, content: string): string;
  close(): void;
}

/** Lines beyond the newest ones that a journal may hold before it is written anew. */
const SLACK = 1000;

/**
 * Opens the ledger in a campaign folder, which is made where it is missing, for this process alone.
 * @throws DfixError when another process has it, or it is damaged, or the disk refuses
 */
export function openLedger(folder: string): Ledger {
  const file = join(folder, 'ledger.jsonl');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fsError(error, folder, 'make the campaign folder');
  }
  const unlock = lockFolder(folder);
  let handle: number | undefined;
  try {
    handle = openSync(file, 'a+');
    const { values, length } = readJournal(readFileSync(handle), file);
    const records = newest(values, file);
    ftruncateSync(handle, length);
    if (values.length > records.size + SLACK) {
      closeSync(handle);
      handle = undefined;
      replaceFile(file, [...records.values()].map(journalLine).join(''));
      handle = openSync(file, 'a');
    }
    fsyncSync(handle);
    syncFolder(folder);
    return writer(folder, file, handle, records, unlock);
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    unlock();
    throw fsError(error, file, 'open the ledger');
  }
}

/**
 * The ledger as it is now, also while another process writes it; empty where there is none.
 * @throws DfixError when it is damaged or cannot be read
 */
export function readLedger(folder: string): LedgerState {
  const file = join(folder, 'ledger.jsonl');
  try {
    return ledgerState(newest(readJournal(readFileSync(file), file).values, file));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ledgerState(new Map());
    throw fsError(error, file, 'read the ledger');
  }
}

function newest(values: readonly unknown[], file: string): Map<string, BatchRecord> {
  const records = new Map<string, BatchRecord>();
  for (const [index, value] of values.entries()) {
    const record = checkRecord(value, file, index + 1);
    records.set(recordKey(record), record);
  }
  return records;
}

function writer(
  folder: string,
  file: string,
  handle: number,
  records: Map<string, BatchRecord>,
  unlock: () => void,
): Ledger {
  return {
    ...ledgerState(records),
    append(record) {
      try {
        writeWhole(handle, journalLine(record));
        fsyncSync(handle);
      } catch (error) {
        throw fsError(error, file, 'write the ledger', 'make room and start again: nothing that was recorded is lost');
      }
      records.set(recordKey(record), record);
    },
    writeArtefact(repository, name, content) {
      const path = join('artefacts', folderName(repository), name);
      try {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        replaceFile(join(folder, path), content);
      } catch (error) {
        throw fsError(error, join(folder, path), 'write');
      }
      return path;
    },
    close() {
      closeSync(handle);
      unlock();
    },
  };
}

/** Names of repositories are not trusted: what can be read of one, and a digest that tells it from all others. */
function folderName(repository: string): string {
  const slug = repository.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `${slug.slice(-60)}-${createHash('sha256').update(repository).digest('hex').slice(0, 16)}`;
}

function replaceFile(file: string, content: string): void {
  const temporary = join(dirname(file), `.${basename(file)}.new`);
  const handle = openSync(temporary, 'w');
  try {
    writeWhole(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  syncFolder(dirname(file));
}

function writeWhole(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
