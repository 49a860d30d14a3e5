import { mountsOf } from '../dockerfile/index.js';
import type { Facts, State } from '../facts/index.js';
import type { Evidence, Level } from '../transform/types.js';
import { moveFolder } from './elsewhere.js';
import { disabledBy, type PlacedFolder, placeFolders } from './folders.js';
import { existingMount } from './own-mounts.js';
import { ownerOf } from './owner.js';
import type { CacheManager } from './types.js';
import { userId } from './user-id.js';
import { reads, type Run, type Use } from './uses.js';

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
  const inline = enablingValues(manager, uses, state);
  if (typeof inline === 'string') return leave(inline);
  const owner = ownerOf(manager, uses, run, assumeRoot, (user) => userId(facts, user, before));
  if (typeof owner === 'string') return leave(owner);
  const { uid } = owner;
  const image = facts.rootImage(run.stage) ?? run.stage.base;
  const placing = { state, assumeRoot, uid, image, text: facts.file.text };
  const folders = first === undefined ? (inherited ?? []) : placeFolders(manager, uses, placing);
  if (typeof folders === 'string') return leave(folders);
  const moved = moveFolder(manager, folders, state, uid);
  if (typeof moved === 'string') return leave(moved);
  const served: string[] = [];
  for (const mount of mountsOf(run.instruction)) {
    const problem = existingMount(mount, moved.folders, state, served);
    if (problem !== undefined) return leave(problem);
  }
  const known = manager.rootOnly === true || state.image.official;
  return {
    run,
    uses,
    folders: moved.folders,
    served,
    uid,
    inline: { ...inline, ...moved.inline },
    level: known ? (manager.level ?? 'safe') : 'unsafe',
    evidence: known
      ? []
      : [
          {
            fact: `${image} is not a known image: its HOME and environment may move the cache`,
          },
        ],
  };
}

/** The variables that take back what turns the cache off, to be set inline; a reason when nothing takes it back. */
function enablingValues(
  manager: CacheManager,
  uses: readonly Use[],
  state: State,
): Readonly<Record<string, string>> | string {
  const inline: Record<string, string> = {};
  for (const { invocation, place } of uses) {
    const disabled = disabledBy(manager, invocation, place, state);
    if (disabled === undefined) continue;
    const value = manager.enabling?.[disabled];
    if (value === undefined || invocation.environment.some(([name]) => name === disabled))
      return `${disabled} turns the ${manager.label} cache off`;
    inline[disabled] = value;
  }
  return inline;
}
