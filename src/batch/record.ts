import { z } from 'zod';
import { DfixError } from '../errors.js';

/** What a campaign does with a repository, in this order. */
export const BATCH_PHASES = ['plan', 'verify', 'preview', 'publish', 'status', 'merge', 'close'] as const;
export type BatchPhase = (typeof BATCH_PHASES)[number];

/** Files that a phase may leave, with the end of their names. */
export const ARTEFACTS = {
  diff: 'diff',
  proof: 'proof.json',
  log: 'log',
  title: 'title.txt',
  body: 'body.md',
  pull: 'pull.json',
} as const;
export type ArtefactKind = keyof typeof ARTEFACTS;

const record = z.strictObject({
  repository: z.string().min(1),
  phase: z.enum(BATCH_PHASES),
  /** Digest of all that the outcome rests on. */
  inputs: z.string(),
  outcome: z.enum(['done', 'skipped', 'failed']),
  reason: z.string(),
  /** Files that the phase left: their kind and their path in the campaign folder. */
  artefacts: z.record(z.string(), z.string()),
  /** Of a plan: seconds of the steps that run again, before and after, from stated estimates. */
  estimate: z.strictObject({ before: z.number(), after: z.number() }).optional(),
  /** ISO 8601, UTC. */
  at: z.string(),
});

/** What came of one phase of one repository. */
export type BatchRecord = z.infer<typeof record>;

/** The newest record of each repository and phase. */
export interface LedgerState {
  readonly records: ReadonlyMap<string, BatchRecord>;
  find(repository: string, phase: BatchPhase): BatchRecord | undefined;
  /** The inputs on which a phase came to an end, other than by failing: on the same ones nothing is left to do. */
  settledInputs(repository: string, phase: BatchPhase): string | undefined;
}

/** A view of the records in a map that grows: see {@link recordKey}. */
export function ledgerState(records: ReadonlyMap<string, BatchRecord>): LedgerState {
  const find: LedgerState['find'] = (repository, phase) => records.get(recordKey({ repository, phase }));
  return {
    records,
    find,
    settledInputs: (repository, phase) => {
      const found = find(repository, phase);
      return found?.outcome === 'failed' ? undefined : found?.inputs;
    },
  };
}

export function recordKey({ repository, phase }: Pick<BatchRecord, 'repository' | 'phase'>): string {
  return `${phase} ${repository}`;
}

/** @throws DfixError for a value that is no record, such as one of a newer dfix */
export function checkRecord(value: unknown, file: string, line: number): BatchRecord {
  const checked = record.safeParse(value);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  throw new DfixError('ledger', `${path.join('.') || 'the record'}: ${message}`, {
    file,
    position: { line, column: 1 },
    hint: 'was it written by another version of dfix?',
  });
}
