import { joinPath } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import type { Needs } from './managers/types.js';
import { isBelow } from './managers/shared.js';
import type { Plan } from './plan.js';
import { relativePath } from './scan-run.js';
import { keptOut, siblingThatCopies, type View } from '../../src/project/view.js';

/** Folders of the context that a deferred COPY would bring over what an install has put there. */
export function toKeepOut(plan: Plan, view: View): readonly string[] {
  const found = new Set<string>();
  for (const needs of needsOf(plan)) {
    for (const fill of needs.fills) if (isCovered(plan, needs, fill) && !keptOut(view, fill)) found.add(fill);
  }
  return [...found].sort();
}

/** Why COPYs may not come after the install for what they would overwrite; undefined when they may. */
export function obstacle(plan: Plan, view: View): string | undefined {
  for (const needs of needsOf(plan)) {
    for (const fill of needs.fills) {
      if (!isCovered(plan, needs, fill)) continue;
      const [file] = filesBelow(view.visible.paths, fill);
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

/** Whether a deferred COPY would put a folder of the context just where the install fills it. */
function isCovered({ deferred }: Plan, { folder, cwd }: Needs, fill: string): boolean {
  const image = joinPath(cwd, relativePath(folder, fill));
  return deferred.some(({ folders }) =>
    folders.some(({ from, to }) => isBelow(fill, from) && joinPath(to, relativePath(from, fill)) === image),
  );
}
