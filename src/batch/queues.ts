import type { BatchPhase } from './record.js';

/** What a machine that works is used for: its cores, its container engine, or the interface of a platform. */
export const QUEUES = ['plan', 'verify', 'publish'] as const;
export type QueueName = (typeof QUEUES)[number];

export function queueOf(phase: BatchPhase): QueueName {
  if (phase === 'plan' || phase === 'preview') return 'plan';
  return phase === 'verify' ? 'verify' : 'publish';
}

/** So many in so many milliseconds, over all machines. */
export interface Rate {
  readonly count: number;
  readonly milliseconds: number;
}

const PERIOD = /^(\d{1,6})-P(?:T?(\d{1,6})([HMSD]))$/;
const UNITS: Readonly<Record<string, number>> = { S: 1000, M: 60_000, H: 3_600_000, D: 86_400_000 };

/** Reads a rate as multi-gitter writes it: `60-PT1H`, sixty an hour. Undefined for what is none. */
export function parseRate(text: string): Rate | undefined {
  const [, count, length, unit] = PERIOD.exec(text) ?? [];
  const isDay = unit === 'D';
  if (count === undefined || isDay === text.includes('T')) return undefined;
  const rate = { count: Number(count), milliseconds: Number(length) * UNITS[unit!]! };
  return rate.count > 0 && rate.milliseconds > 0 ? rate : undefined;
}

/**
 * When the next one may begin, milliseconds since 1970, so that no span as long as the rate's holds more than its count.
 * @param begun when earlier ones began, in any order
 */
export function nextTurn({ count, milliseconds }: Rate, begun: readonly number[], now: number): number {
  const recent = begun.filter((at) => at > now - milliseconds).sort((a, b) => a - b);
  return recent.length < count ? now : recent[recent.length - count]! + milliseconds;
}
