import type { Stage } from '../dockerfile/index.js';
import { copyWords, type Facts, joinPath } from '../facts/index.js';
import { takersFrom } from './guards.js';
import { relationTo } from './paths.js';

/**
 * Whether the layers of a stage may end in an image: the last stage, what it is built FROM, and stages that nothing takes
 * files from, which `--target` may name. Of other stages only copied files count.
 */
export function isShipped(facts: Facts, stage: Stage): boolean {
  let known = shipped.get(stage);
  if (known === undefined) shipped.set(stage, (known = ends(facts, stage)));
  return known;
}

/**
 * Whether what a stage leaves in a folder may end in an image: its layers do, or a stage whose files do copies the folder
 * with one above it, as `COPY --from=build / /` does.
 */
export function reachesImage(facts: Facts, stage: Stage, folder: string): boolean {
  if (isShipped(facts, stage)) return true;
  const heirs = facts.heirs(stage);
  return takersFrom(facts.file, heirs).some((taker) => {
    if (taker.mount !== undefined) return false;
    const sources = copyWords(facts, taker.instruction).slice(0, -1);
    const takes = sources.some(
      (source) => source !== undefined && ABOVE.includes(relationTo(joinPath('/', source), folder)),
    );
    return takes && reachesImage(facts, taker.stage, folder);
  });
}

const ABOVE = ['above', 'same'];

const shipped = new WeakMap<Stage, boolean>();

function ends(facts: Facts, stage: Stage): boolean {
  const { stages } = facts.file;
  const heirs = facts.heirs(stage);
  return heirs
    .filter((heir) => facts.heirs(heir).length === 1)
    .some((leaf) => leaf.index === stages.length - 1 || takersFrom(facts.file, [leaf]).length === 0);
}
