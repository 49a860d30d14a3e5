import { type Edit, type Mount, mountsOf, toSource } from '../dockerfile/index.js';
import { homeOf, isRoot, joinPath, type State } from '../facts/index.js';
import {
  appendCommand,
  insertFlags,
  prependCommand,
  removeCommands,
  removeWords,
  stopsAtFailure,
} from '../shell/edit.js';
import type { Facts } from '../facts/index.js';
import type { ShellScript, ShellWord } from '../shell/index.js';
import type { Evidence, Level } from '../transform/types.js';
import { findCleanup } from './cleaners.js';
import { disabledBy, resolveFolder, runsAsRoot } from './folders.js';
import { relationTo } from './paths.js';
import type { CacheFolder, CacheManager, Wrapping } from './types.js';
import { fills, reads, type Run, type Use } from './uses.js';

/** A folder with the path that it has in one RUN. */
export interface PlacedFolder {
  readonly folder: CacheFolder;
  readonly path: string;
}

/** What mounting a manager's cache in one RUN takes. */
export interface Site {
  readonly run: Run;
  readonly uses: readonly Use[];
  readonly folders: readonly PlacedFolder[];
  /** Folders that a mount of the file's own already serves. */
  readonly served: readonly string[];
  readonly level: Level;
  readonly evidence: readonly Evidence[];
  /** Owner of the mount for users other than root. */
  readonly uid: number | undefined;
  /** Environment to set in front of each of the manager's commands. */
  readonly inline: Readonly<Record<string, string>>;
}

/** Why a RUN is left alone. */
export interface Left {
  readonly run: Run;
  readonly reason: string;
}

/**
 * Looks at one RUN that uses a manager; undefined when it needs nothing.
 * @param before the RUNs of the same tree of stages.
 * @param inherited the folders of an earlier RUN, for one that only runs code which may use the manager.
 */
export function readSite(
  facts: Facts,
  manager: CacheManager,
  run: Run,
  assumeRoot: boolean,
  before: readonly Run[],
  inherited?: readonly PlacedFolder[],
): Site | Left | undefined {
  const leave = (reason: string): Left => ({ run, reason });
  if (run.opaque !== undefined) return leave(run.opaque);
  const { state } = run;
  const uses = run.uses.filter((use) => reads(manager, use, state));
  const [first] = uses;
  if (first === undefined && inherited === undefined) return undefined;
  const inline: Record<string, string> = {};
  for (const { invocation, place } of uses) {
    const disabled = disabledBy(manager, invocation, place, state);
    if (disabled === undefined) continue;
    const value = manager.enabling?.[disabled];
    if (value === undefined || invocation.environment.some(([name]) => name === disabled)) {
      return leave(`${disabled} turns the ${manager.label} cache off`);
    }
    inline[disabled] = value;
  }
  const other = uses.find(({ invocation: { user } }) => user !== undefined && user !== 'root' && user !== state.user);
  if (other !== undefined) return leave(`${other.invocation.user!} runs it, who is not the user of this step`);
  const root =
    manager.rootOnly === true ||
    assumeRoot ||
    (first === undefined ? isRoot(state) : runsAsRoot(first.invocation, state));
  if (root === undefined) return leave(userUnknown(state));
  const uid = root ? undefined : uidOf(state, before);
  if (!root && uid === undefined)
    return leave(`user ${state.user ?? '?'} is not root and has no known user id to own the cache`);

  const folders: PlacedFolder[] = first === undefined ? [...(inherited ?? [])] : [];
  const assumed = assumeRoot && state.user === undefined ? { ...state, user: 'root' } : state;
  for (const folder of first === undefined ? [] : manager.folders) {
    const paths = new Set<string>();
    for (const use of uses) {
      if (folder.tools?.test(use.invocation.tool ?? '') === false) continue;
      const place = use.place.home === undefined && assumeRoot ? { ...use.place, home: '/root' } : use.place;
      const resolved = resolveFolder(folder, use.invocation, place, assumed);
      if ('unknown' in resolved && resolved.unknown === 'HOME' && uid !== undefined) {
        paths.add(folder.path);
        continue;
      }
      if ('unknown' in resolved)
        return leave(`the ${manager.label} cache folder is not known: it depends on ${resolved.unknown}`);
      if (!resolved.path.startsWith('/'))
        return leave(`the ${manager.label} cache folder ${resolved.path} is relative`);
      paths.add(joinPath('/', resolved.path));
    }
    if (paths.size === 0) continue;
    if (paths.size > 1) return leave(`commands of this RUN keep their ${manager.label} cache in different folders`);
    folders.push({ folder, path: [...paths][0]! });
  }
  if (uid !== undefined && folders.some(({ folder, path }) => isDefault(folder, path, state))) {
    const { variable } = manager;
    if (variable === undefined || manager.needed === true || folders.length > 1) {
      return leave(
        `user ${state.user!} is not root: the ${manager.label} cache lies in its home, where a mount would leave a folder of root`,
      );
    }
    const path = `/var/cache/${manager.name}`;
    folders.splice(0, 1, { ...folders[0]!, path });
    inline[variable] = path;
  } else if (
    manager.pin === true &&
    manager.variable !== undefined &&
    folders.some(({ folder, path }) => isDefault(folder, path, assumed))
  ) {
    inline[manager.variable] = folders[0]!.path;
  }
  const served: string[] = [];
  for (const mount of mountsOf(run.instruction)) {
    const problem = existingMount(mount, folders, state, served);
    if (problem !== undefined) return leave(problem);
  }
  const known = manager.rootOnly === true || state.image.official;
  return {
    run,
    uses,
    folders,
    served,
    uid,
    inline,
    level: known ? (manager.level ?? 'safe') : 'unsafe',
    evidence: known
      ? []
      : [
          {
            fact: `${facts.rootImage(run.stage) ?? run.stage.base} is not a known image: its HOME and environment may move the cache`,
          },
        ],
  };
}

/** Whether a folder is where the manager keeps it when nothing moves it. */
function isDefault(folder: CacheFolder, path: string, state: State): boolean {
  const home = homeOf(state);
  return folder.path.startsWith('~')
    ? home === undefined || path === folder.path || path === home + folder.path.slice(1)
    : path === folder.path;
}

/** Users of official images, by image and name. */
const IMAGE_USERS: Readonly<Record<string, number>> = {
  'node node': 1000,
  'oven/bun bun': 1000,
  'gradle gradle': 1000,
};

/** The numeric id of the user in a state: written, known of the image, or given when a RUN made the user. */
function uidOf(state: State, runs: readonly Run[]): number | undefined {
  const { user } = state;
  if (user === undefined) return undefined;
  if (/^\d+$/.test(user)) return Number(user);
  const known = IMAGE_USERS[`${state.image.image} ${user}`];
  if (known !== undefined) return known;
  for (const { uses } of runs) {
    for (const { invocation } of uses) {
      if (!/^(useradd|adduser)$/.test(invocation.tool ?? '')) continue;
      if (!invocation.operands.some(({ value }) => value === user)) continue;
      const id = invocation.options.find(({ name }) => name === '-u' || name === '--uid')?.value;
      return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
    }
  }
  return undefined;
}

function userUnknown(state: State): string {
  return state.image.image === '' || !state.image.official
    ? 'the user of the base image is not known'
    : 'the user depends on a build argument';
}

function existingMount(
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

/** The parts of a rewrite of one RUN. */
export interface SitePlan {
  readonly mounts: readonly string[];
  readonly wrapping: Wrapping | undefined;
  /** Edits that the manager itself asks for (`apk add -U`), beyond what the table says. */
  readonly extra: readonly Edit[];
}

/** The edits that mount the caches of a site, or why they cannot be made. */
export function siteEdits(facts: Facts, manager: CacheManager, site: Site, plan: SitePlan): readonly Edit[] | string {
  const { run } = site;
  const { file } = facts;
  const cleanup = findCleanup(
    manager,
    run,
    site.folders.map(({ path }) => path),
  );
  if (typeof cleanup === 'string') return cleanup;
  const disabling = site.uses.flatMap(({ invocation, script }) =>
    invocation.options
      .filter(({ name }) => manager.disablingOptions?.includes(name))
      .map((option) => ({ option, script })),
  );
  const edits: Edit[] = [...plan.extra];
  if (run.script === undefined) {
    if (Object.keys({ ...manager.environment, ...site.inline }).length > 0) return 'JSON form is not edited';
    if (disabling.length > 0) return `${disabling[0]!.option.name} would have to go, and JSON form is not edited`;
    if (plan.wrapping !== undefined || plan.extra.length > 0) return 'JSON form is not edited';
  } else {
    const { script } = run;
    if (disabling.some(({ option }) => option.word.value !== option.name))
      return 'a no-cache option is written in a form that is not edited';
    const words = [...cleanup.words, ...disabling.map(({ option }) => option.word)];
    const replaced = new Set(plan.extra.map(({ span }) => span.start));
    const gone = words.filter((word) => !replaced.has(toSource(script.source, word.span.start)));
    edits.push(...removeWords(file, script, gone));
    const environment = Object.entries({ ...manager.environment, ...site.inline });
    for (const { invocation } of site.uses) {
      const missing = environment.filter(([name]) => !isSet(name, invocation, run.state) || name in site.inline);
      if (missing.length === 0) continue;
      const tool = programWord(invocation);
      if (tool === undefined) return `${invocation.wrappers.join(' ')} would not pass ${missing[0]![0]} on`;
      const start = toSource(script.source, tool.span.start);
      edits.push({ span: { start, end: start }, text: missing.map(([name, value]) => `${name}=${value} `).join('') });
    }
    const errexit = isStrict(facts, run);
    const removed = removeCommands(file, script, cleanup.commands, errexit, plan.wrapping?.after);
    if (typeof removed === 'string')
      return `a clean-up of the mounted ${manager.label} cache cannot be taken out: ${removed}`;
    edits.push(...removed.edits);
    if (plan.wrapping !== undefined && mayEndEarly(script)) return 'the RUN may end before its last command';
    if (plan.wrapping !== undefined) {
      if (plan.wrapping.before !== undefined)
        edits.push(prependCommand(file, run.instruction, script, plan.wrapping.before));
      if (!removed.ended) edits.push(appendCommand(file, run.instruction, script, plan.wrapping.after));
    }
  }
  const growth = edits.reduce((sum, { span, text }) => sum + text.length - (span.end - span.start), 0);
  return [insertFlags(file, run.instruction, plan.mounts, plan.wrapping !== undefined, growth), ...edits];
}

/** Whether a script may succeed without reaching its end: `exit 0`, `exec`. */
function mayEndEarly({ commands }: ShellScript): boolean {
  return commands.some(({ words, isolated }) => {
    const name = words[0]?.value;
    if (isolated || (name !== 'exit' && name !== 'exec')) return false;
    return name === 'exec' ? words.length > 1 : !/^[1-9]\d*$/.test(words[1]?.value ?? '');
  });
}

function isSet(name: string, invocation: Use['invocation'], state: State): boolean {
  return state.env.has(name) || invocation.environment.some(([other]) => other === name);
}

/** The word that names the program; undefined behind a wrapper, which may drop the environment. */
function programWord({ command, wrappers }: Use['invocation']): ShellWord | undefined {
  return wrappers.length === 0 ? command.words[0] : undefined;
}

/** Whether the shell stops at the first failing command: SHELL -e, or `set -e` first. */
function isStrict(facts: Facts, { instruction, script }: Run): boolean {
  const body = facts.body(instruction);
  return (body.kind === 'script' && body.errexit) || (script !== undefined && stopsAtFailure(script));
}

/** Whether a command in this RUN puts something into the cache. */
export function fillsCache(manager: CacheManager, run: Run): boolean {
  return run.uses.some((use) => fills(manager, use, run.state));
}
