import { join } from 'node:path';
import { checkOptions } from '../config/options.js';
import type { ResolvedConfig } from '../config/config.js';
import { unknownNames } from '../config/names.js';
import { didYouMean } from '../config/suggest.js';
import { DfixError, messageOf } from '../errors.js';
import type { LoadedConfig } from '../ports/load-config.js';
import type { AnyTransform, OptionValue } from '../transform/index.js';

/** The transforms of dfix and those that a configuration brings. */
export async function allTransforms(
  builtIn: readonly AnyTransform[],
  loaded: LoadedConfig | undefined,
): Promise<readonly AnyTransform[]> {
  const use = loaded?.config.use ?? [];
  if (loaded === undefined || use.length === 0) return builtIn;
  const own: AnyTransform[] = [];
  for (const [index, name] of use.entries()) {
    for (const transform of await loadOwn(name, index, loaded)) {
      if ([...builtIn, ...own].some(({ meta }) => meta.name === transform.meta.name)) {
        throw loaded.problem(['use', index], `there is already a transform called "${transform.meta.name}"`);
      }
      own.push(transform);
    }
  }
  return [...builtIn, ...own];
}

/** Runs the module that the user's configuration names; its default export is a transform or a list of them. */
async function loadOwn(name: string, index: number, loaded: LoadedConfig): Promise<readonly AnyTransform[]> {
  let found: unknown;
  try {
    const { createJiti } = await import('jiti');
    // No cache on disk: a folder that others can write to must not decide what runs.
    const jiti = createJiti(join(loaded.folder, 'dfix.config.js'), { fsCache: false, moduleCache: false });
    found = await jiti.import(name, { default: true });
  } catch (error) {
    throw loaded.problem(['use', index], `"${name}" cannot be loaded: ${messageOf(error).split('\n', 1)[0]!}`);
  }
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (list.length > 0 && list.every(isTransform)) return list;
  throw loaded.problem(['use', index], `expected a transform as the default export of "${name}"`);
}

function isTransform(value: unknown): value is AnyTransform {
  if (typeof value !== 'object' || value === null || !('find' in value) || !('meta' in value)) return false;
  const { find, meta } = value;
  return typeof find === 'function' && typeof meta === 'object' && meta !== null && 'name' in meta;
}

/** What the command line says about which transforms run. */
interface Choice {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/**
 * The transforms that run on a file. Named by `--only`, they run whatever the configuration says.
 * @throws DfixError for a name that no transform has.
 */
export function chooseTransforms(
  all: readonly AnyTransform[],
  config: ResolvedConfig,
  { only, skip }: Choice,
): readonly AnyTransform[] {
  const known = new Set(all.map(({ meta }) => meta.name));
  for (const [option, names] of [['--only', only] as const, ['--skip', skip] as const]) {
    const unknown = names.find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new DfixError('usage', `${option}: no transform is called "${unknown}"${didYouMean(unknown, known)}`, {
        hint: 'dfix list shows them all',
      });
    }
  }
  const chosen = all.filter(({ meta }) => (only.length > 0 ? only.includes(meta.name) : configured(meta, config)));
  return chosen.filter(({ meta }) => !skip.includes(meta.name));
}

function configured({ name, preset }: AnyTransform['meta'], config: ResolvedConfig): boolean {
  if (config.skip?.includes(name) === true) return false;
  if (config.only !== undefined) return config.only.includes(name);
  const setting = config.transforms?.[name];
  if (setting !== undefined) return setting !== false;
  if (config.preset === 'none') return false;
  return config.preset === 'all' || preset === 'default';
}

/** Names and options in a configuration that fit no transform. */
export function configProblems(all: readonly AnyTransform[], loaded: LoadedConfig): readonly DfixError[] {
  const byName = new Map(all.map((transform) => [transform.meta.name, transform]));
  const names = unknownNames(loaded.config, new Set(byName.keys()));
  const problems = names.map(({ path, message }) => loaded.problem(path, message));
  const parts = [
    { path: [] as PropertyKey[], part: loaded.config },
    ...(loaded.config.overrides ?? []).map((part, index) => ({ path: ['overrides', index] as PropertyKey[], part })),
  ];
  for (const { path, part } of parts) {
    for (const [name, setting] of Object.entries(part.transforms ?? {})) {
      const transform = byName.get(name);
      if (transform === undefined || typeof setting !== 'object') continue;
      for (const { option, message } of checkOptions(transform.meta.options, setting).problems) {
        problems.push(loaded.problem([...path, 'transforms', name, option], message));
      }
    }
  }
  return problems;
}

/** The options that a checked configuration gives, by transform. */
export function optionsOf(config: ResolvedConfig): Readonly<Record<string, Readonly<Record<string, OptionValue>>>> {
  const given = Object.entries(config.transforms ?? {}).filter(([, setting]) => typeof setting === 'object');
  return Object.fromEntries(given) as Record<string, Record<string, OptionValue>>;
}
