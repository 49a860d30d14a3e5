import { mountsOf, type Stage } from '../dockerfile/index.js';
import { type Facts, isRoot, joinPath, resolvePath, type State } from '../facts/index.js';
import { patternOf, type ShellNode, type ShellScript, valueOf } from '../shell/index.js';
import { type FirstRun, laterRuns } from './later-runs.js';
import { relationTo } from './paths.js';
import { isShipped, reachesImage } from './shipped.js';
import { type Run, runsOf, type Use } from './uses.js';

/** What transforms that keep a cache out of a layer without a mount need to know of a RUN. */

/** A RUN with what tells whether its mess is worth a clean-up, and what comes after it. */
export interface CleanableRun {
  readonly run: Run;
  /** Whether what it leaves in a folder ends in an image: with its layer, or copied with all around it and not removed before. */
  ships(folder: string): boolean;
  /** The first later RUN of its stage and of the stages built FROM it that a test is true of. */
  readonly later: FirstRun;
  /** Its stage and those built FROM it. */
  readonly heirs: readonly Stage[];
}

/** All RUNs of a file. */
export function cleanableRuns(facts: Facts): readonly CleanableRun[] {
  const laterThan = laterRuns(facts);
  return runsOf(facts).map((run) => {
    const later = laterThan(run);
    const ships = (folder: string): boolean =>
      isShipped(facts, run.stage) ||
      (reachesImage(facts, run.stage, folder) && later(removesOne, [folder]) === undefined);
    return { run, heirs: facts.heirs(run.stage), later, ships };
  });
}

function removesOne(run: Run, folders: readonly string[]): boolean {
  return folders.some((folder) => removesLater(run, -1, folder));
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

/** HOME of a command, where it is not known as adduser(8) makes it. */
export function likelyHome(state: State, { invocation, place }: Use): string {
  const inline = invocation.environment.findLast(([name]) => name === 'HOME')?.[1];
  const known = inline === undefined ? place.home : valueOf(inline, place.lookup);
  if (known !== undefined) return known;
  return state.user === undefined || isRoot(state) === true ? '/root' : `/home/${state.user}`;
}

/** Why nothing more can be run at the end of a script; undefined when it can. */
export function endProblem({ body }: ShellScript): string | undefined {
  const last = body.items.at(-1);
  return last?.type === 'block' || last?.type === 'pipeline' || endsTheShell(body)
    ? 'the RUN ends with a compound command, a pipeline or exit'
    : undefined;
}

/** Whether nothing runs after a list: it ends with exit or exec, and not only where another command fails. */
function endsTheShell(node: ShellNode | undefined): boolean {
  if (node?.type === 'sequence') return node.operators.at(-1)?.text !== '||' && endsTheShell(node.items.at(-1));
  const name = node?.type === 'command' ? node.words[0]?.value : undefined;
  return name === 'exit' || name === 'exec';
}
