import type { Forge } from '../../forge/port.js';
import type { Platform } from '../../forge/types.js';
import type { ForgeSettings } from './refusal.js';

/** A repository on its platform; only that platform's client is loaded. */
export async function connect(platform: Platform, settings: ForgeSettings): Promise<Forge> {
  switch (platform) {
    case 'github':
      return (await import('./github.js')).githubForge(settings);
    case 'gitlab':
      return (await import('./gitlab.js')).gitlabForge(settings);
    case 'gitea':
      return (await import('./gitea.js')).giteaForge(settings);
    case 'bitbucket':
      return (await import('./bitbucket.js')).bitbucketForge(settings);
  }
}
