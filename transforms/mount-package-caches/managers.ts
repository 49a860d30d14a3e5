import type { CacheManager } from '../../src/cache-mounts/index.js';

/**
 * Package managers, where they keep downloads, and what empties or disables that. Sources: each manager's manual;
 * https://docs.docker.com/build/cache/optimize/ for the mounts of apt, npm, pip and Go.
 */
const base = {
  readers: [],
  sharing: 'shared',
  perDistribution: false,
  needed: false,
  rootOnly: false,
  disablingOptions: [],
  disablingEnvironment: [],
  cleaners: [],
  configFiles: [],
} as const;

export const apt: CacheManager = {
  ...base,
  name: 'apt',
  label: 'apt',
  tools: ['apt-get', 'apt', 'aptitude'],
  fills: ['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep'],
  readers: ['*'],
  folders: [
    { name: 'apt', path: '/var/cache/apt', movers: [] },
    { name: 'apt-lists', path: '/var/lib/apt/lists', movers: [] },
  ],
  sharing: 'locked',
  perDistribution: true,
  rootOnly: true,
  cleaners: [
    'apt-get clean',
    'apt clean',
    'aptitude clean',
    'apt-get autoclean',
    'apt autoclean',
    'apt-get distclean',
    'apt distclean',
  ],
};

export const apk: CacheManager = {
  ...base,
  name: 'apk',
  label: 'apk',
  tools: ['apk'],
  fills: ['add', 'upgrade'],
  readers: ['update'],
  folders: [{ name: 'apk', path: '/var/cache/apk', movers: [{ option: '--cache-dir' }] }],
  sharing: 'locked',
  perDistribution: true,
  rootOnly: true,
  disablingOptions: ['--no-cache'],
  cleaners: ['apk cache'],
};

export const npm: CacheManager = {
  ...base,
  name: 'npm',
  label: 'npm',
  tools: ['npm'],
  fills: ['ci', 'install', 'i', 'add', 'update', 'install-test', 'it', 'clean-install', 'install-clean', 'cit'],
  folders: [
    {
      name: 'npm',
      path: '~/.npm',
      movers: [{ option: '--cache' }, { environment: 'npm_config_cache' }, { environment: 'NPM_CONFIG_CACHE' }],
    },
  ],
  cleaners: ['npm cache'],
  configFiles: [{ name: /(^|\/)\.?npmrc$/, setting: /^\s*cache\s*=/m }],
};

export const pip: CacheManager = {
  ...base,
  name: 'pip',
  label: 'pip',
  tools: ['pip', 'pip3', 'pip2'],
  fills: ['install', 'wheel', 'download'],
  folders: [
    {
      name: 'pip',
      path: '~/.cache/pip',
      movers: [
        { option: '--cache-dir' },
        { environment: 'PIP_CACHE_DIR' },
        { environment: 'XDG_CACHE_HOME', append: '/pip' },
      ],
    },
  ],
  // pip also caches the wheels that it builds, and those fit one distribution's libraries only.
  perDistribution: true,
  disablingOptions: ['--no-cache-dir', '--no-cache'],
  disablingEnvironment: ['PIP_NO_CACHE_DIR'],
  cleaners: ['pip cache', 'pip3 cache'],
  configFiles: [{ name: /(^|\/)pip\.(conf|ini)$/, setting: /^\s*(no-)?cache-dir\s*=/m }],
};

export const go: CacheManager = {
  ...base,
  name: 'go',
  label: 'Go module',
  tools: ['go'],
  fills: [
    'build',
    'install',
    'mod download',
    'mod vendor',
    'mod tidy',
    'mod verify',
    'test',
    'generate',
    'run',
    'vet',
    'get',
    'list',
  ],
  readers: ['*'],
  folders: [
    {
      name: 'go-mod',
      path: '~/go/pkg/mod',
      movers: [{ environment: 'GOMODCACHE' }, { environment: 'GOPATH', append: '/pkg/mod' }],
    },
  ],
  needed: true,
  cleaners: ['go clean'],
  skip: (invocation) => {
    if (invocation.options.some(({ name, value }) => name === '-mod' && value === 'vendor'))
      return 'builds from vendor/';
    return undefined;
  },
};
