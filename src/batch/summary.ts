import type { BatchPhase, BatchRecord } from './record.js';

/** How far one phase is. */
export interface PhaseSummary {
  readonly phase: BatchPhase;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Those that came to nothing, by cause; the most frequent first. */
  readonly causes: readonly Cause[];
}

export interface Cause {
  readonly outcome: 'skipped' | 'failed';
  readonly reason: string;
  readonly repositories: readonly string[];
}

/** Counts the records of a phase, and groups those that came to nothing by their reason. */
export function summarisePhase(all: Iterable<BatchRecord>, phase: BatchPhase): PhaseSummary {
  const counts = { done: 0, skipped: 0, failed: 0 };
  const causes = new Map<string, Cause & { readonly repositories: string[] }>();
  for (const { phase: of, outcome, reason, repository } of all) {
    if (of !== phase) continue;
    counts[outcome]++;
    if (outcome === 'done') continue;
    const key = `${outcome} ${reason}`;
    const cause = causes.get(key) ?? { outcome, reason, repositories: [] };
    cause.repositories.push(repository);
    causes.set(key, cause);
  }
  const byCount = [...causes.values()].sort((a, b) => b.repositories.length - a.repositories.length);
  return { phase, ...counts, causes: byCount };
}
