import type { CacheManager } from '../../src/cache-mounts/index.js';

/**
 * Caches of compilers and bundlers. Sources: go help cache; the Cargo book, build cache; ccache(1), CACHE LOCATION;
 * sccache's local storage; the Next.js deployment guide, CI build caching; the tsconfig reference, tsBuildInfoFile.
 */
export const goBuild: CacheManager = {
  name: 'go-build',
  label: 'Go build',
  tools: /^go$/,
  fills: /^(build|install|test|generate|run|vet|list|tool)$/,
  folders: [
    {
      name: 'go-build',
      path: '~/.cache/go-build',
      movers: [{ environment: 'GOCACHE' }, { environment: 'XDG_CACHE_HOME', append: '/go-build' }],
    },
  ],
  variable: 'GOCACHE',
  // The cache does not notice changed C libraries, so one distribution release must not see another's objects.
  perDistribution: true,
  cleaners: /^clean -cache$/,
  configures: /^env .*GOCACHE=|^clean .*-cache .|^clean -\w+ -cache/,
  skip: ({ options, environment }, { env }) =>
    options.some(({ name }) => name === '-a') ||
    (environment.find(([name]) => name === 'GOCACHE')?.[1]?.value ?? env.get('GOCACHE')?.value) === 'off'
      ? 'rebuilds everything'
      : undefined,
};

export const cargoTarget: CacheManager = {
  name: 'cargo-target',
  label: 'Cargo target',
  tools: /^cargo$/,
  fills: /^(build|b|rustc|install)$/,
  folders: [
    {
      name: 'cargo-target',
      path: './target',
      movers: [{ option: '--target-dir' }, { environment: 'CARGO_TARGET_DIR' }],
    },
  ],
  locked: true,
  perDistribution: true,
  handlesCopies: true,
  level: 'review',
  // Only a package of the working directory is built in its target folder; others in a temporary one.
  skip: ({ subcommand, options }) =>
    subcommand !== 'install' || options.some(({ name, value }) => name === '--path' && /^\.\/?$/.test(value ?? ''))
      ? undefined
      : 'installs a package from elsewhere',
};

const COMPILERS = /^(make|gmake|ninja|cmake|meson|scons|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ccache|cargo|configure)$/;

export const ccache: CacheManager = {
  name: 'ccache',
  label: 'ccache',
  tools: COMPILERS,
  fills: /^/,
  folders: [{ name: 'ccache', path: '~/.cache/ccache', movers: [{ environment: 'CCACHE_DIR' }] }],
  perDistribution: true,
  skip: (_invocation, { env }) =>
    env.has('CCACHE_DIR') &&
    ['CC', 'CXX', 'PATH', 'CMAKE_C_COMPILER_LAUNCHER', 'CMAKE_CXX_COMPILER_LAUNCHER', 'USE_CCACHE'].some((name) =>
      /ccache|^1$/.test(env.get(name)?.value ?? ''),
    )
      ? undefined
      : 'ccache is not in use',
};

export const sccache: CacheManager = {
  name: 'sccache',
  label: 'sccache',
  tools: COMPILERS,
  fills: /^/,
  folders: [
    {
      name: 'sccache',
      path: '~/.cache/sccache',
      movers: [{ environment: 'SCCACHE_DIR' }, { environment: 'XDG_CACHE_HOME', append: '/sccache' }],
    },
  ],
  variable: 'SCCACHE_DIR',
  perDistribution: true,
  skip: (_invocation, { env }) =>
    ['RUSTC_WRAPPER', 'CC', 'CXX', 'CMAKE_C_COMPILER_LAUNCHER', 'CMAKE_CXX_COMPILER_LAUNCHER'].some((name) =>
      /sccache$/.test(env.get(name)?.value ?? ''),
    ) && !['SCCACHE_BUCKET', 'SCCACHE_REDIS', 'SCCACHE_GHA_ENABLED', 'SCCACHE_MEMCACHED'].some((name) => env.has(name))
      ? undefined
      : 'sccache is not in use, or keeps its cache elsewhere',
};

export const next: CacheManager = {
  name: 'next',
  label: 'Next.js build',
  tools: /^(npm|yarn|pnpm|bun|npx|next)$/,
  fills: /^(run|run-script|build|next|next build|)$/,
  folders: [{ name: 'next', path: './.next/cache', movers: [] }],
  locked: true,
  applies: ({ file }, project) =>
    /\bnext build\b/.test(file.text) ||
    project?.node.some(({ scripts }) => /\bnext build\b/.test(scripts.get('build') ?? '')) === true,
  skip: ({ tool, subcommand }) => (subcommand === '' && tool !== 'npx' ? 'installs packages' : undefined),
  level: 'review',
};

export const typeScript: CacheManager = {
  name: 'tsbuildinfo',
  label: 'TypeScript build',
  tools: /^(npm|yarn|pnpm|bun|npx|tsc|vue-tsc)$/,
  fills: /^/,
  folders: ['tmp', 'cache'].map((part) => ({ name: `ts-${part}`, path: `./node_modules/.${part}`, movers: [] })),
  locked: true,
  buildOnly: true,
  applies: (_facts, project) =>
    project?.context.paths.some(
      (path) => /(^|\/)tsconfig[^/]*\.json$/.test(path) && project.at.buildInfos(path).length > 0,
    ) === true,
  skip: ({ tool, args }) =>
    /tsc$/.test(tool ?? '') || args.some(({ text }) => !/^(-|ci$|i$|install$|add$)/.test(text))
      ? undefined
      : 'installs packages',
  level: 'review',
};
