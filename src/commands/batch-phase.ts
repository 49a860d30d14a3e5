import { awaits, nextStep } from '../batch/next-step.js';
import { localQueue, type StepQueue } from '../batch/queue.js';
import { queueOf } from '../batch/queues.js';
import type { BatchPhase, BatchRecord } from '../batch/record.js';
import type { Step, StepResult, StepSettings } from '../batch/step.js';
import { turns } from '../batch/turn.js';
import { printable } from '../errors.js';
import { campaignId } from '../ports/campaign/campaign-id.js';
import { type Ledger, readArtefact } from '../ports/campaign/ledger.js';
import type { BatchArguments } from './batch-arguments.js';
import { type BatchTools, lanesOf } from './batch-lanes.js';
import { batchProgress } from './batch-progress.js';
import type { ExitCode, Io } from './io.js';

interface PhaseRun {
  readonly args: BatchArguments;
  readonly io: Io;
  readonly tools: BatchTools;
  /** The campaign folder. */
  readonly folder: string;
  readonly ledger: Ledger;
  readonly settings: StepSettings;
  readonly signal: AbortSignal;
}

/** Results that may wait for the disk while the work goes on. */
const MOST_WAITING = 256;

/**
 * Does what is left of a phase for these repositories.
 * @returns 1 when one failed
 */
export async function runPhase(phase: BatchPhase, repositories: readonly string[], run: PhaseRun): Promise<ExitCode> {
  const { args, io, ledger, settings, folder } = run;
  const failedBefore = (repository: string): boolean => ledger.find(repository, phase)?.outcome === 'failed';
  const failed = repositories.filter(failedBefore);
  // What is refused again and again must not use up what a run may do.
  const inOrder =
    args.maxPrs === undefined ? repositories : [...repositories.filter((one) => !failedBefore(one)), ...failed];
  const chosen = (args.failed ? failed : inOrder).slice(0, args.canary);
  const progress = batchProgress(phase, chosen.length, io);
  const read = (record: BatchRecord, kind: 'proof'): string | undefined => readArtefact(folder, record, kind);
  const waiting = new Map<BatchPhase, number>();
  function* steps(): Generator<Step> {
    let pulls = 0;
    for (const repository of chosen) {
      if (phase === 'publish' && pulls === args.maxPrs) return;
      const step = nextStep(repository, phase, { ledger, settings, read });
      if (step === undefined) {
        progress.ended(repository, undefined);
        const first = awaits(repository, phase, ledger);
        if (first !== undefined) waiting.set(first, (waiting.get(first) ?? 0) + 1);
      } else {
        pulls++;
        yield step;
      }
    }
  }
  let code: ExitCode = 0;
  const ended = async ({ repository }: Step, result: StepResult | undefined): Promise<boolean> => {
    progress.ended(repository, result?.outcome);
    if (result === undefined) return true;
    const at = new Date().toISOString();
    const kept = await ledger.append({ repository, phase, at, ...result });
    progress.say(() => io.stdout.write(`${args.json ? jsonLine(kept) : line(kept)}\n`));
    if (kept.outcome !== 'failed') return true;
    if (!args.skipErrors) code = 1;
    return !args.failFast;
  };
  const queue = await queueFor(phase, run);
  try {
    await queue.run(steps(), { begun: ({ repository }) => progress.begun(repository), ended });
  } finally {
    progress.close();
    await queue.close();
  }
  for (const [first, count] of waiting) io.stderr.write(`${count} left out: dfix batch ${first} comes first\n`);
  return code;
}

/** In ASCII, so that a terminal obeys nothing of it. */
function jsonLine(record: BatchRecord): string {
  return JSON.stringify(record).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function line({ outcome, repository, reason }: BatchRecord): string {
  return printable(`${outcome}  ${repository}  ${reason}`.trimEnd());
}

async function queueFor(phase: BatchPhase, { args, io, tools, ledger, folder, signal }: PhaseRun): Promise<StepQueue> {
  const name = queueOf(phase);
  const rate = name === 'publish' ? args.rate : undefined;
  if (args.queue !== undefined) {
    const { redisQueue, redisServer } = await import('../ports/campaign/redis/index.js');
    const say = (text: string): void => void io.stderr.write(`${printable(text)}\n`);
    const server = await redisServer({ url: args.queue, password: io.env['DFIX_QUEUE_PASSWORD'], say });
    return redisQueue(server, { name, campaign: campaignId(folder), rate, signal });
  }
  const begun = [...ledger.records.values()]
    .filter((one) => queueOf(one.phase) === name)
    .map(({ at }) => Date.parse(at));
  const turn = rate === undefined ? undefined : turns(rate, begun, signal);
  const ahead = args.failFast ? 1 : MOST_WAITING;
  return localQueue(lanesOf(name, { ...args, ...tools, io, signal }), { ahead, turn, signal });
}
