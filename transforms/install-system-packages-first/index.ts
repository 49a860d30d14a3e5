import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet } from '../../src/facts/index.js';
import { defineTransform, moveAbove, movesTo } from '../../src/transform/index.js';
import { workOf } from './candidates.js';
import { raise, type Raised } from './raise.js';
import { bringsManifests, inheritedSource, type Source, SourceCount, sourceOf } from './sources.js';

export default defineTransform({
  meta: {
    name: 'install-system-packages-first',
    summary: 'Install system packages before copying the source',
    why: 'An install below a COPY of the source runs again after every edit; above it, it is cached until its own line changes.',
    phase: 'order',
    after: ['copy-manifests-first'],
    looksFor: [['COPY', 'ADD'], ['RUN']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html',
      'https://www.debian.org/doc/debian-policy/ch-opersys.html#site-specific-programs',
    ],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const stage of file.stages) {
      const { image } = facts.atEnd(stage);
      if (image.os === 'windows') continue;
      const { order, raised, held } = planStage(facts, stage);
      for (const { reason, run } of held) decline(reason, run.span);
      if (raised.length === 0) continue;
      const passed = [...new Set(raised.flatMap((one) => one.passed))];
      propose({
        at: raised[0]!.run.span,
        edits: movesTo(order, new Set(raised.flatMap(({ group }) => group))),
        level: 'safe',
        what: `move ${linesOf(raised.map(({ run }) => run))} above ${linesOf(passed)}`,
        evidence: raised.map(({ run, passed: over }) => ({
          fact: `neither ${nameOf(run)} nor ${over.map(nameOf).join(', ')} reads or changes what the other does`,
          span: run.span,
        })),
      });
    }
  },
});

interface StageOrder {
  readonly order: readonly Instruction[];
  readonly raised: readonly Raised[];
  readonly held: readonly { readonly reason: string; readonly run: Instruction }[];
}

/** Brings each long RUN of a stage up, one after another; what stands below a RUN, and how much above it, stays the same. */
function planStage(facts: Facts, stage: Stage): StageOrder {
  const sources = new Map(stage.instructions.map((one) => [one, sourceOf(facts, stage, one)]));
  const source = (copy: Instruction): Source | undefined => sources.get(copy);
  const copies = stage.instructions.filter(source);
  let order: readonly Instruction[] = stage.instructions.slice(1);
  const raised: Raised[] = [];
  const held: { reason: string; run: Instruction }[] = [];
  const moved = new Set<Instruction>();
  const above = new SourceCount();
  const inherited = inheritedSource(facts, stage)?.lines.first;
  for (const [at, run] of stage.instructions.slice(1).entries()) {
    const own = source(run);
    if (own !== undefined) above.add(own, 1);
    if (above.isEmpty && inherited === undefined) continue;
    const work = moved.has(run) ? undefined : workOf(facts, run);
    if (work === 'system' && above.isEmpty)
      held.push({ reason: `line ${inherited} copies the source in the stage that this one starts from`, run });
    if (above.isEmpty || work === undefined) continue;
    const found = raise(facts, order, at, above, source);
    if (found === undefined) continue;
    if ('reason' in found) {
      if (work === 'system') held.push({ reason: found.reason, run });
      continue;
    }
    if (work === 'other' && !isApart(facts, copies, found, source)) continue;
    if (isShipped(facts, stage) && installsBuildTools(facts, run) && hasSingleFilesOnly(found, source)) continue;
    order = moveAbove(order, found.group, found.before);
    for (const member of found.group) moved.add(member);
    raised.push(found);
  }
  return { order, raised, held };
}

/** Whether a RUN has nothing to do with the source that copies above it bring, and goes above more than single files: else it is others' business. */
function isApart(
  facts: Facts,
  copies: readonly Instruction[],
  { run, group, passed }: Raised,
  source: (copy: Instruction) => Source | undefined,
): boolean {
  if (group.some(source) || (hasSingleFilesOnly({ passed }, source) && !passed.some(bringsManifests))) return false;
  const { reads, systemReads } = effectsOf(facts, run);
  const own = reads.filter((path) => !systemReads.includes(path));
  return !copies.some((copy) => {
    if (copy.index > run.index) return false;
    const { writes: brought } = effectsOf(facts, copy);
    return own.some((path) => brought.some((to) => globsMeet(path, to)));
  });
}

function hasSingleFilesOnly(
  { passed }: Pick<Raised, 'passed'>,
  source: (copy: Instruction) => Source | undefined,
): boolean {
  return passed.every((copy) => source(copy)!.weight === 1);
}

function isShipped(facts: Facts, stage: Stage): boolean {
  return facts.target !== undefined && facts.heirs(stage).includes(facts.target);
}

const BUILD_TOOL =
  /^(?:build-essential|build-base|gcc|g\+\+|make|cmake|clang|pkg-config|auto(?:conf|make)|.*-dev(?:el)?)(?:=.*)?$/;

/** Compilers and headers, which are best removed in the RUN that needs them: it would have to stay beside that. */
function installsBuildTools(facts: Facts, run: Instruction): boolean {
  return effectsOf(facts, run).packages.some((name) => BUILD_TOOL.test(name));
}

function nameOf({ keyword, lines }: Instruction): string {
  return `${keyword} at line ${lines.first}`;
}

function linesOf(instructions: readonly Instruction[]): string {
  const lines = instructions.map(({ lines: { first } }) => first).sort((a, b) => a - b);
  return lines.length === 1 ? `line ${lines[0]}` : `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
}
