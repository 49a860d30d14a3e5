import type { BatchPhase, BatchRecord, LedgerState } from './record.js';
import { inputsOf, type Step, type StepSettings } from './step.js';

interface NextStepInput {
  readonly ledger: LedgerState;
  readonly settings: StepSettings;
  /** Reads what a phase left; undefined where it is gone. */
  readonly read: (record: BatchRecord, kind: 'proof') => string | undefined;
}

/** The phase that has to have come to something before another one can begin. */
const AFTER: Readonly<Record<BatchPhase, BatchPhase | undefined>> = {
  plan: undefined,
  verify: 'plan',
  preview: 'plan',
  publish: 'preview',
  status: 'publish',
  merge: 'publish',
  close: 'publish',
};

/**
 * The step of a phase for a repository.
 * @returns undefined where nothing is to be done: an earlier phase came to nothing or is out of date, or this one is settled
 */
export function nextStep(repository: string, phase: BatchPhase, input: NextStepInput): Step | undefined {
  const step = stepOf(repository, phase, input);
  if (step === undefined || phase === 'plan' || phase === 'status') return step;
  return input.ledger.settledInputs(repository, phase) === inputsOf(step) ? undefined : step;
}

function stepOf(repository: string, phase: BatchPhase, input: NextStepInput): Step | undefined {
  const { ledger, settings } = input;
  const before = AFTER[phase];
  const base = { repository, phase, settings };
  if (before === undefined) return { ...base, rests: '', settled: ledger.settledInputs(repository, phase) };
  const record = ledger.find(repository, before);
  if (record?.outcome !== 'done') return undefined;
  if (phase === 'publish' && !isCurrent(record, input)) return undefined;
  if (phase !== 'preview' && phase !== 'publish') return { ...base, rests: record.inputs };
  const proof = proofOf(repository, input);
  return { ...base, rests: record.inputs, ...(proof === undefined ? {} : { proof }) };
}

/** Whether a phase rests on what the phases before it last came to. */
function isCurrent({ repository, phase, inputs }: BatchRecord, input: NextStepInput): boolean {
  const step = stepOf(repository, phase, input);
  return step !== undefined && inputsOf(step) === inputs;
}

/** The proof of the plan as it is now; undefined when it was not built, or came to nothing. */
function proofOf(repository: string, input: NextStepInput): string | undefined {
  const record = input.ledger.find(repository, 'verify');
  if (record?.outcome !== 'done' || !isCurrent(record, input)) return undefined;
  return input.read(record, 'proof');
}

/** Whether a phase cannot begin for a repository before another one has come to something; the name of that one. */
export function awaits(repository: string, phase: BatchPhase, ledger: LedgerState): BatchPhase | undefined {
  const before = AFTER[phase];
  if (before === undefined) return undefined;
  const known = ledger.find(repository, before)?.outcome;
  if (known !== undefined) return known === 'failed' ? before : undefined;
  const isNext = AFTER[before] === undefined || ledger.find(repository, AFTER[before])?.outcome === 'done';
  return isNext ? before : awaits(repository, before, ledger);
}
