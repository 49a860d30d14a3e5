import { mountsOf, sourceStage, type Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';

/**
 * Whether the layers of a stage may end in an image: the last stage, what it is built FROM, and stages that nothing takes
 * files from, which `--target` may name. Of other stages only copied files count.
 */
export function isShipped(facts: Facts, stage: Stage): boolean {
  const { stages } = facts.file;
  const heirs = facts.heirs(stage);
  return heirs
    .filter((heir) => !stages.some(({ parent }) => parent === heir.index))
    .some((leaf) => leaf.index === stages.length - 1 || !isSource(facts, leaf));
}

function isSource({ file: { stages } }: Facts, stage: Stage): boolean {
  return stages.some((user) =>
    user.instructions.some((instruction) => {
      const sources = [
        instruction.flags.find(({ name }) => name === 'from')?.value,
        ...(instruction.keyword === 'RUN' ? mountsOf(instruction).map(({ from }) => from) : []),
      ];
      return sources.some((from) => from !== undefined && sourceStage(stages, user, from) === stage);
    }),
  );
}
