import { frontendProblem, isShipped } from '../../src/cache-mounts/index.js';
import { type Instruction, type Stage, toSource } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { linkProblem } from './destination.js';
import { folderReader } from './folders.js';

const LINK = { name: 'COPY --link', since: [1, 4] } as const;

export default defineTransform({
  meta: {
    name: 'copy-with-link',
    summary: 'Copy into layers that do not depend on what is below them',
    why: 'A linked COPY is a layer of its own: where an earlier step or the base image changes, it is taken from the cache as it is, and an image can be put on a new base without its files being copied again.',
    phase: 'order',
    after: ['copy-manifests-first', 'narrow-copies'],
    looksFor: [['COPY']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'opt-in',
    sameAs: [],
    references: ['https://docs.docker.com/reference/dockerfile/#copy---link'],
    options: {},
  },
  find: (file, { facts, project, propose, decline }) => {
    const builder = frontendProblem(file, LINK) ?? facts.inputs.withoutCacheMounts;
    for (const stage of file.stages) {
      if (!isShipped(facts, stage)) continue;
      const read = folderReader(facts, stage, project?.context);
      for (const copy of copiesThatPay(facts, stage)) {
        const problem = builder ?? linkProblem(facts, copy, read, project?.context);
        if (problem !== undefined) {
          decline(problem, copy.span);
          continue;
        }
        const at = toSource(copy.logical, (copy.flags[0]?.span ?? copy.args).start);
        propose({
          at: copy.span,
          edits: [{ span: { start: at, end: at }, text: '--link ' }],
          level: 'safe',
          what: 'copy into a layer of its own',
          evidence: [{ fact: 'every folder above the destination is new or as a COPY would make it', span: copy.span }],
        });
      }
    }
  },
});

/** The COPYs that may be taken from the cache where what is below them changed: no step that would run again follows. */
function copiesThatPay(facts: Facts, stage: Stage): readonly Instruction[] {
  const above = facts.lineage(stage).flatMap(({ instructions }) => instructions);
  const first = above.find(({ keyword }) => /^(?:RUN|COPY|ADD)$/.test(keyword));
  const below = facts.heirs(stage).flatMap(({ instructions }) => instructions);
  const lastRun = below.findLast(({ keyword }) => keyword === 'RUN');
  return stage.instructions.filter((copy) => {
    if (copy.keyword !== 'COPY' || copy.flags.some(({ name }) => name === 'link')) return false;
    if (copy === first && facts.before(copy)!.image.family === 'scratch') return false;
    return lastRun === undefined || lastRun.index < copy.index;
  });
}
