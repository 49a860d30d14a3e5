import { type PhaseProgress, progressLines } from '../batch/progress.js';
import type { BatchPhase, BatchRecord } from '../batch/record.js';
import type { Io, Writer } from './io.js';

const EVERY = 200;

interface BatchProgress {
  begun(repository: string): void;
  /** @param outcome undefined where nothing was left to do */
  ended(repository: string, outcome: BatchRecord['outcome'] | undefined): void;
  /** Writes a line that stays, above the table. */
  say(write: () => void): void;
  close(): void;
}

/** A table on standard error while a phase runs, where that is a terminal. */
export function batchProgress(phase: BatchPhase, total: number, { stderr, env }: Io): BatchProgress {
  const counts = { done: 0, skipped: 0, failed: 0, unchanged: 0 };
  const current = new Set<string>();
  const start = performance.now();
  const isLive = isTerminal(stderr) && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) stderr.write(`\u001b[${drawn}A\r\u001b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    clear();
    const seconds = (performance.now() - start) / 1000;
    const progress: PhaseProgress = { phase, total, counts, current: [...current], seconds };
    const lines = progressLines(progress, columns(stderr));
    stderr.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const timer = isLive ? setInterval(draw, EVERY) : undefined;
  timer?.unref();
  return {
    begun: (repository) => void current.add(repository),
    ended(repository, outcome) {
      current.delete(repository);
      counts[outcome ?? 'unchanged']++;
    },
    say(write) {
      clear();
      write();
    },
    close() {
      clearInterval(timer);
      clear();
    },
  };
}

function isTerminal(writer: Writer): boolean {
  return 'isTTY' in writer && writer.isTTY === true;
}

function columns(writer: Writer): number {
  return 'columns' in writer && typeof writer.columns === 'number' ? writer.columns - 1 : 79;
}
