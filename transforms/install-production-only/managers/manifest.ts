import { mountsOf } from '../../../src/dockerfile/index.js';
import { joinPath } from '../../../src/facts/index.js';
import type { Site } from '../types.js';

/** The folder of the build context whose manifest stands where an install looks for it; undefined when that is not known. */
export function folderOf({ run, files, folder }: Site, manifest: string): string | undefined {
  const path = joinPath(folder, manifest);
  const bound = mountsOf(run.instruction).find(
    ({ type, from, target }) =>
      (type === undefined || type === 'bind') &&
      from === undefined &&
      target !== undefined &&
      joinPath(run.state.workdir ?? '/', target) === path,
  );
  const found = bound?.source ?? files.get(path)?.context;
  if (found === undefined) return undefined;
  const name = joinPath('/', found).slice(1);
  return name === manifest ? '' : name.endsWith(`/${manifest}`) ? name.slice(0, -manifest.length - 1) : undefined;
}

/** A path in a folder of the build context. */
export function under(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
