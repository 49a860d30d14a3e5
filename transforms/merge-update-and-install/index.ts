import { mountsLists, removesLists, runsOf } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import { prependCommand } from '../../src/shell/insert.js';
import { defineTransform } from '../../src/transform/index.js';
import { neededInPlace, notPrependable, notRepeatable } from './guards.js';
import { type Fetch, fetchesIn } from './lists.js';
import { takeOut, updateText } from './take-out.js';

/** More RUNs than this would each fetch the lists anew; joining them is for a person to decide. */
const MOST_INSTALLS = 3;

export default defineTransform({
  meta: {
    name: 'merge-update-and-install',
    summary: 'Update package lists in the RUN that installs from them',
    why: 'A cached apt-get update of its own goes stale, so a changed install fails or takes old packages; in one RUN the lists are always fresh and can be mounted or removed.',
    phase: 'install',
    looksFor: [['apt', 'apt-get', 'aptitude']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3009'],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const fetch of fetchesIn(facts, runsOf(facts))) {
      const { run, readers } = fetch;
      if (readers.length === 0 || removesLists(run) || mountsLists(run)) continue;
      const reason = leaveReason(facts, fetch);
      const taken = reason ?? takeOut(facts, fetch);
      const needed = taken.length === 0 ? undefined : neededInPlace(facts, fetch);
      if (typeof taken === 'string' || needed !== undefined) {
        decline(typeof taken === 'string' ? taken : needed!, run.instruction.span);
        continue;
      }
      const text = updateText(fetch);
      const group = `merge ${run.instruction.index}`;
      for (const { instruction, script } of readers) {
        propose({
          at: instruction.span,
          edits: [prependCommand(file, instruction, script!, text)],
          level: 'safe',
          what: `run ${text} in the RUN that installs`,
          group,
        });
      }
      if (taken.length > 0)
        propose({ at: run.instruction.span, edits: taken, level: 'safe', what: `drop the ${text} of its own`, group });
    }
  },
});

/** Why the RUNs that install cannot fetch the lists themselves. */
function leaveReason(facts: Facts, fetch: Fetch): string | undefined {
  const { readers } = fetch;
  if (readers.length > MOST_INSTALLS)
    return `${readers.length} RUNs install from these lists, and each would have to fetch them anew`;
  return (
    notRepeatable(facts, fetch) ??
    readers.map((reader) => notPrependable(facts, fetch, reader)).find((reason) => reason !== undefined)
  );
}
