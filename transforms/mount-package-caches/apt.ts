import {
  isApt,
  isInstall,
  isUpdate,
  mayInstallUnseen,
  type Prepare,
  readsEarlierLists,
  relationTo,
  removesLists,
  type Run,
} from '../../src/cache-mounts/index.js';
import { type Facts, resolvePath } from '../../src/facts/index.js';
import { patternOf } from '../../src/shell/index.js';

const CONFIG = '/etc/apt/apt.conf.d';
const ASIDE = '/etc/apt';

/**
 * apt needs two things more. Debian's images delete every package after its installation (docker-clean), so that file
 * steps aside for the RUN; and package lists are mounted only where an update in the same RUN fills them, since a mount
 * hides those of earlier layers.
 */
export const prepareApt: Prepare = ({ run }, facts, tree) => {
  const uses = run.uses.filter(({ invocation }) => isApt(invocation));
  const install = uses.findIndex(({ invocation }) => isInstall(invocation));
  if (install < 0) return undefined;
  const update = uses.findIndex(({ invocation }) => isUpdate(invocation));
  const { index } = run.instruction;
  const { lastReader, lastUnseen, firstHandler } = landmarksOf(facts, tree);
  const updated = update >= 0 && update < install;
  const needed = !updated || (!removesLists(run) && (lastReader > index || lastUnseen > index));
  const only = needed ? ['apt'] : ['apt', 'apt-lists'];
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
  /** The last RUN that reads package lists of an earlier layer. */
  readonly lastReader: number;
  /** The last RUN that may do so. */
  readonly lastUnseen: number;
  /** The first RUN that sees to docker-clean. */
  readonly firstHandler: number;
}

const landmarks = new WeakMap<readonly Run[], Landmarks>();

function landmarksOf(facts: Facts, tree: readonly Run[]): Landmarks {
  let known = landmarks.get(tree);
  if (known === undefined) {
    known = {
      lastReader: tree.findLast(readsEarlierLists)?.instruction.index ?? -1,
      lastUnseen: tree.findLast(mayInstallUnseen)?.instruction.index ?? -1,
      firstHandler: tree.find((run) => handlesDockerClean(facts, run))?.instruction.index ?? Infinity,
    };
    landmarks.set(tree, known);
  }
  return known;
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
