import {
  isApt,
  isInstall,
  isUpdate,
  mayReadEarlierLists,
  mountsLists,
  type Prepare,
  readsEarlierLists,
  relationTo,
  removesLists,
  type Run,
} from '../../src/cache-mounts/index.js';
import { type Facts, resolvePath } from '../../src/facts/index.js';
import { patternOf } from '../../src/shell/index.js';
import { onceFor } from '../../src/once.js';

const CONFIG = '/etc/apt/apt.conf.d';
const ASIDE = '/etc/apt';

/**
 * apt needs two things more. Debian's images delete every package after its installation (docker-clean), so that file
 * steps aside for the RUN; and package lists are mounted only where an update in the same RUN fills them, since a mount
 * hides those of earlier layers.
 */
export const prepareApt: Prepare = ({ run }, facts, tree) => {
  const uses = run.uses.filter(({ invocation }) => isApt(invocation));
  if (!uses.some(({ invocation }) => isInstall(invocation))) return undefined;
  const { index } = run.instruction;
  const { lastReader, firstLeft, firstHandler } = landmarksOf(tree, facts);
  const inLayer = !updatesFirst(run) || (removesLists(run) ? firstLeft < index : lastReader > index);
  const only = inLayer ? ['apt'] : ['apt', 'apt-lists'];
  if (firstHandler <= index) return { only };
  const sudo = uses[0]!.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
  const { image } = run.state;
  return {
    only,
    wrapping:
      image.official && image.family === 'debian'
        ? {
            before: `${sudo}mv ${CONFIG}/docker-clean ${ASIDE}/`,
            after: `${sudo}mv ${ASIDE}/docker-clean ${CONFIG}/`,
            why: 'docker-clean would delete the packages from the cache',
          }
        : {
            before: `${sudo}find ${CONFIG} -name docker-clean -exec mv {} ${ASIDE}/ ';'`,
            after: `${sudo}find ${ASIDE} -maxdepth 1 -name docker-clean -exec mv {} ${CONFIG}/ ';'`,
            why: 'docker-clean, where the image has it, would delete the packages from the cache',
          },
  };
};

/** Indices of instructions of a tree: -1 or infinity where there are none. */
interface Landmarks {
  /** The last RUN that reads package lists of an earlier layer, or may. */
  readonly lastReader: number;
  /** The first RUN whose lists stay in its layer: a removal of them later is more than a clean-up of its own RUN. */
  readonly firstLeft: number;
  /** The first RUN that sees to docker-clean. */
  readonly firstHandler: number;
}

const landmarksOf = onceFor((tree: readonly Run[], facts: Facts): Landmarks => {
  const reads = (run: Run): boolean => readsEarlierLists(run) || mayReadEarlierLists(run);
  const lastReader = tree.findLast(reads)?.instruction.index ?? -1;
  const leaves = (run: Run): boolean =>
    run.uses.some(({ invocation }) => isUpdate(invocation)) &&
    !mountsLists(run) &&
    !removesLists(run) &&
    (!updatesFirst(run) || lastReader > run.instruction.index);
  return {
    lastReader,
    firstLeft: tree.find(leaves)?.instruction.index ?? Infinity,
    firstHandler: tree.find((run) => handlesDockerClean(facts, run))?.instruction.index ?? Infinity,
  };
});

/** Whether a RUN installs from lists that it has fetched itself. */
function updatesFirst(run: Run): boolean {
  return run.uses.some(({ invocation }) => isInstall(invocation)) && !readsEarlierLists(run);
}

/** Whether a RUN names docker-clean, or removes the folder that it is in. */
function handlesDockerClean({ file }: Facts, { instruction, uses }: Run): boolean {
  if (file.slice(instruction.span).includes('docker-clean')) return true;
  return uses.some(({ invocation, place }) => {
    if (invocation.tool !== 'rm') return false;
    return invocation.operands.some((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined ? undefined : resolvePath(pattern, place);
      return path !== undefined && relationTo(path, `${CONFIG}/docker-clean`) !== 'none';
    });
  });
}
