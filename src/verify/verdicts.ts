import type { RunResult } from '../transform/index.js';
import type { Verdict } from './proof.js';
import { unbuiltLines } from './stages.js';
import { accepting, type Unit } from '../transform/units.js';

interface VerdictOptions {
  /** The rewrite that is left. */
  readonly final: RunResult;
  readonly target: string | undefined;
  /** Whether anything was run. */
  readonly ran: boolean;
}

/** What is known of each change, in the order of the rewrite. */
export function verdictsOf(
  units: readonly Unit[],
  dropped: ReadonlyMap<Unit, string>,
  { final, target, ran }: VerdictOptions,
): readonly Verdict[] {
  const present = accepting(final.changes, final.changes);
  const unbuilt = unbuiltLines(final.input, target);
  return units.flatMap((unit) =>
    unit.changes.map((change): Verdict => {
      const reason = dropped.get(unit);
      if (reason !== undefined) return { change, standing: 'dropped', reason };
      if (!present(change)) return { change, standing: 'dropped', reason: 'it rests on a change that was dropped' };
      const untestable = (why: string): Verdict => ({ change, standing: 'not testable', reason: why });
      if (unbuilt.some(({ first, last }) => change.line >= first && change.line <= last)) {
        return untestable('its stage is not part of what is built');
      }
      if (change.level !== 'safe' && !ran) {
        return untestable('built, not run: the image declares nothing to run (see --smoke)');
      }
      return { change, standing: 'proven', reason: '' };
    }),
  );
}
