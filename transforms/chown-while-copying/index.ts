import { isShipped, type Run, runsOf } from '../../src/cache-mounts/index.js';
import { argumentText, type Edit, type Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { defineTransform, type Move } from '../../src/transform/index.js';
import { type Chown, chownsOf, type Target } from './chowns.js';
import { folderPlan } from './folder-plan.js';
import { chownBehind, chownFlag, shrinkChown } from './rewrite.js';

export default defineTransform({
  meta: {
    name: 'chown-while-copying',
    summary: 'Give files their owner while they are copied',
    why: 'chown -R in a layer of its own writes every file a second time; COPY --chown, or a chown in the RUN that makes the files, writes them once.',
    phase: 'clean',
    looksFor: [['chown']],
    level: 'unsafe',
    assumes: ['a base image that is not known holds nothing in the folder of the application'],
    needs: ['images'],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/reference/dockerfile/#copy---chown---chmod'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const run of runsOf(facts)) {
      if (!isShipped(facts, run.stage)) continue;
      for (const chown of chownsOf(run)) {
        const found = typeof chown === 'string' ? chown : planOf(facts, chown);
        if (found === undefined) continue;
        if (typeof found === 'string') {
          if (
            file.stageOf(run.instruction)!.instructions.some(({ keyword }) => keyword === 'COPY' || keyword === 'ADD')
          )
            decline(found, run.instruction.span);
          continue;
        }
        propose({
          at: run.instruction.span,
          edits: found.edits,
          level: found.doubts.length > 0 ? 'unsafe' : 'safe',
          what: `give ${found.folders.join(' and ')} to ${(chown as Chown).owner.word.text} while it is filled`,
          evidence: [
            { fact: 'nothing between looks at who owns the files', span: run.instruction.span },
            ...found.doubts.map((fact) => ({ fact })),
          ],
        });
        return;
      }
    }
  },
});

interface Plan {
  readonly edits: readonly (Edit | Move)[];
  readonly folders: readonly string[];
  readonly doubts: readonly string[];
}

function planOf(facts: Facts, chown: Chown): Plan | string | undefined {
  const gone: Target[] = [];
  const left: string[] = [];
  const copies = new Set<Instruction>();
  const writers = new Map<Run, Target[]>();
  const doubts: string[] = [];
  const makers = new Set<Run>();
  let start = chown.run.instruction.index;
  let reason: string | undefined;
  for (const target of chown.targets) {
    const found = folderPlan(facts, chown, target);
    if (found === undefined) continue;
    if (typeof found === 'string') {
      reason ??= found;
      continue;
    }
    gone.push(target);
    left.push(...found.left);
    doubts.push(...found.doubts);
    for (const maker of found.makers) makers.add(maker);
    start = Math.min(start, found.start.index);
    if (found.behind !== undefined) writers.set(found.behind, [...(writers.get(found.behind) ?? []), target]);
    for (const copy of found.copies) copies.add(copy);
  }
  if (gone.length === 0) return reason;
  if (makers.has(chown.run) && gone.length < chown.targets.length)
    return 'the RUN of the chown makes the user, which COPY needs before';
  const goesAway = left.length === 0 && gone.length === chown.targets.length && chown.run.uses.length === 1;
  if (!goesAway && makers.size === 0 && [...copies].every(bringsSmallFiles)) return undefined;
  const flags = [...copies].flatMap((copy) => chownFlag(copy, chown.owner) ?? []);
  const behind = [...writers].map(([writer, targets]) => chownBehind(facts, writer, chown, targets));
  const shrunk = shrinkChown(facts, chown, gone, left);
  const problem = [...flags, ...behind, shrunk].find((one) => typeof one === 'string');
  if (problem !== undefined) return problem as string;
  const moves = [...makers].map(({ instruction: { index } }) => ({ instruction: index, before: start }));
  return {
    edits: [...moves, ...(flags as Edit[]), ...(behind as Edit[]), ...(shrunk as readonly Edit[])],
    folders: gone.map(({ path }) => path),
    doubts,
  };
}

/** Whether a COPY brings nothing but single files such as scripts and settings: a second copy of these weighs nothing. */
function bringsSmallFiles(copy: Instruction): boolean {
  const words = argumentText(copy).split(/\s+/);
  return (
    copy.heredocs.length > 0 || words.slice(0, -1).every((word) => /^[^*?$]+\.(?!jar$|war$|ear$|zip$)\w+$/.test(word))
  );
}
