import { isShipped, type Run, runsOf } from '../../src/cache-mounts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { defineTransform } from '../../src/transform/index.js';
import { type Cleanup, cleanupsOf } from './cleanups.js';
import { makerOf } from './makers.js';
import { mergeInto } from './merge.js';

export default defineTransform({
  meta: {
    name: 'merge-cleanup-into-layer',
    summary: 'Clean up in the layer that made the mess',
    why: 'A file that a later layer removes is still in the layer that made it; removed by the same RUN it never enters the image.',
    phase: 'install',
    after: ['merge-update-and-install'],
    looksFor: [
      [
        'rm',
        'clean',
        'autoclean',
        'auto-clean',
        'cache',
        'purge',
        'remove',
        'autoremove',
        'autopurge',
        'del',
        'clear-cache',
        'clearcache',
        'cc',
      ],
    ],
    level: 'safe',
    assumes: [],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (_, { facts, project, propose, decline }) => {
    const runs = runsOf(facts);
    const taken = new Set<Run>();
    for (const run of runs) {
      if (!isShipped(facts, run.stage)) continue;
      const cleanups = cleanupsOf(run);
      const maker = cleanups === undefined ? undefined : makerOf(facts, run, cleanups);
      if (cleanups === undefined || maker === undefined || cameWithSource(project, cleanups)) continue;
      const found = mergeInto(facts, maker, run, cleanups);
      if (typeof found === 'string') {
        decline(found, run.instruction.span);
        continue;
      }
      if (found.runs.some((one) => taken.has(one))) continue;
      for (const one of found.runs) taken.add(one);
      propose({
        at: run.instruction.span,
        edits: found.edits,
        level: 'safe',
        what: `clean up in the RUN at line ${maker.instruction.lines.first}, whose layer holds the files`,
        evidence: [
          { fact: 'this RUN makes the files', span: maker.instruction.span },
          { fact: 'this RUN removes them, which leaves them in the layer before', span: run.instruction.span },
        ],
      });
    }
  },
});

/** Whether all that goes is yarn's cache, and the repository itself holds it: then a COPY brought it, and its layer keeps it. */
function cameWithSource(project: ProjectFacts | undefined, cleanups: readonly Cleanup[]): boolean {
  return (
    cleanups.every(({ use: { invocation } }) => /^yarn(?:pkg)?$/.test(invocation.tool ?? '')) &&
    project?.context.paths.some((path) => /(?:^|\/)\.yarn\/cache\/[^/]+\.zip$/.test(path)) === true
  );
}
