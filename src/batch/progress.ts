import { printable } from '../errors.js';
import type { BatchPhase, BatchRecord } from './record.js';

/** How far a phase is. */
export interface PhaseProgress {
  readonly phase: BatchPhase;
  readonly total: number;
  readonly counts: Readonly<Record<BatchRecord['outcome'] | 'unchanged', number>>;
  /** Repositories that are being looked at, the oldest first. */
  readonly current: readonly string[];
  /** Since it began. */
  readonly seconds: number;
}

const MOST_SHOWN = 4;

/** The lines of a table that moves: counts, rate, time left, and what is being looked at; none is wider than `width`. */
export function progressLines(progress: PhaseProgress, width: number): readonly string[] {
  const { phase, total, counts, current, seconds } = progress;
  const ended = counts.done + counts.skipped + counts.failed + counts.unchanged;
  const rate = seconds > 0 ? ended / seconds : 0;
  const left = rate > 0 && ended < total ? `, ${duration((total - ended) / rate)} left` : '';
  const parts = (['done', 'skipped', 'failed', 'unchanged'] as const).map((name) => `${counts[name]} ${name}`);
  const head = `${phase}  ${ended} of ${total}  ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s${left}`;
  const shown = current.slice(0, MOST_SHOWN).map((name) => `  … ${printable(name)}`);
  const more = current.length > MOST_SHOWN ? [`  … and ${current.length - MOST_SHOWN} more`] : [];
  return [head, `  ${parts.join('  ')}`, ...shown, ...more].map((line) => cut(line, width));
}

/** The end of a path tells more than its start. */
function cut(line: string, width: number): string {
  if (line.length <= width) return line;
  return line.startsWith('  … ') ? `  … …${line.slice(line.length - width + 5)}` : line.slice(0, width);
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
