import { compileGlob } from '../discovery/glob.js';
import type { Config, ResolvedConfig, Selection, TransformSettings } from './config.js';

/**
 * The configuration of one file: overrides that match it are merged in, in their order. Lists and words replace earlier
 * ones; settings of transforms are merged transform by transform, options option by option.
 * @param path slash path of the Dockerfile, relative to the folder of the configuration
 */
export function resolveConfig(config: Config, path: string): ResolvedConfig {
  const { overrides = [], ...base } = config;
  let resolved: ResolvedConfig = base;
  for (const { files, ...selection } of overrides) {
    if (files.some((glob) => matchesFile(glob, path))) resolved = { ...resolved, ...merged(resolved, selection) };
  }
  return resolved;
}

/** A glob without a slash is about the file's name, any other about its path; one that ends in `/` about a folder. */
function matchesFile(glob: string, path: string): boolean {
  const plain = glob.startsWith('./') ? glob.slice(2) : glob;
  const subject = plain.includes('/') || glob !== plain ? path : path.slice(path.lastIndexOf('/') + 1);
  return compileGlob(plain.endsWith('/') ? `${plain}**` : plain)?.(subject) ?? false;
}

function merged(base: Selection, over: Selection): Selection {
  if (over.transforms === undefined) return over;
  return { ...over, transforms: mergedSettings(base.transforms ?? {}, over.transforms) };
}

function mergedSettings(base: TransformSettings, over: TransformSettings): TransformSettings {
  const settings = new Map(Object.entries(base));
  for (const [name, setting] of Object.entries(over)) {
    const known = settings.get(name);
    if (typeof known === 'object' && typeof setting === 'object') settings.set(name, { ...known, ...setting });
    else if (typeof known !== 'object' || setting !== true) settings.set(name, setting);
  }
  return Object.fromEntries(settings);
}
