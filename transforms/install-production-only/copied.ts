import { type Run, runsOf, type Use } from '../../src/cache-mounts/index.js';
import { type Instruction, mountsOf, sourceStage, type Stage } from '../../src/dockerfile/index.js';
import { copyWords, type Facts, joinPath } from '../../src/facts/index.js';
import type { Manager } from './types.js';

/**
 * The folder of the image in which a copy of what an install of another stage made comes to lie: `/app` where its packages
 * are at `/app/vendor`; undefined where they are not copied, or somebody else has a use for that stage.
 */
export function copiedTo(facts: Facts, run: Run, folder: string, target: Stage): string | undefined {
  const { stages } = facts.file;
  const line = facts.lineage(target);
  const copies = stages.flatMap((stage) =>
    stage.instructions.flatMap((one) => (uses(facts, stage, one, run.stage) ? [{ stage, one }] : [])),
  );
  const heirs = stages.some((stage) => stage.parent === run.stage.index);
  if (heirs || copies.some(({ stage, one }) => !line.includes(stage) || one.keyword !== 'COPY')) return undefined;
  const places = copies.flatMap(({ one }) => {
    const [from, to, more] = copyWords(facts, one);
    if (from === undefined || to === undefined || more !== undefined) return [];
    const path = joinPath('/', from);
    const place = joinPath(facts.before(one)!.workdir ?? '/', to);
    if (path === folder) return [place];
    return path === joinPath(folder, 'vendor') && place.endsWith('/vendor') ? [place.slice(0, -'/vendor'.length)] : [];
  });
  return places.length === 1 ? places[0] : undefined;
}

function uses(facts: Facts, stage: Stage, one: Instruction, source: Stage): boolean {
  const { stages } = facts.file;
  const from = one.flags.find(({ name }) => name === 'from')?.value;
  const mounted = one.keyword === 'RUN' ? mountsOf(one).flatMap((mount) => mount.from ?? []) : [];
  return [from, ...mounted].some((name) => name !== undefined && sourceStage(stages, stage, name) === source);
}

/** Why a step behind the install, or of the image, may need all of what it brings. */
export function neededWhereCopied(
  facts: Facts,
  run: Run,
  use: Use,
  manager: Manager,
  target: Stage,
): string | undefined {
  const line = facts.lineage(target);
  for (const later of runsOf(facts)) {
    if (later.stage !== run.stage && !line.includes(later.stage)) continue;
    if (later.stage === run.stage && later.instruction.index < run.instruction.index) continue;
    const where = `line ${later.instruction.lines.first}`;
    if (later.opaque !== undefined) return `${where} is not understood: ${later.opaque}`;
    const rest = later === run ? later.uses.slice(later.uses.indexOf(use) + 1) : later.uses;
    const needing = rest.find((one) => manager.needs(one));
    if (needing !== undefined)
      return `${where} runs ${needing.invocation.tool ?? 'a program'}, which may need development dependencies`;
  }
  return undefined;
}
