import type { Stage } from '../dockerfile/index.js';
import { isRoot, type State } from '../facts/index.js';
import type { Invocation } from '../shell/index.js';
import type { CacheManager } from './types.js';
import type { Run, Use } from './uses.js';

/** Rule R3: who runs the manager, and so who must own the mounted folder. */

/** The user id that must own a RUN's mounts, undefined for root's; a reason when nothing tells. */
export function ownerOf(
  manager: CacheManager,
  uses: readonly Use[],
  run: Run,
  assumeRoot: boolean,
  userId: (run: Run) => number | undefined,
): { readonly uid: number | undefined } | string {
  const { state } = run;
  const isOther = (user: string | undefined): boolean => user !== undefined && user !== 'root' && user !== state.user;
  const other = uses.find(({ invocation }) => isOther(invocation.user));
  if (other !== undefined) return `${other.invocation.user!} runs it, who is not the user of this step`;
  const asRoot = runsAsRoot(uses[0]?.invocation, state);
  if (manager.rootOnly === true && asRoot === false)
    return `${manager.label} works only as root, not as ${state.user!}`;
  const root = manager.rootOnly === true || assumeRoot || asRoot;
  if (root === undefined) return userUnknown(state);
  const uid = root ? undefined : userId(run);
  return root || uid !== undefined
    ? { uid }
    : `user ${state.user ?? '?'} is not root and has no known user id to own the cache`;
}

/** Whether an invocation's user is root, as far as the state tells. */
function runsAsRoot(invocation: Invocation | undefined, state: State): boolean | undefined {
  return invocation?.user === undefined ? isRoot(state) : invocation.user === 'root';
}

function userUnknown(state: State): string {
  return state.image.image === '' || !state.image.official
    ? 'the user of the base image is not known: a USER line above this step would tell'
    : 'the user depends on a build argument';
}

/** A RUN whose user is not known and that runs a tool which only root can use. */
interface RootUse {
  readonly run: Run;
  /** Where its stage first sets a user. */
  readonly user: number;
}

/** The RUNs that prove who the user of a base image is. */
export function rootUses(runs: readonly Run[]): readonly RootUse[] {
  const users = new Map<Stage, number>();
  return runs.filter(needsRoot).map((run) => {
    const { stage } = run;
    const user = users.get(stage) ?? stage.instructions.find(({ keyword }) => keyword === 'USER')?.index ?? Infinity;
    users.set(stage, user);
    return { run, user };
  });
}

function needsRoot({ state, uses }: Run): boolean {
  const isRoots = ({ invocation: { tool, subcommand, wrappers, command } }: Use): boolean =>
    ROOT_TOOLS.has(`${tool} ${subcommand}`) && wrappers.length === 0 && !command.conditional;
  return state.user === undefined && uses.some(isRoots);
}

/** Whether a user is root: one that is not known is, by what this RUN, an earlier one or a later one of its stage uses. */
export function provenRoot(proofs: readonly RootUse[], { stage, state, instruction: { index } }: Run): boolean {
  if (state.user !== undefined) return isRoot(state) === true;
  return proofs.some(
    ({ run, user }) =>
      (run.instruction.index <= index || run.stage === stage) &&
      run.state.image === state.image &&
      user >= Math.max(index, run.instruction.index),
  );
}

const ROOT_TOOLS = new Set([
  'apt-get install',
  'apt-get update',
  'apt install',
  'apt update',
  'apk add',
  'yum install',
  'dnf install',
  'microdnf install',
  'zypper install',
]);
