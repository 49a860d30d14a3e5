import { closeSync, fdatasync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { journalLine, readJournal } from '../../batch/journal.js';
import {
  type ArtefactKind,
  ARTEFACTS,
  type BatchRecord,
  checkRecord,
  type LedgerState,
  ledgerState,
  recordKey,
} from '../../batch/record.js';
import { DfixError } from '../../errors.js';
import { errnoOf, fsError } from '../fs-errors.js';
import { fileName } from './file-name.js';
import { putFiles, syncFolder, syncFolderNow, writeWhole } from './durable.js';
import { lockFolder } from './lock.js';

/** A record without where its artefacts are, which the ledger says, and what they hold. */
export interface Entry extends Omit<BatchRecord, 'artefacts'> {
  readonly texts: Readonly<Partial<Record<ArtefactKind, string>>>;
}

/** What a campaign has done, on disk. Whatever was handed in is there after a crash. */
export interface Ledger extends LedgerState {
  /**
   * Resolves when the artefacts and then the record are on the disk. Calls that are made meanwhile share one sync.
   * @throws DfixError when the disk refuses; nothing more is taken then
   */
  append(entry: Entry): Promise<BatchRecord>;
  /** Waits for what is being written. */
  close(): Promise<void>;
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
    mkdirSync(join(folder, 'artefacts'), { recursive: true });
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
      rewriteJournal(file, records.values());
      handle = openSync(file, 'a');
    }
    fsyncSync(handle);
    syncFolderNow(folder);
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

/** What a phase left; undefined where it left none of this kind, or it is gone. */
export function readArtefact(folder: string, { artefacts }: BatchRecord, kind: ArtefactKind): string | undefined {
  const path = artefacts[kind];
  if (path === undefined || !/^artefacts[\\/][A-Za-z0-9-]+\.[a-z.]+$/.test(path)) return undefined;
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fsError(error, join(folder, path), 'read');
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

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (record: BatchRecord) => void;
  readonly reject: (error: unknown) => void;
}

/** How many records share a sync at most. */
const BATCH = 64;
/** Milliseconds that a record waits for others: a sync costs more than what it makes safe. */
const GATHER = 25;

function writer(
  folder: string,
  file: string,
  handle: number,
  records: Map<string, BatchRecord>,
  unlock: () => void,
): Ledger {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let broken: unknown;

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (waiting.length < BATCH) await setTimeout(GATHER);
      const batch = waiting.splice(0, BATCH);
      try {
        if (broken !== undefined) throw broken;
        const written = await write(batch.map(({ entry }) => entry));
        for (const [index, record] of written.entries()) {
          records.set(recordKey(record), record);
          batch[index]!.resolve(record);
        }
      } catch (error) {
        broken ??= error;
        for (const { reject } of batch) reject(broken);
      }
    }
    running = undefined;
  };

  const write = async (entries: readonly Entry[]): Promise<readonly BatchRecord[]> => {
    try {
      const files = new Map<string, string>();
      const written = entries.map((entry) => placeArtefacts(folder, entry, files));
      if (files.size > 0) {
        await putFiles(files);
        await syncFolder(join(folder, 'artefacts'));
      }
      writeWhole(handle, written.map(journalLine).join(''));
      await promisify(fdatasync)(handle);
      return written;
    } catch (error) {
      throw fsError(error, file, 'write the ledger', 'make room and start again: nothing that was recorded is lost');
    }
  };

  return {
    ...ledgerState(records),
    append: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        running ??= flush();
      }),
    async close() {
      await running;
      broken ??= new DfixError('ledger', 'is closed', { file });
      closeSync(handle);
      unlock();
    },
  };
}

/** The record of an entry, whose artefacts are added to the files that are to be written. */
function placeArtefacts(folder: string, { texts, ...entry }: Entry, files: Map<string, string>): BatchRecord {
  const artefacts: Record<string, string> = {};
  for (const [kind, text] of Object.entries(texts)) {
    const extension = ARTEFACTS[kind as ArtefactKind];
    const path = join('artefacts', `${fileName(entry.repository)}.${entry.phase}.${extension}`);
    files.set(join(folder, path), text);
    artefacts[kind] = path;
  }
  return { ...entry, artefacts };
}

function rewriteJournal(file: string, records: Iterable<BatchRecord>): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w');
  try {
    writeWhole(handle, [...records].map(journalLine).join(''));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
