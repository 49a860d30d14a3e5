import type { NodeProject } from '../project/manifests/node.js';
import type { Announcement } from '../transform/index.js';

/**
 * What a node_modules shows where development dependencies are left out or pruned.
 * @param folder the node_modules, absolute in the image
 */
export function withoutDevelopment(
  folder: string,
  { dependencies, optionalDependencies, devDependencies }: NodeProject,
): readonly Announcement[] {
  const kept = [...new Set([...dependencies.keys(), ...optionalDependencies.keys()])].sort();
  const names = [...devDependencies.keys()].filter((name) => !kept.includes(name)).sort();
  if (names.length === 0) return [];
  return [{ kind: 'packages', effect: 'removed', manager: 'npm', names, project: { folders: [folder], kept } }];
}
