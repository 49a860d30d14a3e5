import { isWithin } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import { folderOf, joinPath } from '../../src/project/paths.js';
import { keptOut, siblingThatCopies, type View } from '../../src/project/view.js';
import { imageOf, isBelow } from './managers/shared.js';
import type { Needs } from './managers/types.js';
import type { Plan } from './plan.js';

/**
 * Folders of the context that a deferred COPY would bring over what an install has put there: those that an install outside of
 * the image may fill, as they lie to the manifests in the image, or above these.
 */
export function toKeepOut(plan: Plan, view: View): readonly string[] {
  const brought = needsOf(plan).flatMap((needs) =>
    broughtOver(plan, needs).filter(
      (path) => needs.fills.includes(imageOf(needs, path)) || isBelow(needs.folder, folderOf(path)),
    ),
  );
  return [...new Set(brought.filter((path) => !keptOut(view, path)))].sort();
}

/** Why COPYs may not come after the install for what they would overwrite; undefined when they may. */
export function obstacle(plan: Plan, view: View): string | undefined {
  for (const needs of needsOf(plan)) {
    for (const path of broughtOver(plan, needs)) {
      const [file] = filesBelow(view.visible.paths, path);
      if (file !== undefined)
        return `${file} is in the build context, and the later COPY would bring it over what ${needs.manager} installs`;
    }
  }
  const folders = toKeepOut(plan, view);
  const sibling = folders.length === 0 ? undefined : siblingThatCopies(view.project.context, folders);
  if (sibling !== undefined) return `${view.ignoreFile} would have to keep out ${folders[0]!}: ${sibling}`;
  return undefined;
}

function needsOf({ installs, download }: Plan): readonly Needs[] {
  return [...installs.map(({ needs }) => needs), ...(download === undefined ? [] : [download.step])];
}

/** Paths of the context that deferred COPYs would put just where an install fills something. */
function broughtOver({ deferred }: Plan, { fills }: Needs): readonly string[] {
  const folders = deferred.flatMap((copy) => copy.folders);
  return fills.flatMap((fill) =>
    folders
      .filter(({ to }) => isWithin(fill, to))
      .map(({ from, to }) => joinPath(from, fill.slice(to === '/' ? 1 : to.length + 1))),
  );
}
