import { DfixError } from '../errors.js';
import type { FileOutcome } from '../report/outcome.js';
import type { Fix } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import type { Rewritten } from './rewrite.js';

/** What a thread that rewrites files is told at its start. */
export interface WorkerSettings {
  readonly args: FixArguments;
  readonly cwd: string;
}

type Done = Extract<FileOutcome, { kind: 'done' }>;
type SentError = Pick<DfixError, 'code' | 'message' | 'hint' | 'file' | 'position'>;

/** What came of a file, as it passes between threads: neither functions nor classes do. */
export interface RewriteMessage {
  readonly outcome:
    | (Omit<Done, 'fixes' | 'nameOf'> & { readonly fixes: readonly Fix[]; readonly names: readonly string[] })
    | Extract<FileOutcome, { kind: 'left-alone' }>
    | { readonly kind: 'error'; readonly path: string; readonly error: SentError };
  readonly warnings: readonly string[];
  readonly problems: readonly SentError[];
}

/** @param withFixes whether the report will ask for each group of changes by itself, which is not free */
export function toMessage({ outcome, warnings, problems }: Rewritten, withFixes: boolean): RewriteMessage {
  const sent = { warnings, problems: problems.map(toSent) };
  if (outcome.kind === 'left-alone') return { ...sent, outcome };
  if (outcome.kind === 'error') return { ...sent, outcome: { ...outcome, error: toSent(outcome.error) } };
  const { fixes, nameOf, ...rest } = outcome;
  const names = rest.result.files.map((edit) => nameOf?.(edit) ?? edit.path);
  return { ...sent, outcome: { ...rest, fixes: withFixes ? (fixes?.() ?? []) : [], names } };
}

export function fromMessage({ outcome, warnings, problems }: RewriteMessage): Rewritten {
  const got = { warnings, problems: problems.map(fromSent) };
  if (outcome.kind === 'left-alone') return { ...got, outcome };
  if (outcome.kind === 'error') return { ...got, outcome: { ...outcome, error: fromSent(outcome.error) } };
  const { fixes, names, ...rest } = outcome;
  const byPath = new Map(rest.result.files.map(({ path }, index) => [path, names[index]!]));
  const nameOf: Done['nameOf'] = ({ path }) => byPath.get(path) ?? path;
  return { ...got, outcome: { ...rest, fixes: () => fixes, nameOf } };
}

function toSent({ code, message, hint, file, position }: DfixError): SentError {
  return { code, message, hint, file, position };
}

function fromSent({ code, message, ...details }: SentError): DfixError {
  return new DfixError(code, message, details);
}
