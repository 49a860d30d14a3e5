import { mountsOf } from '../dockerfile/index.js';
import { type Facts, homeOf, type State } from '../facts/index.js';
import { isDefault, type PlacedFolder } from './folders.js';
import { usesByName, wordMeeting } from './guards.js';
import { relationTo } from './paths.js';
import type { Site } from './site.js';
import type { CacheManager } from './types.js';
import { type Run, runsOf } from './uses.js';

/** Folders that go to another place than their default, with what tells the manager of it. */
type Moved = Pick<Site, 'folders' | 'inline'>;

/**
 * Where the folder goes that must not stay at its default: out of the home of a user other than root, or to a fixed path
 * where set-ups differ; a reason when the manager cannot be told.
 */
export function moveFolder(
  manager: CacheManager,
  folders: readonly PlacedFolder[],
  state: State,
  uid: number | undefined,
): Moved | string {
  const { variable } = manager;
  if (uid === undefined) {
    const pinned = manager.pin === true && variable !== undefined && folders.some(isBelowHome);
    return { folders, inline: pinned ? { [variable]: folders[0]!.path } : {} };
  }
  if (!folders.some(({ folder, path }) => isDefault(folder, path, state))) return { folders, inline: {} };
  return (
    outOfHome(manager, folders) ??
    `user ${state.user!} is not root: the ${manager.label} cache lies in its home, where a mount would leave a folder of root`
  );
}

/** Whether a folder is the manager's own below a home, be it one that is set for the command alone. */
function isBelowHome({ folder, path }: PlacedFolder): boolean {
  return folder.path.startsWith('~') && path.endsWith(folder.path.slice(1));
}

/** A site with its mount outside the home, where the RUN that removes folders there cannot meet it; undefined when that is no way. */
export function moveAside(facts: Facts, manager: CacheManager, site: Site): Site | undefined {
  const { folders, run, served, inline } = site;
  if (served.length > 0 || !folders.some(({ folder, path }) => isDefault(folder, path, run.state))) return undefined;
  const moved = outOfHome(manager, folders);
  if (moved === undefined) return undefined;
  const used = usesByName(
    manager,
    run,
    folders.map(({ path }) => path),
  );
  const target = moved.folders[0]!.path;
  const mounted = mountsOf(run.instruction).some((mount) => relationTo(mount.target ?? '/', target) !== 'none');
  const heirs = facts.heirs(run.stage);
  const wanted = runsOf(facts)
    .filter(({ stage, instruction }) => heirs.includes(stage) && instruction.index >= run.instruction.index)
    .some((other) => needsFolder(other, folders));
  return used !== undefined || mounted || wanted
    ? undefined
    : { ...site, folders: moved.folders, inline: { ...inline, ...moved.inline } };
}

/** Whether a command fails where a folder is not: all but `rm -f` that name it, or one around it below the home. */
function needsFolder(run: Run, folders: readonly PlacedFolder[]): boolean {
  const home = homeOf(run.state) ?? '/';
  const named = wordMeeting(
    run,
    ({ tool, args }) => tool === 'rm' && args.some(({ value }) => /^(?:-[a-zA-Z]*f|--force$)/.test(value ?? '')),
    (path) => relationTo(path, home) === 'within' && folders.some((one) => relationTo(path, one.path) !== 'none'),
  );
  return named !== undefined;
}

function outOfHome({ name, variable, needed }: CacheManager, folders: readonly PlacedFolder[]): Moved | undefined {
  const [placed, other] = folders;
  if (variable === undefined || needed === true || placed === undefined || other !== undefined) return undefined;
  const path = `/var/cache/${name}`;
  return { folders: [{ folder: placed.folder, path, instead: placed.path }], inline: { [variable]: path } };
}
