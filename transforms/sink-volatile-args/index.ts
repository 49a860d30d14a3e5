import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { type Facts, isVolatile } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { defineTransform, moveAbove, movesTo, type TransformContext } from '../../src/transform/index.js';
import { changesOften, howOften, mayBeVersion } from './changes-often.js';
import { sink, type Sunk } from './sink.js';
import { namesSet } from './made-from.js';

export default defineTransform({
  meta: {
    name: 'sink-volatile-args',
    summary: 'Declare what changes at every build or release where it is used',
    why: 'A declared build argument is in the environment of every RUN below it, used or not, so one that carries a commit or a date makes all of them run again at every build; so does an ENV of a version at every release.',
    phase: 'order',
    after: ['copy-manifests-first', 'install-system-packages-first'],
    looksFor: [['ARG', 'ENV']],
    level: 'review',
    assumes: [
      'what the project calls does not read the argument from the environment under a name that it puts together',
      'without the project: requirements files that pip is given name nothing of the project',
    ],
    needs: ['project', 'lines'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/reference/dockerfile/#impact-on-build-caching',
      'https://docs.docker.com/build/cache/invalidation/#build-arguments',
    ],
    options: {},
  },
  find: (file, { facts, project, lines, propose, decline }) => {
    for (const stage of file.stages) {
      const { order, sunk, held } = planStage(facts, stage, project?.context, lines);
      for (const { reason, arg } of held) decline(reason, arg.span);
      if (sunk.length === 0) continue;
      propose({
        at: sunk[0]!.arg.span,
        edits: movesTo(order, movedFor(stage, order, new Set(sunk.flatMap(({ group }) => group)))),
        level: sunk.some(({ doubt }) => doubt !== undefined) ? 'review' : 'safe',
        what: `declare ${sunk.flatMap(({ arg }) => namesSet(file, arg)).join(', ')} below what does not use it`,
        evidence: sunk.map(({ arg, passed, doubt }) => ({
          fact: `${linesOf(passed)} ${passed.length === 1 ? 'does' : 'do'} not use ${namesSet(file, arg).join(', ')}${doubt ?? ''}${howOften(file, arg, lines)}`,
          span: arg.span,
        })),
      });
    }
  },
});

interface StageOrder {
  readonly order: readonly Instruction[];
  readonly sunk: readonly Sunk[];
  readonly held: readonly { readonly reason: string; readonly arg: Instruction }[];
}

/** Brings each such ARG of a stage down, one after another. */
function planStage(
  facts: Facts,
  stage: Stage,
  context: ContextFiles | undefined,
  lines: TransformContext['lines'],
): StageOrder {
  let order: readonly Instruction[] = stage.instructions.slice(1);
  const sunk: Sunk[] = [];
  const held: { reason: string; arg: Instruction }[] = [];
  for (const arg of stage.instructions) {
    const isSure = isVolatile(facts.file, arg);
    if (!isSure && (lines === undefined || !mayBeVersion(arg))) continue;
    const found = sink(facts, order, arg, context, new Set(sunk.flatMap(({ group }) => group)));
    if (found === undefined) continue;
    // The history comes last: to ask for it starts git.
    if (!isSure && !changesOften(facts.file, arg, lines)) continue;
    if (typeof found === 'string') {
      held.push({ reason: found, arg });
      continue;
    }
    order = lowered(order, found);
    sunk.push(found);
  }
  return { order, sunk, held };
}

function lowered(order: readonly Instruction[], { group, before }: Sunk): readonly Instruction[] {
  if (before !== undefined) return moveAbove(order, group, before);
  return [...order.filter((instruction) => !group.includes(instruction)), ...group];
}

/** What is moved to get an order: nothing moves to the end of a stage, so what comes above the last ones does instead. */
function movedFor(
  stage: Stage,
  order: readonly Instruction[],
  sunk: ReadonlySet<Instruction>,
): ReadonlySet<Instruction> {
  if (!sunk.has(order.at(-1)!)) return sunk;
  const first = stage.instructions.findIndex((instruction) => sunk.has(instruction));
  return new Set(stage.instructions.slice(first).filter((instruction) => !sunk.has(instruction)));
}

function linesOf(runs: readonly Instruction[]): string {
  const lines = runs.map(({ lines: { first } }) => first).sort((a, b) => a - b);
  return lines.length === 1 ? `RUN at line ${lines[0]}` : `RUNs at lines ${lines.join(', ')}`;
}
