import type { DfixError } from '../errors.js';
import type { AppliedChange } from '../transform/index.js';
import { type FileOutcome, reasonLeftAlone, statusOf, type Summary, type Status, summarise } from './outcome.js';

/**
 * The report of `--format json`. `version` grows when a field changes its meaning or goes; new fields may come.
 * Lines and columns count from 1 and are those of the file before the rewrite.
 */
interface JsonReport {
  readonly version: 1;
  readonly files: readonly JsonFile[];
  /** Everything that went wrong, also what belongs to no file; exit code 2 when there is any. */
  readonly errors: readonly JsonError[];
  readonly summary: Summary;
}

interface JsonFile {
  readonly path: string;
  readonly status: Status;
  /** Why the whole file was left alone. */
  readonly reason?: string;
  readonly written: boolean;
  readonly changes: readonly JsonChange[];
  /** Places that a transform saw and left alone. */
  readonly refusals: readonly JsonPlace[];
  /** Changes above the allowed level. */
  readonly withheld: readonly JsonChange[];
  /** Transforms that failed, or changes that the safety net took back. */
  readonly faults: readonly { readonly transform: string; readonly message: string; readonly line?: number }[];
  /** Ignore comments that are wrong. */
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
  readonly diff: string;
  /** The whole new text; only when it changes. */
  readonly output?: string;
}

interface JsonPlace {
  readonly transform: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly instruction: string;
}

interface JsonChange {
  readonly transform: string;
  readonly level: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly why: string;
  /** Facts that it rests on. */
  readonly evidence: readonly string[];
  /** Differences that the image will show. */
  readonly announces: AppliedChange['announces'];
  /** Changes of one group stand or fall together. */
  readonly group: string;
  /** Other files that it edits. */
  readonly files: readonly string[];
}

interface JsonError {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

/** @param problems errors that belong to no file that was looked at */
export function jsonReport(outcomes: readonly FileOutcome[], problems: readonly DfixError[]): string {
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error] : []));
  const report: JsonReport = {
    version: 1,
    files: outcomes.map(jsonFile),
    errors: [...problems, ...errors].map(jsonError),
    summary: summarise(outcomes),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function jsonFile(outcome: FileOutcome): JsonFile {
  const reason = reasonLeftAlone(outcome);
  const common = { path: outcome.path, status: statusOf(outcome), ...(reason === undefined ? {} : { reason }) };
  if (outcome.kind !== 'done') {
    return { ...common, written: false, changes: [], refusals: [], withheld: [], faults: [], warnings: [], diff: '' };
  }
  const { result, written, diff } = outcome;
  return {
    ...common,
    written,
    changes: result.changes.map(jsonChange),
    refusals: result.refusals.map(({ transform, line, column, reason: why, instruction }) => ({
      transform,
      line,
      column,
      reason: why,
      instruction,
    })),
    withheld: result.withheld.map(jsonChange),
    faults: result.faults,
    warnings: result.directiveProblems,
    diff,
    ...(result.output === result.input ? {} : { output: result.output }),
  };
}

function jsonChange(change: AppliedChange): JsonChange {
  const { transform, level, line, column, what, why, announces, group } = change;
  const evidence = change.evidence.map(({ fact }) => fact);
  return { transform, level, line, column, what, why, evidence, announces, group, files: change.files.map(pathOf) };
}

function pathOf({ path }: { readonly path: string }): string {
  return path;
}

function jsonError({ code, message, file, position, hint }: DfixError): JsonError {
  return {
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
    ...(hint === undefined ? {} : { hint }),
  };
}
