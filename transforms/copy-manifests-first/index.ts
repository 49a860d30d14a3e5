import type { Dockerfile, Instruction } from '../../src/dockerfile/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { PROGRAMS } from './managers/index.js';
import { planForAll, valuesNamed } from './argument-values.js';
import { withDefaults } from './default-arguments.js';
import { loneView } from './lone.js';
import { planFile } from './plan-file.js';
import { viewOf } from '../../src/project/view.js';

export default defineTransform({
  meta: {
    name: 'copy-manifests-first',
    summary: 'Copy manifests and install before copying the source',
    why: 'A COPY of the whole source before an install makes every edit download and install everything anew; with only the manifests copied first, the install is cached until they change.',
    phase: 'order',
    looksFor: [['COPY', 'ADD'], PROGRAMS],
    level: 'review',
    assumes: [
      'folders that installs fill, such as node_modules, are not wanted from the build context',
      'scripts of package.json, and builds and tests of .NET, neither change what another install reads nor look at what it fills',
      'without the project: requirements files that pip is given include no others and nothing local',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    ],
    options: {},
  },
  find: (file, { facts: certain, project, dockerfile, propose, decline }) => {
    const crowded = file.stages.find(({ instructions }) => instructions.filter(isCopy).length > MOST_COPIES);
    if (crowded !== undefined) {
      decline(`more than ${MOST_COPIES} COPYs in this stage`, crowded.from.span);
      return;
    }
    if (!mayInstallBelowCopy(file)) return;
    const view = project === undefined ? loneView(withDefaults(certain)) : viewOf(project, dockerfile);
    if (typeof view === 'string') return;
    const values = valuesNamed(certain, view);
    const found = values === undefined ? planFile(certain, certain, view) : planForAll(certain, view, values);
    for (const { reason, at } of found.declines) decline(reason, at);
    for (const proposal of found.proposals) propose(proposal);
  },
});

/** How many COPYs of a stage are weighed against each of its RUNs: a longer file would take time out of proportion. */
const MOST_COPIES = 200;

function isCopy({ keyword }: Instruction): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

const PROGRAM = new RegExp(String.raw`(?<![\w+-])(?:${PROGRAMS.join('|')})(?![\w+-])`);

/** Whether a RUN below some COPY has the name of a manager's program. */
function mayInstallBelowCopy(file: Dockerfile): boolean {
  const first = file.instructions.findIndex(isCopy);
  return file.instructions.some(
    ({ keyword, index, logical, heredocs }) =>
      keyword === 'RUN' &&
      index > first &&
      (PROGRAM.test(logical.text) || heredocs.some(({ body }) => PROGRAM.test(file.slice(body)))),
  );
}
