import { type Prepare, yarnVersion } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** Whether yarn is the first one, whose cache is another folder. */
export function isClassic(facts: Facts, project: ProjectFacts | undefined): boolean {
  return yarnVersion(facts, project).major === 1;
}

export function isBerry(facts: Facts, project: ProjectFacts | undefined): boolean {
  return !isClassic(facts, project);
}

/** Plug'n'Play, the default since yarn 2, reads the cached archives when the program runs. */
export const prepareBerry: Prepare = (_site, facts, _tree, project) => {
  const { major, linker } = yarnVersion(facts, project);
  if (major === undefined)
    return 'nothing tells which yarn runs, and yarn 2 and later read their cache when the program runs';
  if (linker !== 'node-modules' && linker !== 'pnpm')
    return `yarn ${major} with Plug'n'Play reads its cache when the program runs`;
  return major >= 4 ? {} : `yarn ${major} keeps its cache in the project`;
};
