import { bun } from './bun.js';
import { go } from './go.js';
import { npm } from './npm.js';
import { pip } from './pip.js';
import { pnpm } from './pnpm.js';
import { yarn } from './yarn.js';
import type { Manager } from './types.js';

/** Every package manager whose installs are brought before the source. */
export const managers: readonly Manager[] = [npm, yarn, pnpm, bun, pip, go];

/** The manager of a program. */
export function managerOf(tool: string | undefined): Manager | undefined {
  return tool === undefined ? undefined : managers.find(({ tools }) => tools.test(tool));
}
