import { type Mount, mountsOf } from '../dockerfile/index.js';
import { joinPath, type State } from '../facts/index.js';
import { relationTo } from './paths.js';
import type { PlacedFolder } from './folders.js';
import type { Run } from './uses.js';

/** The mounts that a file has before it is rewritten. */

/** The cache mounts that the file already has, by absolute target, as written. */
export function ownMounts(runs: readonly Run[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { instruction, state } of runs) {
    for (const mount of mountsOf(instruction)) {
      if (mount.type !== 'cache' || mount.target === undefined || /\$/.test(mount.flag.value ?? '')) continue;
      const path = joinPath(state.workdir ?? '/', mount.target);
      if (!found.has(path)) found.set(path, instruction.logical.text.slice(mount.flag.span.start, mount.flag.span.end));
    }
  }
  return found;
}

/**
 * Notes the folders that a mount already serves in `served`; a reason when it stands in the way of one.
 */
export function existingMount(
  mount: Mount,
  folders: readonly PlacedFolder[],
  state: State,
  served: string[],
): string | undefined {
  if (mount.target === undefined) return undefined;
  if (/\$/.test(mount.target)) return `an existing mount has a variable in its target: ${mount.target}`;
  const target = joinPath(state.workdir ?? '/', mount.target);
  for (const { path } of folders) {
    const relation = relationTo(path, target);
    if (relation === 'same' || relation === 'within') {
      if (mount.type !== 'cache') return `a ${mount.type} mount already stands at ${target}`;
      served.push(path);
    } else if (relation === 'above' && target !== '/') return `an existing mount stands below ${path}, at ${target}`;
  }
  return undefined;
}
