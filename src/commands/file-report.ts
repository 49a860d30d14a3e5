import { type DfixError, formatError, printable } from '../errors.js';
import { type FileOutcome, NOTHING_DONE, type Summary, withOutcome } from '../report/outcome.js';
import { diffText, textReport, type TextOptions } from '../report/text.js';
import type { Format } from './arguments.js';
import type { Rewritten } from './rewrite.js';

/** What the command says of one file, and how it counts. */
export interface FileReport {
  readonly counts: Summary;
  /** False when the transforms did not come to rest. */
  readonly settled: boolean;
  /** Problems of its configuration beyond the one in the outcome. */
  readonly problems: readonly DfixError[];
  /** Lines for standard error. */
  readonly said: readonly string[];
  /** For standard output; empty for a format that is one document. */
  readonly text: string;
  /** Undefined where a thread made the report and nobody asks for more. */
  readonly outcome: FileOutcome | undefined;
}

export function reportOf({ outcome, warnings, problems }: Rewritten, format: Format, options: TextOptions): FileReport {
  const said = outcome.kind === 'error' ? [formatError(outcome.error)] : [];
  if (!options.quiet) {
    said.push(...warnings.map((warning) => warned(outcome.path, undefined, warning)));
    if (outcome.kind === 'done') said.push(...warningsOf(outcome));
  }
  return {
    counts: withOutcome(NOTHING_DONE, outcome),
    settled: outcome.kind !== 'done' || outcome.result.settled,
    problems,
    said,
    text: textOf(outcome, format, options),
    outcome,
  };
}

/** Whether a report of this format is one document about all files, made at the end. */
export function isDocument(format: Format): boolean {
  return format !== 'text' && format !== 'diff';
}

function textOf(outcome: FileOutcome, format: Format, options: TextOptions): string {
  if (format === 'text') return textReport(outcome, options);
  return format === 'diff' && outcome.kind === 'done' ? diffText(outcome.diff, options) : '';
}

function warningsOf({ path, result }: Extract<FileOutcome, { kind: 'done' }>): readonly string[] {
  return [
    ...result.directiveProblems.map(({ line, message }) => warned(path, line, message)),
    ...result.faults.map(({ transform, line, message }) =>
      warned(path, line, `${transform} ${message}; this is a bug in the transform`),
    ),
  ];
}

/** A warning about a file, as a line for standard error. */
export function warned(path: string, line: number | undefined, message: string): string {
  return printable(`${path}${line === undefined ? '' : `:${line}`}: warning: ${message}`);
}
