import { DfixError } from '../../errors.js';
import type { Forge } from '../../forge/port.js';
import type { Platform } from '../../forge/types.js';
import type { ForgeSettings } from './refusal.js';

/** A repository on its platform; only that platform's client is loaded. */
export async function connect(platform: Platform, settings: ForgeSettings): Promise<Forge> {
  if (platform === 'github') return (await import('./github.js')).githubForge(settings);
  throw new DfixError('platform', `${platform} is not supported yet`);
}
