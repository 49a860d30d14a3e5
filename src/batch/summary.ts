import type { BatchPhase, BatchRecord } from './record.js';

/** How far one phase is. */
interface PhaseSummary {
  readonly phase: BatchPhase;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Those that came to nothing, by cause, and pull requests by their state; the most frequent first. */
  readonly causes: readonly Cause[];
}

/** Repositories of which the same came, and why; of pull requests, what state they are in. */
interface Cause {
  readonly outcome: BatchRecord['outcome'];
  readonly reason: string;
  readonly repositories: readonly string[];
}

/** Counts the records of a phase, and groups those that came to nothing by their cause. */
export function summarisePhase(all: Iterable<BatchRecord>, phase: BatchPhase): PhaseSummary {
  const counts = { done: 0, skipped: 0, failed: 0 };
  const causes = new Map<string, BatchRecord[]>();
  for (const record of all) {
    if (record.phase !== phase) continue;
    const { outcome } = record;
    counts[outcome]++;
    if (outcome === 'done' && phase !== 'status') continue;
    const key = `${outcome} ${causeOf(record)}`;
    if (!causes.has(key)) causes.set(key, []);
    causes.get(key)!.push(record);
  }
  const byCount = [...causes.values()].sort((a, b) => b.length - a.length);
  return { phase, ...counts, causes: byCount.map(toCause) };
}

function toCause(records: readonly BatchRecord[]): Cause {
  const first = records[0]!;
  const isSame = first.outcome !== 'done' && records.every(({ reason }) => reason === first.reason);
  const reason = isSame ? first.reason : causeOf(first);
  return { outcome: first.outcome, reason, repositories: records.map(({ repository }) => repository) };
}

/** A reason without what tells one repository from another: its name, the file at its start, words in quotes, addresses, numbers. */
function causeOf({ repository, outcome, reason }: BatchRecord): string {
  if (outcome === 'done') return reason.split(':', 1)[0]!;
  return reason
    .replaceAll(repository, '…')
    .replace(/^[^:]*(?:Docker|Container)file[^:\s]*(?::\d+)*: /i, '')
    .replace(/https?:\/\/\S+/g, '…')
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\d+/g, '…');
}
