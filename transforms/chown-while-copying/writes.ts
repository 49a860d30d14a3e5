import type { Use } from '../../src/cache-mounts/index.js';
import { commandEffects } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';
import { isGlobalInstall } from './global-install.js';

const NO_FILES = /^(?:chmod|rm|rmdir|cd|echo|printf|test|\[|true|:|set|export|)$/;

/** Where a command writes, whichever folder is asked about. */
export interface Writes {
  readonly isOpaque: boolean;
  /** Paths but for those of packages. */
  readonly own: readonly string[];
  readonly packageWrites: readonly string[];
  readonly packages: readonly string[];
}

/** Where a command writes. */
export const writesOf = onceFor(({ invocation, place }: Use): Writes => {
  const makesNone = NO_FILES.test(invocation.tool ?? '?') && invocation.command.redirects.length === 0;
  if (makesNone || isGlobalInstall(invocation)) return { isOpaque: false, own: [], packageWrites: [], packages: [] };
  const { writes, packageWrites, packages, opaque } = commandEffects(invocation, place);
  const own = writes.filter((path) => !packageWrites.includes(path));
  return { isOpaque: opaque !== undefined, own, packageWrites, packages };
});
