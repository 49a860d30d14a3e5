import { type Prepare, yarnVersion } from '../../src/cache-mounts/index.js';

export const prepareYarn: Prepare = (_site, facts, _tree, project) => {
  const { major } = yarnVersion(facts, project);
  return major === 1 ? {} : undefined;
};

/** Plug'n'Play, the default since yarn 2, reads the cached archives when the program runs. */
export const prepareBerry: Prepare = (_site, facts, _tree, project) => {
  const { major, linker } = yarnVersion(facts, project);
  if (major === 1) return undefined;
  if (major === undefined)
    return 'nothing tells which yarn runs, and yarn 2 and later read their cache when the program runs';
  if (linker !== 'node-modules' && linker !== 'pnpm')
    return `yarn ${major} with Plug'n'Play reads its cache when the program runs`;
  return major >= 4 ? {} : `yarn ${major} keeps its cache in the project`;
};
