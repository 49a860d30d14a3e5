import { frontendProblem, isShipped } from '../../src/cache-mounts/index.js';
import { type Instruction, type Stage, toSource } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { linkProblem } from './destination.js';

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
      for (const copy of stage.instructions) {
        if (!pays(facts, stage, copy)) continue;
        const problem = builder ?? linkProblem(facts, stage, copy, project?.context);
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

/** Whether a COPY may be taken from the cache where what is below it changed: no step that would run again follows. */
function pays(facts: Facts, stage: Stage, copy: Instruction): boolean {
  if (copy.keyword !== 'COPY' || copy.flags.some(({ name }) => name === 'link')) return false;
  const above = facts.lineage(stage).flatMap(({ instructions }) => instructions);
  const isFirst = !above.some(({ keyword, index }) => index < copy.index && /^(?:RUN|COPY|ADD)$/.test(keyword));
  if (isFirst && facts.before(copy)!.image.family === 'scratch') return false;
  return !facts
    .heirs(stage)
    .some(({ instructions }) => instructions.some(({ keyword, index }) => keyword === 'RUN' && index > copy.index));
}
