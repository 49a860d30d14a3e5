import type { DfixError } from '../errors.js';
import type { FileEdit, Fix, RunResult } from '../transform/index.js';

/** What came of one file: what every report is made from. */
export type FileOutcome =
  | {
      readonly kind: 'done';
      /** As the user would name it. */
      readonly path: string;
      readonly result: RunResult;
      /** A patch of the Dockerfile and of the files that go with it; empty when nothing changes. */
      readonly diff: string;
      readonly written: boolean;
      /** Each group of changes by itself; costs a run of the transforms a group. */
      readonly fixes?: () => readonly Fix[];
      /** The path, as the user would name it, of a file that goes with the rewrite. */
      readonly nameOf?: (edit: FileEdit) => string;
    }
  | { readonly kind: 'left-alone'; readonly path: string; readonly reason: string }
  | { readonly kind: 'error'; readonly path: string; readonly error: DfixError };

/** `changed`: would change or was written. `left-alone`: not looked at, for a reason that the report gives. */
export type Status = 'changed' | 'unchanged' | 'left-alone' | 'error';

export function statusOf(outcome: FileOutcome): Status {
  if (outcome.kind !== 'done') return outcome.kind;
  if (reasonLeftAlone(outcome) !== undefined) return 'left-alone';
  return outcome.diff === '' ? 'unchanged' : 'changed';
}

/** Why the whole file was left alone; undefined when it was not. */
export function reasonLeftAlone(outcome: FileOutcome): string | undefined {
  if (outcome.kind === 'left-alone') return outcome.reason;
  if (outcome.kind === 'error') return undefined;
  const { leftAlone, settled, passes, faults } = outcome.result;
  if (leftAlone !== undefined) return leftAlone;
  if (settled) return undefined;
  const culprits = [...new Set(faults.map(({ transform }) => transform))].join(', ');
  return `the transforms did not come to rest in ${passes} passes${culprits === '' ? '' : ` (${culprits})`}`;
}

/** Counts for the last line of a report. */
export interface Summary {
  readonly files: number;
  readonly changed: number;
  readonly changes: number;
  /** Places that a transform saw and left alone. */
  readonly refusals: number;
  readonly leftAlone: number;
  readonly errors: number;
}

export const NOTHING_DONE: Summary = { files: 0, changed: 0, changes: 0, refusals: 0, leftAlone: 0, errors: 0 };

/** The counts with one more file. */
export function withOutcome(summary: Summary, outcome: FileOutcome): Summary {
  const status = statusOf(outcome);
  const result = outcome.kind === 'done' ? outcome.result : undefined;
  return addSummaries(summary, {
    files: 1,
    changed: status === 'changed' ? 1 : 0,
    changes: result?.changes.length ?? 0,
    refusals: result?.refusals.length ?? 0,
    leftAlone: status === 'left-alone' ? 1 : 0,
    errors: status === 'error' ? 1 : 0,
  });
}

export function addSummaries(a: Summary, b: Summary): Summary {
  return {
    files: a.files + b.files,
    changed: a.changed + b.changed,
    changes: a.changes + b.changes,
    refusals: a.refusals + b.refusals,
    leftAlone: a.leftAlone + b.leftAlone,
    errors: a.errors + b.errors,
  };
}

export function summarise(outcomes: readonly FileOutcome[]): Summary {
  return outcomes.reduce(withOutcome, NOTHING_DONE);
}
