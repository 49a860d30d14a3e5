import { runsOf } from '../../src/cache-mounts/index.js';
import type { Run } from '../../src/cache-mounts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { fetchWhereUnpacked } from './added-archives.js';
import { setModesWhileAdding } from './chmod.js';
import { dropLeftovers } from './leftovers.js';
import { remoteAdds } from './remote-add.js';
import { settleDownloads } from './settling.js';

export default defineTransform({
  meta: {
    name: 'fetch-remote-files-well',
    summary: 'Fetch, unpack and drop remote files in one layer',
    why: 'A downloaded archive stays in the layer that fetched it, and a chmod in a later layer holds the file a second time; done in one step, each byte is there once.',
    phase: 'install',
    after: ['merge-cleanup-into-layer'],
    looksFor: [['curl', 'wget', 'ADD']],
    level: 'unsafe',
    assumes: ['no code that dfix does not see reads an unpacked archive again'],
    needs: [],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/build/building/best-practices/#add-or-copy'],
    options: {},
  },
  find: (_, context) => {
    const runs = runsOf(context.facts);
    const adds = remoteAdds(context.facts);
    const taken = new Set<Run>();
    fetchWhereUnpacked(adds, context, taken);
    dropLeftovers(runs, context, taken);
    settleDownloads(runs, context, taken);
    setModesWhileAdding(adds, runs, context, taken);
  },
});
