import type { AppliedChange, RunResult } from '../transform/index.js';

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

/**
 * A change's name that is the same in every run of the transforms over one text, whichever others are left out.
 */
export function keyOf({ transform, line, column, what }: AppliedChange): string {
  return [transform, line, column, what].join('\n');
}

/** A test for the changes of some units only. */
export function accepting(units: readonly Unit[]): (change: AppliedChange) => boolean {
  const keys = new Set(units.flatMap(({ changes }) => changes.map(keyOf)));
  return (change) => keys.has(keyOf(change));
}
