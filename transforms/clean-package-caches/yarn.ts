import { likelyHome, yarnVersion } from '../../src/cache-mounts/index.js';
import { type Facts, isRoot, joinPath as joinImagePath } from '../../src/facts/index.js';
import { joinPath } from '../../src/project/paths.js';
import type { ProjectFacts } from '../../src/project/project.js';
import type { Row } from './rows.js';

const tools = /^(yarn|yarnpkg)$/;
const cleans = /^cache\b/;

/** `yarn cache clean`: classic.yarnpkg.com/docs/cli/cache. As root the cache is shared. */
export const yarn: Row = {
  tools,
  fills: /^(|install|add|upgrade|global add|global upgrade)$/,
  cleans,
  cleaner: 'cache clean',
  folders: ({ state }, _facts, use) => [
    isRoot(state) === false ? `${likelyHome(state, use)}/.cache/yarn` : '/usr/local/share/.cache/yarn',
  ],
  applies: (facts, project) => !isBerry(facts, project),
  moves: /yarn_cache_folder|--cache-folder|\byarn config set (cache-folder|yarn-offline-mirror)/i,
  variables: ['YARN_CACHE_FOLDER', 'yarn_cache_folder'],
  offline: /^--offline$/,
  gone: '**',
  keeps: ({ invocation }, _run, facts, project) =>
    yarnVersion(facts, project).major === 1
      ? undefined
      : `it is not known that ${invocation.tool!} is yarn 1, and later ones may read their cache when the program runs`,
};

/**
 * yarn 2 and later: yarnpkg.com/cli/cache/clean. The cache of the project and the one that all projects of a user share
 * hold the archives; where packages are linked into node_modules, nothing reads them once that is filled.
 */
export const berry: Row = {
  tools,
  fills: /^(|install|add|up|workspaces focus)$/,
  cleans,
  cleaner: 'cache clean --all',
  folders: ({ state }, _facts, use, project) => {
    const shared = `${likelyHome(state, use)}/.yarn/berry/cache`;
    return use.place.cwd === undefined || project === undefined
      ? []
      : [shared, joinImagePath(use.place.cwd, IN_PROJECT)];
  },
  applies: isBerry,
  moves: /YARN_(?:CACHE_FOLDER|GLOBAL_FOLDER|ENABLE_(?:GLOBAL_CACHE|MIRROR|NETWORK))|--immutable-cache|--check-cache/,
  variables: ['YARN_CACHE_FOLDER', 'YARN_GLOBAL_FOLDER', 'YARN_ENABLE_GLOBAL_CACHE', 'YARN_ENABLE_NETWORK'],
  offline: /^--(immutable-cache|cached)$/,
  gone: '**',
  keeps: (_use, _run, facts, project) => {
    const { major, linker } = yarnVersion(facts, project);
    if (linker !== 'node-modules' && linker !== 'pnpm')
      return `yarn ${major!} with Plug'n'Play reads its cache when the program runs`;
    const { context, node } = project!;
    const settings = context.read(joinPath(node[0]?.folder ?? '', '.yarnrc.yml')) ?? '';
    if (/^(?:cacheFolder|globalFolder|enableNetwork|enableOfflineMode)\s*:/m.test(settings))
      return '.yarnrc.yml says where the cache of yarn is, or that all comes from it';
    const copy = facts.file.instructions.find(
      ({ keyword, flags, logical }) =>
        keyword === 'COPY' && flags.some(({ name }) => name === 'from') && /\.yarn(?=["/\s]|$)/.test(logical.text),
    );
    if (copy !== undefined) return `line ${copy.lines.first} copies .yarn out of a stage`;
    const kept = context.paths.find((path) => KEPT.test(path));
    return kept === undefined ? undefined : `the repository itself holds the cache of yarn: ${kept}`;
  },
};

const IN_PROJECT = '.yarn/cache';
/** An archive that the repository itself holds. */
const KEPT = /(?:^|\/)\.yarn\/cache\/[^/]+\.zip$/;

function isBerry(facts: Facts, project: ProjectFacts | undefined): boolean {
  const { major } = yarnVersion(facts, project);
  return major !== undefined && major > 1;
}
