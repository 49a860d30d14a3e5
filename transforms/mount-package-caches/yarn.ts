import type { Prepare } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

interface Version {
  /** 1, 2, 3, 4; undefined when nothing tells. */
  readonly major: number | undefined;
  readonly linker: string | undefined;
}

/** Which yarn runs: from package.json, the lockfile and .yarnrc.yml, else from what the Dockerfile does. */
function yarnVersion(facts: Facts, project: ProjectFacts | undefined): Version {
  const root = project?.node[0];
  const folder = root?.folder === undefined || root.folder === '' ? '' : `${root.folder}/`;
  const rc = project?.context.read(`${folder}.yarnrc.yml`) ?? '';
  const linker = /^nodeLinker:\s*["']?([\w-]+)/m.exec(rc)?.[1];
  const pinned = /^yarn@(\d+)/.exec(root?.packageManager ?? '')?.[1] ?? /yarn-(\d+)\.[^/]*\.cjs/.exec(rc)?.[1];
  if (pinned !== undefined) return { major: Number(pinned), linker };
  const lock = project?.context.read(`${folder}yarn.lock`)?.slice(0, 400) ?? '';
  if (lock.includes('yarn lockfile v1')) return { major: 1, linker };
  if (lock.includes('__metadata')) return { major: 4, linker };
  const { text } = facts.file;
  const set = /yarn set version (\d+)|yarn@(\d+)/.exec(text);
  if (set !== null) return { major: Number(set[1] ?? set[2]), linker };
  if (/\.yarnrc\.yml|\.yarn\b|yarn set version|--immutable|corepack/.test(text)) return { major: undefined, linker };
  return { major: 1, linker };
}

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
