import type { AppliedChange, RunResult } from './types.js';

/** Changes that stand or fall together. */
export interface Unit {
  readonly name: string;
  readonly changes: readonly AppliedChange[];
}

/** The changes of a rewrite by group; a group of a later pass is another one. */
export function unitsOf({ changes }: Pick<RunResult, 'changes'>): readonly Unit[] {
  const units = new Map<string, AppliedChange[]>();
  for (const change of changes) {
    const key = `${change.transform}\n${change.pass}\n${change.group}`;
    units.set(key, [...(units.get(key) ?? []), change]);
  }
  return [...units.values()].map((list) => ({ name: list[0]!.transform, changes: list }));
}

type Named = Pick<AppliedChange, 'transform' | 'what' | 'line' | 'column'>;

const exactly = ({ transform, line, column, what }: Named): string => [transform, line, column, what].join('\n');
const roughly = ({ transform, what }: Named): string => `${transform}\n${what}`;

/**
 * A test for some of the changes of a rewrite, in a run over the same text that leaves the others out. A change of a later
 * pass may stand in another line then: where its place is unknown it is known by what it does.
 * @param all changes of the whole rewrite
 */
export function accepting(kept: readonly Named[], all: readonly Named[]): (change: Named) => boolean {
  const taken = new Set(kept);
  const left = all.filter((change) => !taken.has(change));
  const exact = new Map(all.map((change) => [exactly(change), taken.has(change)]));
  const rough = new Set(kept.map(roughly));
  for (const change of left) rough.delete(roughly(change));
  return (change) => exact.get(exactly(change)) ?? rough.has(roughly(change));
}

/** All changes of some units. */
export function changesOf(units: readonly Unit[]): readonly AppliedChange[] {
  return units.flatMap(({ changes }) => changes);
}
