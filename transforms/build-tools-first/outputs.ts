import type { Instruction } from '../../src/dockerfile/index.js';
import { isRoot, isWithin } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import { foldersAbove } from '../../src/project/paths.js';
import { keptOut } from '../../src/project/view.js';
import { contextPath, type SourceCopy } from './source.js';
import type { Place } from './tool-runs.js';

/** Why the COPY may not come after a program is there. */
export function outputObstacle(
  { facts, view }: Pick<Place, 'facts' | 'view'>,
  source: SourceCopy,
  path: string,
  run: Instruction,
): string | undefined {
  const own = contextPath(source, path);
  if (own === undefined) return undefined;
  const { paths } = view.visible;
  const inTheWay =
    paths.includes(own) ||
    foldersAbove(own).some((folder) => paths.includes(folder)) ||
    filesBelow(paths, own).length > 0;
  if (inTheWay) return `${own} is in the build context, and the COPY would bring it over the program`;
  if (!/^[\w./-]+$/.test(own)) return `${own} cannot be written into an ignore file without quoting`;
  const made = foldersAbove(own).find(
    (folder) => folder !== '' && folder !== source.from && filesBelow(paths, folder).length > 0,
  );
  return made !== undefined && isRoot(facts.before(run)!) !== true
    ? `the COPY makes ${made}, in which the user of the build may write`
    : undefined;
}

/** The programs that the COPY could bring over those that are built, by their paths in the context. */
export function toKeepOut(
  { view }: Pick<Place, 'view'>,
  source: SourceCopy,
  outputs: readonly string[],
): readonly string[] {
  return outputs
    .flatMap((path) => {
      const own = contextPath(source, path);
      return own === undefined || !isWithin(path, source.to) || keptOut(view, own) ? [] : [own];
    })
    .sort();
}
