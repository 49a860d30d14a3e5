import type { Prepare, Run } from '../../src/cache-mounts/index.js';

/**
 * apt needs two things more. Debian's images delete every package after its installation (docker-clean), so that file
 * steps aside for the RUN; and package lists must come from an update in the same RUN, since a mount hides those of
 * earlier layers.
 */
export const prepareApt: Prepare = ({ run }, facts, tree) => {
  const uses = run.uses.filter(({ invocation }) => isApt(invocation.tool));
  const installs = uses.findIndex(({ invocation }) => INSTALLS.has(invocation.subcommand));
  const update = uses.findIndex(({ invocation }) => invocation.subcommand === 'update');
  if (installs < 0) return { only: [] };
  const ownLists = update >= 0 && update < installs;
  const laterNeed = tree.find((other) => needsListsOf(run, other));
  if (!ownLists) {
    return 'this RUN installs without an apt-get update of its own, and a mount would hide the package lists of earlier layers';
  }
  const only = laterNeed === undefined ? ['apt', 'apt-lists'] : ['apt'];
  const sudo = uses[0]!.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
  const mentioned = tree
    .filter((other) => other.instruction.index <= run.instruction.index)
    .some((other) => facts.file.slice(other.instruction.span).includes('docker-clean'));
  if (mentioned) return { only };
  const { image } = run.state;
  const certain = image.official && image.family === 'debian';
  const [from, aside] = ['/etc/apt/apt.conf.d', '/etc/apt'];
  return {
    only,
    wrapping: certain
      ? {
          before: `${sudo}mv ${from}/docker-clean ${aside}/`,
          after: `${sudo}mv ${aside}/docker-clean ${from}/`,
          why: 'docker-clean would delete the packages from the cache',
        }
      : {
          before: `${sudo}find ${from} -name docker-clean -exec mv {} ${aside}/ ';'`,
          after: `${sudo}find ${aside} -maxdepth 1 -name docker-clean -exec mv {} ${from}/ ';'`,
          why: 'docker-clean, where the image has it, would delete the packages from the cache',
        },
  };
};

const INSTALLS = new Set(['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep']);

function isApt(tool: string | undefined): boolean {
  return tool === 'apt-get' || tool === 'apt' || tool === 'aptitude';
}

/** Whether a later RUN reads package lists that this one leaves in its layer: an install before any update of its own. */
function needsListsOf(run: Run, other: Run): boolean {
  if (other.instruction.index <= run.instruction.index) return false;
  if (other.opaque !== undefined) return true;
  for (const { invocation } of other.uses) {
    const { tool, subcommand } = invocation;
    if (isApt(tool) && subcommand === 'update') return false;
    if (
      isApt(tool) &&
      (INSTALLS.has(subcommand) ||
        ['source', 'download', 'changelog', 'show', 'search', 'list', 'policy'].includes(subcommand))
    )
      return true;
    if (tool === 'apt-cache') return true;
  }
  return false;
}
