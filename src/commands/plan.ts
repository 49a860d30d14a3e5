import { dirname, relative, resolve, sep } from 'node:path';
import { resolveConfig } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/config.js';
import { DfixError } from '../errors.js';
import { once } from '../once.js';
import { type DiskContext, readContext } from '../ports/context-files.js';
import { fileHistory } from '../ports/file-history.js';
import { recentChanges } from '../ports/git.js';
import { type ConfigResult, configLoader, loadConfigFile, type LoadedConfig } from '../ports/load-config.js';
import { readDockerfile } from '../ports/read-file.js';
import type { Written } from '../ports/write-files.js';
import { repositoryRoot, rootFinder } from '../ports/search.js';
import { changesBelow, type History, RECENT_COMMITS } from '../project/git-history.js';
import { type LineChanges, timesOfLines } from '../project/line-history.js';
import type { ProjectFacts } from '../project/project.js';
import type { Service } from '../project/services.js';
import type { AnyTransform, RunOptions } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import { touches } from './basis.js';
import type { FoundBuild } from './builds.js';
import { allTransforms, chooseTransforms, configProblems, optionsOf } from './transforms.js';

/** How one Dockerfile is to be run. */
export interface Plan {
  readonly options: RunOptions;
  /** The build context, absolute; undefined when it is not known. */
  readonly context: string | undefined;
  /** Its files, where the project is looked at. */
  readonly files?: DiskContext | undefined;
  readonly warnings: readonly string[];
}

/** Configuration that cannot be used. */
interface NoPlan {
  readonly problems: readonly DfixError[];
}

export interface Planner {
  /** @param file absolute path of the Dockerfile; undefined for standard input */
  plan(file: string | undefined): Promise<Plan | NoPlan>;
  /** To be called after files were written: contexts that rest on them are read anew. */
  wrote(written: readonly Written[]): void;
}

interface PlanArguments extends Pick<
  FixArguments,
  'config' | 'only' | 'skip' | 'allow' | 'context' | 'target' | 'buildArgs'
> {
  /** False for repositories that nobody vouches for: no code that their configuration is or names is loaded. */
  readonly allowCode?: boolean;
}

// An import that is known still costs a quarter of a millisecond.
const loadBuilds = once(() => import('./builds.js'));
const loadProject = once(() => import('../project/project.js'));
const loadLikely = once(() => import('./likely-context.js'));

/** Files come in the order of their folders: contexts of long ago are not asked for again, and hold what was read of them. */
const KEPT_CONTEXTS = 8;

/** Plans the files of one call; what they share is read once. */
export function planner(builtIn: readonly AnyTransform[], args: PlanArguments, cwd: string): Planner {
  const rootOf = rootFinder();
  const transformsFor = transformsByConfig(builtIn, args, cwd, rootOf);
  const contexts = new Map<string, DiskContext>();
  const histories = new Map<string, History | undefined>();
  let findBuilds: ((dockerfile: string) => Promise<FoundBuild | undefined>) | undefined;
  const contextAt = (folder: string): DiskContext => {
    const files = contexts.get(folder) ?? readContext(folder);
    contexts.delete(folder);
    contexts.set(folder, files);
    if (contexts.size > KEPT_CONTEXTS) contexts.delete(contexts.keys().next().value!);
    return files;
  };

  const plan = async (file: string | undefined): Promise<Plan | NoPlan> => {
    const { loaded, all, problems } = await transformsFor(file ?? resolve(cwd, 'Dockerfile'));
    if (problems.length > 0) return { problems };
    const config = configFor(loaded, file);
    const transforms = chooseTransforms(all, config, args);
    const needsProject = transforms.some(({ meta }) => meta.needs.includes('project'));
    let build: FoundBuild | undefined;
    if (needsProject && file !== undefined) {
      findBuilds ??= (await loadBuilds()).buildFinder(contextAt, rootOf);
      build = await findBuilds(file);
    }
    const said =
      args.context !== undefined
        ? resolve(cwd, args.context)
        : config.context !== undefined && loaded !== undefined
          ? resolve(loaded.folder, config.context)
          : undefined;
    const told = said === undefined ? (build?.contexts ?? []) : [said];
    const folders =
      told.length > 0 || file === undefined
        ? told
        : await likelyFolders(file, needsProject ? rootOf(dirname(file)) : undefined, contextAt);
    const context = folders.length === 1 ? folders[0] : undefined;
    const files = needsProject && context !== undefined ? contextAt(context) : undefined;
    return {
      options: {
        transforms,
        otherNames: all.filter((one) => !transforms.includes(one)).map(({ meta }) => meta.name),
        allow: args.allow ?? config.allow ?? 'review',
        options: optionsOf(config),
        project: files === undefined ? undefined : await projectOf(files, build?.servicesAround(context!)),
        history: context === undefined ? undefined : () => historyBelow(context, histories),
        lines: file === undefined ? undefined : changedLines(file),
        dockerfile: context === undefined || file === undefined ? undefined : pathBelow(context, file),
        inputs: {
          target: args.target ?? config.target ?? build?.target,
          buildArgs: { ...build?.buildArgs, ...config.buildArgs, ...args.buildArgs },
          withoutCacheMounts: build?.withoutCacheMounts,
        },
      },
      context,
      files,
      warnings: folders.length > 1 ? [severalContexts(folders, told.length > 0, cwd)] : [],
    };
  };
  return {
    wrote: (written) => {
      for (const [folder, files] of contexts) {
        if (written.some((one) => touches(one, files))) contexts.delete(folder);
      }
    },
    plan: (file) => plan(file).catch(problemsOf),
  };
}

async function projectOf(files: DiskContext, around: readonly Service[] = []): Promise<ProjectFacts> {
  const { readProject, withServices } = await loadProject();
  return withServices(readProject(files), around);
}

interface Known {
  readonly loaded: LoadedConfig | undefined;
  /** The transforms of dfix and the configuration's own. */
  readonly all: readonly AnyTransform[];
  readonly problems: readonly DfixError[];
}

/** Finds and checks the configuration of a Dockerfile, each configuration once. */
export function transformsByConfig(
  builtIn: readonly AnyTransform[],
  { config, allowCode = true }: Pick<PlanArguments, 'config' | 'allowCode'>,
  cwd: string,
  rootOf = rootFinder(),
): (file: string) => Promise<Known> {
  const settings = { cwd, allowCode };
  const named = config === undefined ? undefined : loadConfigFile(config, settings);
  const find = configLoader(settings, rootOf);
  const checked = new Map<ConfigResult, Promise<Known>>();
  return async (file) => {
    const result = await (named ?? find(file));
    let known = checked.get(result);
    if (known === undefined) checked.set(result, (known = check(builtIn, result, allowCode)));
    return known;
  };
}

async function check(
  builtIn: readonly AnyTransform[],
  { loaded, problems }: ConfigResult,
  allowCode: boolean,
): Promise<Known> {
  if (problems.length > 0) return { loaded, all: builtIn, problems };
  if (!allowCode && loaded !== undefined && (loaded.config.use ?? []).length > 0) {
    return {
      loaded,
      all: builtIn,
      problems: [loaded.problem(['use'], 'code that a configuration names is not run here')],
    };
  }
  try {
    const all = await allTransforms(builtIn, loaded);
    return { loaded, all, problems: loaded === undefined ? [] : configProblems(all, loaded) };
  } catch (error) {
    return { loaded, all: builtIn, ...problemsOf(error) };
  }
}

function problemsOf(error: unknown): NoPlan {
  if (error instanceof DfixError) return { problems: [error] };
  throw error;
}

function configFor(loaded: LoadedConfig | undefined, file: string | undefined): ResolvedConfig {
  if (loaded === undefined) return {};
  const path = file === undefined ? 'Dockerfile' : relative(loaded.folder, file).split(sep).join('/');
  return resolveConfig(loaded.config, path);
}

/** What the last commits changed below a folder; undefined outside a repository. Each repository is read once. */
function historyBelow(folder: string, known: Map<string, History | undefined>): History | undefined {
  const root = repositoryRoot(folder);
  const below = root === undefined ? undefined : pathBelow(root, folder);
  if (root === undefined || below === undefined) return undefined;
  const history = historyOf(root, known);
  return history === undefined ? undefined : changesBelow(history, below);
}

function historyOf(root: string, known: Map<string, History | undefined>): History | undefined {
  if (!known.has(root)) known.set(root, recentChanges(root, RECENT_COMMITS));
  return known.get(root);
}

/** Commits of a Dockerfile; fewer say nothing of how often one of its lines changes. */
const FEWEST_CHANGES = 5;

/** How often the last commits changed lines of a Dockerfile; undefined outside a repository, and where they seldom did. */
function changedLines(file: string): () => LineChanges | undefined {
  let known: { readonly changes: LineChanges | undefined } | undefined;
  return () => (known ??= { changes: readLineChanges(file) }).changes;
}

function readLineChanges(file: string): LineChanges | undefined {
  const root = repositoryRoot(dirname(file));
  const path = root === undefined ? undefined : pathBelow(root, file);
  if (root === undefined || path === undefined) return undefined;
  const { text } = readDockerfile(file);
  const past = fileHistory(root, path, text, { commits: RECENT_COMMITS, fewest: FEWEST_CHANGES });
  return past && { commits: past.commits, times: timesOfLines(text, past.patches) };
}

/** A file's path below a folder; undefined when it lies elsewhere. */
function pathBelow(folder: string, file: string): string | undefined {
  const path = relative(folder, file).split(sep).join('/');
  return /^(?:\.\.(?:\/|$)|\/|[A-Za-z]:)/.test(path) ? undefined : path;
}

/** The folders that a Dockerfile may be built from, where nothing says from which: those that have what it copies. */
async function likelyFolders(
  file: string,
  root: string | undefined,
  contextAt: (folder: string) => DiskContext,
): Promise<readonly string[]> {
  const own = dirname(file);
  if (root === undefined || root === own) return [own];
  const { likelyContexts } = await loadLikely();
  const text = readText(file);
  return text === undefined ? [own] : likelyContexts(text, file, root, contextAt(root));
}

/** A Dockerfile's text; undefined for what whoever reads it next will complain of. */
function readText(file: string): string | undefined {
  try {
    return readDockerfile(file).text;
  } catch (error) {
    if (error instanceof DfixError) return undefined;
    throw error;
  }
}

function severalContexts(contexts: readonly string[], sure: boolean, cwd: string): string {
  const names = contexts.map((context) => relative(cwd, context) || '.').join(', ');
  return sure
    ? `built from several contexts (${names}): its project is not looked at; name one with --context`
    : `what it copies is in several folders (${names}): its project is not looked at; name the build context with --context`;
}
