import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { baseName, folderOf, foldersAbove, joinPath } from '../paths.js';
import { onceForEach } from '../../once.js';
import type { FactsBuilder } from './facts.js';
import { factsBuilder } from './facts.js';
import { folderGlobs } from './folder-globs.js';
import { readJson, readYaml } from './read.js';
import { field, texts } from './values.js';

/** A package.json and where it is. */
export interface NodePackage {
  readonly folder: string;
  readonly json: unknown;
}

const MAX_MEMBERS = 2000;

/** The members that a package.json (or a pnpm-workspace.yaml beside it) names; their package.json become manifests. */
export function workspaceMembers(facts: FactsBuilder, json: unknown): readonly NodePackage[] {
  const globs = workspaceGlobs(facts, facts.folder, json);
  if (globs.length === 0) return [];
  const named = folderGlobs(globs);
  if (named === undefined) {
    facts.cannotTell(joinPath(facts.folder, 'package.json'), 'workspace patterns that are not understood');
    return [];
  }
  const members: NodePackage[] = [];
  for (const path of filesBelow(facts.context.paths, facts.folder)) {
    if (baseName(path) !== 'package.json' || path.includes('node_modules/')) continue;
    const folder = folderOf(path);
    if (folder === facts.folder || !named(relative(facts.folder, folder))) continue;
    if (members.length >= MAX_MEMBERS) {
      facts.cannotTell(path, `more than ${MAX_MEMBERS} workspace members`);
      break;
    }
    facts.addManifest(path);
    members.push({ folder, json: readJson(facts, path) });
  }
  if (!facts.context.complete) facts.cannotTell('', 'the listing of the context was cut short');
  return members;
}

function workspaceGlobs(facts: FactsBuilder, folder: string, json: unknown): readonly string[] {
  const workspaces = field(json, 'workspaces');
  const own = Array.isArray(workspaces) ? texts(workspaces) : texts(field(workspaces, 'packages'));
  return [...own, ...texts(field(readYaml(facts, joinPath(folder, 'pnpm-workspace.yaml')), 'packages'))];
}

/** The nearest folder above that names this one as a workspace member. */
export function workspaceRootOf(context: ContextFiles, folder: string): string | undefined {
  return foldersAbove(folder).find((above) => membersNamedBy(context, above)?.(relative(above, folder)));
}

const membersNamedBy = onceForEach(
  (context: ContextFiles, folder: string): ((folder: string) => boolean) | undefined => {
    const path = joinPath(folder, 'package.json');
    if (!hasFile(context, path) && !hasFile(context, joinPath(folder, 'pnpm-workspace.yaml'))) return undefined;
    const facts = factsBuilder(context, folder);
    return folderGlobs(workspaceGlobs(facts, folder, readJson(facts, path)));
  },
);

function relative(from: string, path: string): string {
  return from === '' ? path : path.slice(from.length + 1);
}
