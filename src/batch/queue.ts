import { DfixError } from '../errors.js';
import type { Lane, Step, StepResult } from './step.js';

/** What happens to steps while a queue works. */
export interface StepWatcher {
  readonly begun: (step: Step) => void;
  /** Keeps what came of a step. @returns false to begin no other */
  readonly ended: (step: Step, result: StepResult | undefined) => Promise<boolean>;
}

/** Where the steps of a campaign are done: in this process, or wherever workers are. */
export interface StepQueue {
  /**
   * Does steps in any order, and each one's outcome is handed over once.
   * @throws what the watcher threw, or that it was interrupted
   */
  run(steps: Iterable<Step>, watcher: StepWatcher): Promise<void>;
  close(): Promise<void>;
}

/** What a campaign that was told to stop ends with. */
export function stopped(): DfixError {
  return new DfixError('interrupted', 'interrupted; run it again to go on');
}

interface LocalSettings {
  /** How many outcomes may wait to be kept while the lanes go on. */
  readonly ahead: number;
  /** Resolves when the next step may begin, or when it was interrupted. */
  readonly turn?: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal;
}

/** Does steps in lanes beside one another, taking them as lanes become free. */
export function localQueue(lanes: readonly Lane[], settings: LocalSettings): StepQueue {
  return {
    run: (steps, watcher) => runInLanes(steps, watcher, lanes, settings),
    close: async () => void (await Promise.all(lanes.map((lane) => lane.close()))),
  };
}

async function runInLanes(
  steps: Iterable<Step>,
  watcher: StepWatcher,
  lanes: readonly Lane[],
  { ahead, turn, signal }: LocalSettings,
): Promise<void> {
  const rest = steps[Symbol.iterator]();
  const waiting = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const guarded = async (act: () => Promise<boolean>): Promise<void> => {
    try {
      if (!(await act())) isStopped = true;
    } catch (error) {
      isStopped = true;
      failures.push(error);
    }
  };
  let isStopped = false;
  const work = async (lane: Lane): Promise<boolean> => {
    while (!isStopped) {
      const next = rest.next();
      if (next.done === true) return true;
      await turn?.();
      if (signal.aborted) throw stopped();
      watcher.begun(next.value);
      const result = await lane.run(next.value);
      const kept: Promise<void> = guarded(() => watcher.ended(next.value, result)).finally(() => waiting.delete(kept));
      waiting.add(kept);
      if (waiting.size >= ahead) await Promise.race(waiting);
    }
    return false;
  };
  await Promise.all(lanes.map((lane) => guarded(() => work(lane))));
  await Promise.all(waiting);
  if (failures.length > 0) throw failures[0];
}
