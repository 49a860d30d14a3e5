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
    ? 'the user of the base image is not known'
    : 'the user depends on a build argument';
}

/**
 * A tool that only root can use proves that the user is root: in this RUN, an earlier one with the same unknown user, or a
 * later one of the same stage.
 */
export function provenRoot(runs: readonly Run[], run: Run): boolean {
  if (run.state.user !== undefined) return isRoot(run.state) === true;
  const same = (state: State): boolean => state.user === undefined && state.image === run.state.image;
  const setsUser = (other: Run): boolean =>
    other.stage.instructions.some(
      ({ keyword, index }) => keyword === 'USER' && index < Math.max(run.instruction.index, other.instruction.index),
    );
  return runs.some(
    (other) =>
      (other.instruction.index <= run.instruction.index || other.stage === run.stage) &&
      same(other.state) &&
      other.uses.some(
        ({ invocation }) =>
          ROOT_TOOLS.has(`${invocation.tool} ${invocation.subcommand}`) &&
          invocation.wrappers.length === 0 &&
          !invocation.command.conditional,
      ) &&
      !setsUser(other),
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
