import type { Edit } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import type { Announcement, Evidence, Level } from '../transform/types.js';
import { moveAside } from './elsewhere.js';
import type { PlacedFolder } from './folders.js';
import { mountText } from './mount-text.js';
import { type Site } from './site.js';
import { siteEdits } from './site-edits.js';
import type { CacheManager, Wrapping } from './types.js';
import type { Run } from './uses.js';

/** What a manager adds to a RUN beyond the mounts of its table, or why the RUN is left alone. */
export interface Preparation {
  readonly wrapping?: Wrapping;
  readonly extra?: readonly Edit[];
  /** Names of the folders to mount when not all of them. */
  readonly only?: readonly string[];
  /** Edits of other instructions that go with the mount, and what they take for granted about it. */
  readonly elsewhere?: readonly Edit[];
  /** Added to the mounts' ids: build outputs belong to one project. */
  readonly project?: string;
  /** Lowers the change's confidence. */
  readonly level?: Level;
  readonly evidence?: readonly Evidence[];
  /** What the change does beyond mounting, for its announcements. */
  readonly announces?: readonly Announcement[];
}

/** Returns what to add, a reason to leave the RUN alone, or undefined when the RUN is none of this manager's business. */
export type Prepare = (
  site: Site,
  facts: Facts,
  tree: readonly Run[],
  project: ProjectFacts | undefined,
) => Preparation | string | undefined;

/** A site with the edits that mount its folders. */
export interface PreparedSite {
  readonly site: Site;
  readonly preparation: Preparation;
  readonly edits: readonly Edit[];
  /** What the mounts keep out of the image; none where the file's own mounts are made to work. */
  readonly paths: readonly string[];
}

/** As `prepareAt`, with the mount out of the way of the RUN's own clean-ups where it cannot stand at the folder itself. */
export function prepareSite(...args: Parameters<typeof prepareAt>): PreparedSite | string | undefined {
  const [facts, manager, site, preparation, own] = args;
  const result = prepareAt(...args);
  const aside = typeof result === 'string' ? moveAside(facts, manager, site) : undefined;
  const second = aside === undefined ? undefined : prepareAt(facts, manager, aside, preparation, own);
  return typeof second === 'object' ? second : result;
}

/**
 * The edits for a site as its manager prepared it, a reason to leave it alone, or undefined when nothing is to be mounted.
 * @param own the mounts that the file already has, as written, by path
 */
function prepareAt(
  facts: Facts,
  manager: CacheManager,
  site: Site,
  preparation: Preparation,
  own: ReadonlyMap<string, string>,
): PreparedSite | string | undefined {
  const { only, project, wrapping, extra = [], elsewhere = [] } = preparation;
  const isServedAt = ({ path }: PlacedFolder): boolean => site.served.includes(path);
  const wanted = site.folders.filter((one) => !isServedAt(one) && (only?.includes(one.folder.name) ?? true));
  if (wanted.length === 0 && !isServed(site)) return undefined;
  const mounts = wanted.map((placed) => own.get(placed.path) ?? mountText(facts, manager, placed, site, project));
  // What is in no mount is still for the RUN to clean up.
  const folders = site.folders.filter((one) => wanted.includes(one) || isServedAt(one));
  const edits = siteEdits(facts, manager, { ...site, folders }, { mounts, wrapping, extra });
  if (typeof edits === 'string') return edits;
  if (edits.length === 0) return undefined;
  return {
    site,
    preparation,
    edits: [...edits, ...elsewhere],
    paths: wanted.flatMap(({ path, instead }) => (instead?.startsWith('/') === true ? [instead, path] : [path])),
  };
}

/** Whether mounts of the file's own hold all folders of a site. */
export function isServed({ folders, served }: Site): boolean {
  return folders.every(({ path }) => served.includes(path));
}
