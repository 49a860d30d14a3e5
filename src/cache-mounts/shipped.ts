import { type Dockerfile, mountsOf, sourceStage, type Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';

/**
 * Whether the layers of a stage may end in an image: the last stage, what it is built FROM, and stages that nothing takes
 * files from, which `--target` may name. Of other stages only copied files count.
 */
export function isShipped(facts: Facts, stage: Stage): boolean {
  let known = shipped.get(stage);
  if (known === undefined) shipped.set(stage, (known = ends(facts, stage)));
  return known;
}

const shipped = new WeakMap<Stage, boolean>();

function ends(facts: Facts, stage: Stage): boolean {
  const { stages } = facts.file;
  const heirs = facts.heirs(stage);
  return heirs
    .filter((heir) => !stages.some(({ parent }) => parent === heir.index))
    .some((leaf) => leaf.index === stages.length - 1 || !isSource(facts, leaf));
}

function isSource({ file }: Facts, stage: Stage): boolean {
  let known = sources.get(file);
  if (known === undefined) sources.set(file, (known = new Set(sourcesOf(file))));
  return known.has(stage);
}

const sources = new WeakMap<Dockerfile, ReadonlySet<Stage>>();

/** The stages that something takes files from. */
function sourcesOf({ stages }: Dockerfile): readonly Stage[] {
  return stages.flatMap((user) =>
    user.instructions.flatMap((instruction) => {
      const names = [
        instruction.flags.find(({ name }) => name === 'from')?.value,
        ...(instruction.keyword === 'RUN' ? mountsOf(instruction).map(({ from }) => from) : []),
      ];
      return names.flatMap((from) => (from === undefined ? [] : (sourceStage(stages, user, from) ?? [])));
    }),
  );
}
