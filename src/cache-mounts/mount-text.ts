import type { Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import type { PlacedFolder } from './folders.js';
import type { Site } from './site.js';
import type { CacheManager } from './types.js';

/** The `--mount` flag for a cache folder. Every one has an id, so that projects do not share a folder by its name. */
export function mountText(
  facts: Facts,
  manager: CacheManager,
  { folder, path }: PlacedFolder,
  { run, uid }: Site,
  project?: string,
): string {
  const distribution = manager.perDistribution === true ? `-${distributionId(facts, run.stage)}` : '';
  const owned = project === undefined ? '' : `-${sanitise(project)}`;
  const user = uid === undefined ? '' : `-uid${uid}`;
  const owner = uid === undefined ? '' : `,uid=${uid},gid=${uid}`;
  const sharing = manager.locked === true ? ',sharing=locked' : '';
  return `--mount=type=cache,id=dfix-${folder.name}${owned}${distribution}${user},target=${path}${owner}${sharing}`;
}

/** Names the distribution release of a stage's base: `debian-bookworm` where the tag says it, else the image and tag. */
function distributionId(facts: Facts, stage: Stage): string {
  const { image } = facts.atEnd(stage);
  if (image.distribution !== undefined && image.release !== undefined)
    return sanitise(`${image.distribution}-${image.release}`);
  return sanitise(facts.rootImage(stage) ?? rootStage(facts, stage).base);
}

function rootStage(facts: Facts, stage: Stage): Stage {
  const { stages } = facts.file;
  let root = stage;
  while (root.parent !== undefined) root = stages[root.parent]!;
  return root;
}

function sanitise(text: string): string {
  return text
    .toLowerCase()
    .replace(/@.*/s, '')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-+|(?<!-)-+$/g, '');
}
