import { basename, sep } from 'node:path';
import { isDockerfileName } from '../discovery/names.js';
import { realPath } from '../ports/real-path.js';
import type { Written } from '../ports/write-files.js';

/** What a plan rests on of the files that other rewrites of the same run may write. Paths are real ones. */
export interface Basis {
  /** The build context that was listed; undefined where none was. */
  readonly folder: string | undefined;
  /** Files whose text was asked for: all that have one of the usual names, others perhaps. */
  readonly asked: ReadonlySet<string>;
}

/** Whether a file that was written since makes a plan, or what was read of a context, out of date. */
export function touches({ path, created }: Written, { folder, asked }: Basis): boolean {
  if (asked.has(path)) return true;
  const isUnknown = created || !isUsual(path);
  return isUnknown && folder !== undefined && path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The names of files that are written, but for those that a user named. */
function isUsual(path: string): boolean {
  const name = basename(path);
  return isDockerfileName(name) || name.endsWith('.dockerignore');
}

/**
 * What the plan of a Dockerfile rests on, small enough to be sent to another thread.
 * @param context what was read of the build context, by this plan or an earlier one
 */
export function basisOf(file: string, context: Basis | undefined): Basis {
  const asked = [...(context?.asked ?? [])].filter(isUsual);
  return { folder: context?.folder, asked: new Set([realPath(file) ?? file, ...asked]) };
}
