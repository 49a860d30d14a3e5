import type { Instruction } from '../../src/dockerfile/index.js';
import { globsMeet, isWithin, pathsMeet } from '../../src/facts/index.js';
import type { View } from '../../src/project/view.js';
import type { ContextCopy } from './copies.js';
import type { Accepted, Stuck } from './plan.js';

/** Why COPYs may not come after the commands that were passed; undefined when they may. */
export function orderObstacle(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  stuck: ReadonlyMap<ContextCopy, Stuck>,
  passed: readonly Accepted[],
  last: Instruction,
  view: View,
): string | undefined {
  const changed = new Set(passed.flatMap(({ scan }) => [...scan.changed]));
  for (const copy of deferred) {
    const held = stuck.get(copy);
    if (held !== undefined && (held.by === undefined || held.by.index < last.index)) return held.reason;
    const path = [...copy.files.keys()].find((one) => changed.has(one));
    if (path !== undefined) return `a RUN changes ${path}, which the later COPY would bring back`;
    const line = `line ${copy.instruction.lines.first}`;
    for (const other of copies) {
      if (
        other.instruction.index < copy.instruction.index ||
        other.instruction.index > last.index ||
        deferred.includes(other)
      )
        continue;
      const over = [...other.files].find(([image, from]) => (copy.files.get(image) ?? from) !== from)?.[0];
      if (over !== undefined) return `line ${other.instruction.lines.first} copies ${over} over what ${line} copies`;
      const again = [...other.files.keys()].find((image) => copy.files.has(image));
      if (again !== undefined && rightsOf(other) !== rightsOf(copy))
        return `line ${other.instruction.lines.first} copies ${again} again, with another owner or mode`;
      if (view.lone && copy.folders.some(({ to }) => globsMeet(other.target, to)))
        return `line ${other.instruction.lines.first} may copy over what ${line} copies`;
    }
  }
  return undefined;
}

/** A folder that a command goes to and that only a deferred COPY would make, as a reason. */
export function missingFolder(
  homes: ReadonlySet<string>,
  deferred: readonly ContextCopy[],
  needed: ReadonlySet<string>,
  passed: readonly Accepted[],
): string | undefined {
  const known = [...homes, ...needed];
  const missing = passed
    .flatMap(({ scan }) => scan.entered)
    .filter((folder) => !known.some((path) => isWithin(path, folder)))
    .find((folder) =>
      deferred.some(({ folders, target }) =>
        [...folders.map(({ to }) => to), target].some((to) => pathsMeet(to, folder)),
      ),
    );
  return missing === undefined ? undefined : `a RUN goes to ${missing}, which the COPY of the source makes`;
}

/** Who owns what a COPY brings, and its mode. */
function rightsOf({ instruction: { flags } }: ContextCopy): string {
  return ['chown', 'chmod'].map((name) => flags.findLast((flag) => flag.name === name)?.value ?? '').join(' ');
}

/** What the COPYs that stay bring in the way that the deferred ones would. */
export function broughtBy(
  copies: readonly ContextCopy[],
  deferred: readonly ContextCopy[],
  before: Instruction,
): ReadonlySet<string> {
  const staying = copies.filter((copy) => !deferred.includes(copy) && copy.instruction.index < before.index);
  const isSame = (one: ContextCopy, path: string): boolean =>
    deferred.every((copy) => !copy.files.has(path) || rightsOf(copy) === rightsOf(one));
  return new Set(staying.flatMap((one) => [...one.files.keys()].filter((path) => isSame(one, path))));
}

/** Whether all that is needed comes from COPYs above the first deferred one, or from deferred ones themselves. */
export function isBroughtBy(
  needed: ReadonlySet<string>,
  copies: readonly ContextCopy[],
  first: ContextCopy,
  deferred: readonly ContextCopy[],
): boolean {
  const above = copies.filter(({ instruction }) => instruction.index < first.instruction.index);
  return [...needed].every((path) => [...above, ...deferred].some(({ files }) => files.has(path)));
}
