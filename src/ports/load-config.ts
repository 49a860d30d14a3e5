import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../config/config.js';
import type { Locate, ParsedData } from '../config/data.js';
import { keyPath } from '../config/describe.js';
import { DfixError, messageOf } from '../errors.js';
import { readDockerfile } from './read-file.js';
import { rootFinder } from './walk.js';

/** A configuration and where it was found. */
export interface LoadedConfig {
  readonly config: Config;
  /** The file, absolute. */
  readonly file: string;
  /** Its folder: globs and paths in it are relative to this. */
  readonly folder: string;
  /** An error about a key of it: `dfix.config.yaml:3:5: transforms.x: message`. */
  problem(path: readonly PropertyKey[], message: string): DfixError;
}

export interface ConfigResult {
  /** Undefined when there is no configuration, or none that can be used. */
  readonly loaded: LoadedConfig | undefined;
  readonly problems: readonly DfixError[];
}

interface ConfigOptions {
  readonly cwd: string;
  /** False for repositories that nobody vouches for: then `dfix.config.js` and its kin are refused, never run. */
  readonly allowCode: boolean;
}

const CODE = ['dfix.config.ts', 'dfix.config.js', 'dfix.config.mjs'];
const DATA = ['dfix.config.json', 'dfix.config.yaml', 'dfix.config.yml'];
const NAMES = [...CODE, ...DATA];
/** Files that can be a configuration, or hold one. */
export const CONFIG_FILES: readonly string[] = [...NAMES, 'package.json'];

/**
 * A function that gives the configuration of a Dockerfile: the nearest one in its folder or above, up to the folder that
 * holds `.git`. Each configuration is loaded once. It never throws.
 */
export function configLoader(options: ConfigOptions, rootOf = rootFinder()): (path: string) => Promise<ConfigResult> {
  const byFolder = new Map<string, Promise<ConfigResult>>();
  const load = (folder: string, root: string | undefined): Promise<ConfigResult> => {
    let result = byFolder.get(folder);
    if (result === undefined) byFolder.set(folder, (result = loadAt(folder, root, options, load)));
    return result;
  };
  return (path) => {
    const folder = dirname(resolve(options.cwd, path));
    return load(folder, rootOf(folder));
  };
}

/** Loads the configuration that the user named. */
export async function loadConfigFile(path: string, options: ConfigOptions): Promise<ConfigResult> {
  return attempt(resolve(options.cwd, path), options, undefined);
}

async function loadAt(
  folder: string,
  root: string | undefined,
  options: ConfigOptions,
  load: (folder: string, root: string | undefined) => Promise<ConfigResult>,
): Promise<ConfigResult> {
  const found = candidatesIn(folder);
  if (found.length > 1) {
    const message = `more than one configuration in a folder: ${found.join(', ')}; keep one`;
    return { loaded: undefined, problems: [new DfixError('config', message, { file: shown(folder, options) })] };
  }
  if (found.length === 1) return attempt(join(folder, found[0]!), options, root ?? folder);
  const parent = dirname(folder);
  return folder === root || parent === folder ? { loaded: undefined, problems: [] } : load(parent, root);
}

function candidatesIn(folder: string): readonly string[] {
  const named = NAMES.filter((name) => lstat(join(folder, name)) !== undefined);
  return lstat(join(folder, 'package.json')) && packageHasKey(folder) ? [...named, 'package.json'] : named;
}

function lstat(path: string): true | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false ? true : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a package.json has a `dfix` key; one that cannot be read is somebody else's trouble. */
function packageHasKey(folder: string): boolean {
  try {
    const { text } = readDockerfile(join(folder, 'package.json'));
    if (!text.includes('"dfix"')) return false;
    const value: unknown = JSON.parse(text.replace(/^\u{feff}/u, ''));
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'dfix');
  } catch {
    return false;
  }
}

async function attempt(file: string, options: ConfigOptions, boundary: string | undefined): Promise<ConfigResult> {
  const name = shown(file, options);
  try {
    if (boundary !== undefined) refuseOutside(file, boundary, name);
    const isCode = /\.[cm]?[jt]s$/.test(file);
    if (isCode && !options.allowCode) {
      throw new DfixError('config', 'a configuration that is code is not run here', {
        file: name,
        hint: 'use dfix.config.yaml or .json',
      });
    }
    const { value, locate } = isCode ? await runCode(file, name) : await readData(file, name);
    const prefix = file.endsWith('package.json') ? ['dfix'] : [];
    const problem: LoadedConfig['problem'] = (path, message) =>
      new DfixError('config', path.length === 0 ? message : `${keyPath(path)}: ${message}`, {
        file: name,
        position: locate([...prefix, ...path]),
      });
    const { checkConfig } = await import('../config/schema.js');
    const checked = checkConfig(value ?? {});
    if (Array.isArray(checked)) {
      return { loaded: undefined, problems: checked.map(({ path, message }) => problem(path, message)) };
    }
    return { loaded: { config: checked as Config, file, folder: dirname(file), problem }, problems: [] };
  } catch (error) {
    const details = error instanceof DfixError ? { ...error, file: name } : { file: name };
    return { loaded: undefined, problems: [new DfixError('config', messageOf(error), details)] };
  }
}

/** A link in a repository may not make dfix read (and quote) a file from elsewhere. */
function refuseOutside(file: string, boundary: string, name: string): void {
  const root = realpathSync(boundary);
  if (realpathSync(file).startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw new DfixError('config', 'leads out of the repository through a symbolic link', { file: name });
}

async function readData(file: string, name: string): Promise<{ value: unknown; locate: Locate }> {
  const { text } = readDockerfile(file);
  const { parseJson, parseYaml } = await import('../config/data.js');
  const parsed: ParsedData = file.endsWith('.json') ? parseJson(text) : parseYaml(text);
  if ('problem' in parsed) throw new DfixError('config', parsed.problem, { file: name, position: parsed.position });
  if (!file.endsWith('package.json')) return parsed;
  const value = parsed.value as { readonly dfix?: unknown };
  return { value: value.dfix, locate: parsed.locate };
}

async function runCode(file: string, name: string): Promise<{ value: unknown; locate: Locate }> {
  try {
    return { value: file.endsWith('ts') ? await importTs(file) : await importJs(file), locate: () => undefined };
  } catch (error) {
    const message = `cannot be loaded: ${messageOf(error).split('\n', 1)[0]}`;
    const hint = isSyntaxError(error) && file.endsWith('.js') ? 'name an ES module dfix.config.mjs' : undefined;
    throw new DfixError('config', message, { file: name, hint });
  }
}

function isSyntaxError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError';
}

async function importJs(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  return required(module.default);
}

async function importTs(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  // No cache on disk: a folder that others can write to must not decide what runs.
  return required(await createJiti(file, { fsCache: false, moduleCache: false }).import(file, { default: true }));
}

function required(value: unknown): unknown {
  if (value === undefined) throw new Error('it has no default export');
  return value;
}

function shown(path: string, { cwd }: ConfigOptions): string {
  return relative(cwd, path) || '.';
}
