import { describe, expect, test } from '@jest/globals';
import { journalLine, readJournal } from '../../src/batch/journal.js';
import { type BatchRecord, checkRecord, ledgerState, recordKey } from '../../src/batch/record.js';

const values = [{ a: 1 }, { text: 'line\nbreak, ü, \u001b[31m' }, { b: [null] }];
const bytes = Buffer.from(values.map(journalLine).join(''));
const lastStart = bytes.length - Buffer.from(journalLine(values[2])).length;

describe('a journal', () => {
  test('gives back what was written', () => {
    expect(readJournal(bytes, 'ledger')).toEqual({ values, length: bytes.length });
    expect(readJournal(Buffer.alloc(0), 'ledger')).toEqual({ values: [], length: 0 });
  });
  test('cut off anywhere in its last line loses that line only', () => {
    for (let end = lastStart; end < bytes.length; end++) {
      const read = readJournal(bytes.subarray(0, end), 'ledger');
      expect(read).toEqual({ values: values.slice(0, 2), length: lastStart });
    }
  });
  test('whose end the disk never got is cut there', () => {
    const torn = Buffer.concat([bytes.subarray(0, lastStart), Buffer.alloc(30), Buffer.from('\n')]);
    expect(readJournal(torn, 'ledger').length).toBe(lastStart);
  });
  test('changed before its end is an error that names the line', () => {
    const changed = Buffer.from(bytes);
    changed[20] = changed[20]! ^ 1;
    expect(() => readJournal(changed, 'ledger')).toThrow(
      expect.objectContaining({ code: 'ledger', file: 'ledger', position: { line: 1, column: 1 } }),
    );
  });
});

const record: BatchRecord = {
  repository: 'a/b',
  phase: 'plan',
  inputs: 'one',
  outcome: 'done',
  reason: '',
  artefacts: {},
  at: '2026-01-01T00:00:00Z',
};

describe('the state of a ledger', () => {
  const state = (outcome: BatchRecord['outcome']) =>
    ledgerState(new Map([[recordKey(record), { ...record, outcome }]]));
  test('settles a phase on its inputs, unless it failed', () => {
    expect(state('done').settledInputs('a/b', 'plan')).toBe('one');
    expect(state('skipped').settledInputs('a/b', 'plan')).toBe('one');
    expect(state('done').settledInputs('a/b', 'verify')).toBe(undefined);
    expect(state('failed').settledInputs('a/b', 'plan')).toBe(undefined);
  });
  test('refuses what is no record', () => {
    expect(checkRecord(record, 'ledger', 3)).toEqual(record);
    expect(() => checkRecord({ ...record, phase: 'dance' }, 'ledger', 3)).toThrow(/^phase: /);
  });
});
