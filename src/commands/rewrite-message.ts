import { DfixError } from '../errors.js';
import type { FileOutcome } from '../report/outcome.js';
import type { TextOptions } from '../report/text.js';
import type { Fix } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import { type Basis, basisOf } from './basis.js';
import { type FileReport, isDocument } from './file-report.js';
import type { PlannedWrite, Rewritten } from './rewrite.js';

/** What a thread that rewrites files is told at its start. */
export interface WorkerSettings {
  readonly args: FixArguments;
  readonly cwd: string;
  readonly text: TextOptions;
}

type Done = Extract<FileOutcome, { kind: 'done' }>;
type SentError = Pick<DfixError, 'code' | 'message' | 'hint' | 'file' | 'position'>;
type SentOutcome =
  | (Omit<Done, 'fixes' | 'nameOf'> & { readonly fixes: readonly Fix[]; readonly names: readonly string[] })
  | Extract<FileOutcome, { kind: 'left-alone' }>
  | { readonly kind: 'error'; readonly path: string; readonly error: SentError };

/** What came of a file, as it passes between threads: neither functions nor classes do. */
export interface RewriteMessage {
  readonly report: Omit<FileReport, 'problems' | 'outcome'>;
  readonly problems: readonly SentError[];
  /** Only where the report asks for it: it is large. */
  readonly outcome: SentOutcome | undefined;
  /** What is still to be written. */
  readonly writes: readonly PlannedWrite[];
  /** Where writing was asked for. */
  readonly basis: Basis | undefined;
}

/** @param file the Dockerfile, absolute */
export function toMessage(
  report: FileReport,
  { files, writes = [] }: Pick<Rewritten, 'files' | 'writes'>,
  file: string,
  { format, write }: Pick<FixArguments, 'format' | 'write'>,
): RewriteMessage {
  const { outcome, problems, ...rest } = report;
  return {
    report: rest,
    problems: problems.map(toSent),
    outcome: outcome === undefined || !isDocument(format) ? undefined : sentOutcome(outcome, format === 'sarif'),
    writes: write ? writes : [],
    basis: write ? basisOf(file, files) : undefined,
  };
}

/** @param withFixes whether the report will ask for each group of changes by itself, which is not free */
function sentOutcome(outcome: FileOutcome, withFixes: boolean): SentOutcome {
  if (outcome.kind === 'left-alone') return outcome;
  if (outcome.kind === 'error') return { ...outcome, error: toSent(outcome.error) };
  const { fixes, nameOf, ...rest } = outcome;
  const names = rest.result.files.map((edit) => nameOf?.(edit) ?? edit.path);
  return { ...rest, fixes: withFixes ? (fixes?.() ?? []) : [], names };
}

export function fromMessage({ report, problems, outcome }: RewriteMessage): FileReport {
  return { ...report, problems: problems.map(fromSent), outcome: outcome && gotOutcome(outcome) };
}

function gotOutcome(outcome: SentOutcome): FileOutcome {
  if (outcome.kind === 'left-alone') return outcome;
  if (outcome.kind === 'error') return { ...outcome, error: fromSent(outcome.error) };
  const { fixes, names, ...rest } = outcome;
  const byPath = new Map(rest.result.files.map(({ path }, index) => [path, names[index]!]));
  const nameOf: Done['nameOf'] = ({ path }) => byPath.get(path) ?? path;
  return { ...rest, fixes: () => fixes, nameOf };
}

function toSent({ code, message, hint, file, position }: DfixError): SentError {
  return { code, message, hint, file, position };
}

function fromSent({ code, message, ...details }: SentError): DfixError {
  return new DfixError(code, message, details);
}
