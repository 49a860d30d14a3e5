import { mountsOf, type Stage } from '../dockerfile/index.js';
import { type Facts, homeOf, isRoot, joinPath, resolvePath, type State } from '../facts/index.js';
import { patternOf, type ShellScript } from '../shell/index.js';
import { relationTo } from './paths.js';
import { isShipped } from './shipped.js';
import { type Run, runsOf } from './uses.js';

/** What transforms that keep a cache out of a layer without a mount need to know of a RUN. */

/** A RUN whose layer ends in an image, and what comes after it in that image. */
export interface ShippedRun {
  readonly run: Run;
  /** Later RUNs of its stage and of the stages built FROM it. */
  later(): readonly Run[];
  /** Its stage and those built FROM it. */
  readonly heirs: readonly Stage[];
}

/** The RUNs whose layers end in an image; of other stages only copied files count. */
export function shippedRuns(facts: Facts): readonly ShippedRun[] {
  const runs = runsOf(facts);
  return runs.flatMap((run) => {
    if (!isShipped(facts, run.stage)) return [];
    const heirs = facts.heirs(run.stage);
    const isLater = (other: Run): boolean =>
      heirs.includes(other.stage) && other.instruction.index > run.instruction.index;
    return [{ run, heirs, later: () => runs.filter(isLater) }];
  });
}

/** Whether one of a RUN's mounts keeps what is written to a folder out of the layer. */
export function isMounted({ instruction, state }: Run, folder: string): boolean {
  return mountsOf(instruction).some(({ target }) => {
    if (target === undefined) return false;
    const relation = relationTo(folder, joinPath(state.workdir ?? '/', target));
    return relation === 'same' || relation === 'within';
  });
}

/** Whether a RUN, after its use number `from`, removes a folder, something in it, or a folder above it. */
export function removesLater(run: Run, from: number, folder: string): boolean {
  return run.uses.slice(from + 1).some(({ invocation, place }) => {
    if (invocation.tool !== 'rm' && invocation.tool !== 'find') return false;
    return invocation.operands.some((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined ? undefined : resolvePath(pattern, place);
      return path !== undefined && relationTo(path, folder) !== 'none';
    });
  });
}

/** HOME of a step, where it is not known as adduser(8) makes it. */
export function likelyHome(state: State): string {
  const known = homeOf(state);
  if (known !== undefined) return known;
  return state.user === undefined || isRoot(state) === true ? '/root' : `/home/${state.user}`;
}

/** Why nothing more can be run at the end of a script; undefined when it can. */
export function endProblem({ body }: ShellScript): string | undefined {
  const last = body.items.at(-1);
  const name = last?.type === 'command' ? last.words[0]?.value : undefined;
  return last?.type === 'block' || last?.type === 'pipeline' || name === 'exit' || name === 'exec'
    ? 'the RUN ends with a compound command, a pipeline or exit'
    : undefined;
}
