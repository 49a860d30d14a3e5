import type { ArtefactKind, BatchPhase, BatchRecord } from './record.js';

/** What a campaign asks of all its repositories. */
export interface StepSettings {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** One phase of one repository, to be done: all that whoever does it needs to know. */
export interface Step {
  readonly repository: string;
  readonly phase: BatchPhase;
  readonly settings: StepSettings;
  /** The inputs on which it came to an end before: on the same ones there is nothing to do. */
  readonly settled?: string | undefined;
}

/** What came of a step. */
export interface StepResult extends Pick<BatchRecord, 'inputs' | 'outcome' | 'reason'> {
  readonly texts: Readonly<Partial<Record<ArtefactKind, string>>>;
}

/** Does one step after the other, so that nothing a repository holds reaches another one. It never throws for what a step holds. */
export interface Lane {
  /** @returns undefined where nothing was left to do */
  run(step: Step): Promise<StepResult | undefined>;
  close(): Promise<void>;
}

/** A step that came to nothing, before it was known what it rests on. */
export function failedStep(reason: string): StepResult {
  return { inputs: '', outcome: 'failed', reason, texts: {} };
}

export interface RunStepsOptions {
  readonly lanes: readonly Lane[];
  /** Keeps what came of a step. @returns false to begin no other */
  readonly record: (step: Step, result: StepResult | undefined) => Promise<boolean>;
  /** How many results may wait to be kept while the lanes go on. */
  readonly ahead: number;
}

/**
 * Does steps in lanes beside one another, taking them as lanes become free.
 * @throws what `record` threw, after the lanes have ended what they had begun
 */
export async function runSteps(steps: Iterable<Step>, { lanes, record, ahead }: RunStepsOptions): Promise<void> {
  const rest = steps[Symbol.iterator]();
  const waiting = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let isStopped = false;
  const keep = async (step: Step, result: StepResult | undefined): Promise<void> => {
    try {
      if (!(await record(step, result))) isStopped = true;
    } catch (error) {
      isStopped = true;
      failures.push(error);
    }
  };
  const work = async (lane: Lane): Promise<void> => {
    while (!isStopped) {
      const next = rest.next();
      if (next.done === true) return;
      const kept: Promise<void> = keep(next.value, await lane.run(next.value)).finally(() => waiting.delete(kept));
      waiting.add(kept);
      if (waiting.size >= ahead) await Promise.race(waiting);
    }
  };
  await Promise.all(lanes.map(work));
  await Promise.all(waiting);
  if (failures.length > 0) throw failures[0];
}
