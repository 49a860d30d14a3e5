import type { CacheManager } from '../../../src/cache-mounts/index.js';

/** Node package managers. Sources: npm-config(7); yarn 1's `yarn cache dir` as root; pnpm's store-dir; bun's install.cache.dir. */
export const npm: CacheManager = {
  name: 'npm',
  label: 'npm',
  tools: /^npm$/,
  fills:
    /^(ci|clean-install|install-clean|ic|install|in|ins|i|add|install-test|it|install-ci-test|cit|update|up|upgrade|rebuild)$/,
  folders: [
    {
      name: 'npm',
      path: '~/.npm',
      movers: [{ option: '--cache' }, { environment: 'npm_config_cache' }, { environment: 'NPM_CONFIG_CACHE' }],
    },
  ],
  offline: /^--offline$/,
  offlineEnvironment: { npm_config_offline: /^(?!false$|$)/, NPM_CONFIG_OFFLINE: /^(?!false$|$)/ },
  cleaners: /^cache (clean|clear|rm|verify)\b/,
  configures: /^(config|c) set cache\b|^set cache\b|^(config|c) set cache=/,
  configFiles: [{ name: /(^|\/)\.?npmrc$/, setting: /^[ \t]*cache\s*=/m }],
  variable: 'npm_config_cache',
};

/**
 * The headers of Node that node-gyp fetches to compile against, for projects in which something is compiled. Sources:
 * node-gyp's README (`--devdir`), env-paths.
 */
export const nodeGyp: CacheManager = {
  name: 'node-gyp',
  label: 'node-gyp header',
  tools: /^(npm|yarn|yarnpkg|pnpm|node-gyp)$/,
  fills: /^(|ci|clean-install|install|i|add|rebuild|global add|configure|build)$/,
  folders: [
    {
      name: 'node-gyp',
      path: '~/.cache/node-gyp',
      movers: [
        { option: '--devdir' },
        { environment: 'npm_config_devdir' },
        { environment: 'NPM_CONFIG_DEVDIR' },
        { environment: 'XDG_CACHE_HOME', append: '/node-gyp' },
      ],
    },
  ],
  locked: true,
  buildOnly: true,
  variable: 'npm_config_devdir',
  configures: /^(config|c) set devdir\b/,
  configFiles: [{ name: /(^|\/)\.?npmrc$/, setting: /^[ \t]*(devdir|nodedir)\s*=/m }],
  skip: ({ tool, subcommand, args }, { env }) =>
    env.has('npm_config_nodedir') || args.some(({ text }) => /^--(ignore-scripts|nodedir)\b/.test(text))
      ? 'compiles nothing, or against headers of its own'
      : /^(configure|build)$/.test(subcommand) && tool !== 'node-gyp'
        ? 'runs a script'
        : undefined,
};

export const yarn: CacheManager = {
  name: 'yarn',
  label: 'yarn',
  tools: /^(yarn|yarnpkg)$/,
  fills: /^(|install|add|upgrade|global add|global upgrade)$/,
  folders: [
    {
      name: 'yarn',
      path: '/usr/local/share/.cache/yarn',
      movers: [
        { option: '--cache-folder' },
        { environment: 'YARN_CACHE_FOLDER' },
        { environment: 'yarn_cache_folder' },
      ],
    },
  ],
  locked: true,
  offline: /^--offline$/,
  offlineEnvironment: { YARN_OFFLINE: /^(?!false$|$)/ },
  cleaners: /^cache clean\b/,
  configures: /^config set (cache-folder|yarn-offline-mirror)\b/,
  configFiles: [{ name: /(^|\/)\.yarnrc$/, setting: /cache-folder|yarn-offline-mirror/ }],
  variable: 'YARN_CACHE_FOLDER',
};

/** Yarn 4 with node-modules or pnpm linker: then nothing reads the global cache at run time. */
export const berry: CacheManager = {
  name: 'yarn-berry',
  label: 'yarn',
  tools: /^(yarn|yarnpkg)$/,
  fills: /^(|install|add|workspaces focus)$/,
  folders: [
    {
      name: 'yarn-berry',
      path: '~/.yarn/berry/cache',
      movers: [{ environment: 'YARN_GLOBAL_FOLDER', append: '/cache' }],
    },
  ],
  offlineEnvironment: { YARN_ENABLE_NETWORK: /^(0|false)$/ },
  cleaners: /^cache clean\b/,
  configures: /^config set (cacheFolder|globalFolder|enableGlobalCache)\b/,
  configFiles: [{ name: /(^|\/)\.yarnrc\.yml$/, setting: /^(globalFolder|cacheFolder):/m }],
  variable: 'YARN_GLOBAL_FOLDER',
};

export const pnpm: CacheManager = {
  name: 'pnpm',
  label: 'pnpm',
  tools: /^pnpm$/,
  fills: /^(|install|i|add|update|up|fetch|deploy)$/,
  folders: [
    {
      name: 'pnpm',
      path: '~/.local/share/pnpm/store',
      movers: [
        { option: '--store-dir' },
        { environment: 'npm_config_store_dir' },
        { environment: 'NPM_CONFIG_STORE_DIR' },
        { environment: 'pnpm_config_store_dir' },
        { environment: 'PNPM_HOME', append: '/store' },
        { environment: 'XDG_DATA_HOME', append: '/pnpm/store' },
      ],
    },
  ],
  offline: /^--offline$/,
  offlineEnvironment: { npm_config_offline: /^(?!false$|$)/, NPM_CONFIG_OFFLINE: /^(?!false$|$)/ },
  cleaners: /^store prune\b/,
  configures: /^(config|c) set store-?dir\b/i,
  configFiles: [
    { name: /(^|\/)\.?npmrc$/, setting: /^[ \t]*(store-dir|enable-global-virtual-store)\s*=/m },
    { name: /(^|\/)pnpm-workspace\.yaml$/, setting: /^(storeDir|enableGlobalVirtualStore):/m },
  ],
  variable: 'npm_config_store_dir',
};

export const bun: CacheManager = {
  name: 'bun',
  label: 'bun',
  tools: /^bun$/,
  fills: /^(install|i|add|update)$/,
  folders: [
    {
      name: 'bun',
      path: '~/.bun/install/cache',
      movers: [
        { option: '--cache-dir' },
        { environment: 'BUN_INSTALL_CACHE_DIR' },
        { environment: 'BUN_INSTALL', append: '/install/cache' },
      ],
    },
  ],
  disablingOptions: ['--no-cache'],
  cleaners: /^pm cache rm\b/,
  configFiles: [{ name: /(^|\/)bunfig\.toml$/, setting: /^\[install\.cache\]|^[ \t]*backend\s*=\s*"symlink"/m }],
  variable: 'BUN_INSTALL_CACHE_DIR',
};
