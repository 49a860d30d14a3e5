import { variable } from '../facts/index.js';
import type { Evidence } from '../transform/index.js';
import type { Site } from './site.js';
import type { CacheManager } from './types.js';
import type { Use } from './uses.js';

/**
 * A RUN that takes everything from the folder and nothing from the network: where a builder has the earlier layers and
 * not the mount's content (a cache from a registry, a pruned mount), it fails.
 */
export function offlineUse(manager: CacheManager, sites: readonly Site[]): Evidence | undefined {
  const site = sites.find((one) => one.uses[0] !== undefined && isOffline(manager, one, one.uses[0]));
  if (site === undefined) return undefined;
  const { span, lines } = site.run.instruction;
  return { fact: `line ${lines.first} works offline: with cached layers and an empty mount it would fail`, span };
}

function isOffline(manager: CacheManager, { run }: Site, { invocation, place }: Use): boolean {
  if (run.instruction.flags.some(({ name, value }) => name === 'network' && value === 'none')) return true;
  if (invocation.args.some(({ text }) => manager.offline?.test(text) === true)) return true;
  return Object.entries(manager.offlineEnvironment ?? {}).some(([name, offline]) => {
    const inline = invocation.environment.find(([key]) => key === name);
    const value = inline === undefined ? place.lookup(name) : inline[1] === undefined ? '' : inline[1].value;
    if (value !== undefined) return offline.test(value);
    return inline !== undefined || variable(run.state, name) !== undefined;
  });
}
