import { copiedOut, type Run, runsOf, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import { commandEffects, type Facts } from '../../src/facts/index.js';
import type { Manager } from './types.js';

/** Why something that is built after an install may need all of what it brings; undefined when nothing does. */
export function neededLater(
  facts: Facts,
  run: Run,
  use: Use,
  manager: Manager,
  folder: string,
  target: Stage,
): string | undefined {
  const heirs = facts.heirs(run.stage);
  const line = facts.lineage(target);
  const other = heirs.find((heir) => !line.includes(heir));
  if (other !== undefined)
    return `stage ${other.name ?? other.index} at line ${other.from.lines.first} is built on it too`;
  const copied = copiedOut(facts, { needed: true }, heirs, [folder]);
  if (copied !== undefined) return copied;
  for (const later of runsOf(facts)) {
    if (!heirs.includes(later.stage) || later.instruction.index < run.instruction.index) continue;
    const where = `line ${later.instruction.lines.first}`;
    if (later.opaque !== undefined) return `${where} is not understood: ${later.opaque}`;
    const uses = later === run ? later.uses.slice(later.uses.indexOf(use) + 1) : later.uses;
    for (const one of uses) {
      const { tool, subcommand, command } = one.invocation;
      const name = `${tool ?? command.words[0]?.text ?? 'a program'}${subcommand === '' ? '' : ` ${subcommand}`}`;
      if (manager.needs(one)) return `${where} runs ${name}, which may need development dependencies`;
    }
  }
  const trigger = heirs.flatMap(({ instructions }) => instructions).find(({ keyword }) => keyword === 'ONBUILD');
  return trigger === undefined
    ? undefined
    : `ONBUILD at line ${trigger.lines.first} runs in builds that are not seen here`;
}

/** Whether a command is one of the system's, which know nothing of a project's packages. */
export function isOfSystem({ invocation, place }: Use): boolean {
  if (invocation.tool === '') return true;
  return commandEffects(invocation, place).opaque === undefined;
}
