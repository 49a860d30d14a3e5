import { isListRemoval, isUpdate, readsEarlierLists, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';

/** A RUN that fetches package lists, and the later ones that install from them without fetching their own. */
export interface Fetch {
  readonly run: Run;
  readonly update: Use;
  readonly readers: readonly Run[];
  /** The other RUNs that see these lists. */
  readonly others: readonly Run[];
}

/** The last update of a RUN that always runs. */
function updateOf({ uses }: Run): Use | undefined {
  return uses.findLast(({ invocation }) => isUpdate(invocation) && !invocation.command.conditional);
}

/** Every RUN that fetches lists, with those that see its lists and not a later update's, in its stage and its heirs. */
export function fetchesIn(facts: Facts, runs: readonly Run[]): readonly Fetch[] {
  const fetches = new Map<Run, { run: Run; update: Use; readers: Run[]; others: Run[] }>();
  const latest = new Map<Stage, Run | undefined>();
  for (const run of runs) {
    const source = stagesAbove(facts, run.stage).find((stage) => latest.has(stage));
    const fetched = source === undefined ? undefined : latest.get(source);
    const seen = fetched === undefined ? undefined : fetches.get(fetched);
    if (seen !== undefined) (readsEarlierLists(run) ? seen.readers : seen.others).push(run);
    const update = updateOf(run);
    if (update !== undefined) {
      fetches.set(run, { run, update, readers: [], others: [] });
      latest.set(run.stage, run);
    } else if (run.uses.some((use) => isListRemoval(use) && !use.invocation.command.conditional)) {
      latest.set(run.stage, undefined);
    }
  }
  return [...fetches.values()];
}

/** A stage, the one that it is built from, and so on. */
export function stagesAbove({ file }: Facts, stage: Stage): readonly Stage[] {
  const chain = [stage];
  for (let at = stage; at.parent !== undefined;) chain.push((at = file.stages[at.parent]!));
  return chain;
}

/** Whether a RUN stands before another in its stage, or in a stage that the other's is built from. */
export function comesBefore(facts: Facts, one: Run, other: Run): boolean {
  return one.instruction.index < other.instruction.index && stagesAbove(facts, other.stage).includes(one.stage);
}

/** Whether the shell of a RUN stops at the first command that fails. */
export function isStrict(facts: Facts, { instruction, script }: Run): boolean {
  const body = facts.body(instruction);
  return (body.kind === 'script' && body.errexit) || (script !== undefined && stopsAtFailure(script));
}
