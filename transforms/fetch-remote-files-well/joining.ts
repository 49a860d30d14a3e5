import { joinReason, type Run, runAt } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ScriptRun } from '../../src/shell/merge-runs.js';

/** More RUNs than this stay apart: one change would run them all again. */
const MOST_JOINED = 4;

/** The RUNs from one to another when nothing but RUNs stands between them. */
export function runsFrom(facts: Facts, first: Run, last: Run): readonly Run[] | string {
  const { stage, instruction } = first;
  const all = stage.instructions.slice(
    instruction.index - stage.from.index,
    last.instruction.index - stage.from.index + 1,
  );
  const other = all.find(({ keyword }) => keyword !== 'RUN');
  if (other !== undefined)
    return `${other.keyword} at line ${other.lines.first} stands between the download and the last use of the archive`;
  return all.map((instruction) => runAt(facts, instruction)!);
}

/**
 * Why RUNs that follow one another cannot become one.
 * @param isFree whether a RUN needs no directory and no variable.
 */
export function notJoined(facts: Facts, members: readonly Run[], isFree?: (run: Run) => boolean): string | undefined {
  if (members.length > MOST_JOINED) return `${members.length} RUNs would become one`;
  const flags = members.length > 1 ? members.find(({ instruction }) => instruction.flags.length > 0) : undefined;
  if (flags !== undefined) return `line ${flags.instruction.lines.first} has flags of its own`;
  return joinReason(facts, members, isFree);
}

/** A RUN whose body is known to be a script. */
export function scriptRun({ instruction, script }: Run): ScriptRun {
  return { instruction, script: script! };
}
