import type { CacheManager } from '../../../src/cache-mounts/index.js';

/**
 * Python package managers. All of them also cache wheels that they build, and those fit one distribution's libraries
 * only. Sources: pip's caching topic, uv's caching concept, poetry's and pdm's configuration pages.
 */
const python = { perDistribution: true } as const;
const pipMovers = [
  { option: '--cache-dir' },
  { environment: 'PIP_CACHE_DIR' },
  { environment: 'XDG_CACHE_HOME', append: '/pip' },
] as const;

export const pip: CacheManager = {
  ...python,
  name: 'pip',
  label: 'pip',
  tools: /^pip(-python)?-?[23]?(\.\d+)?$/,
  fills: /^(install|wheel|download)$/,
  folders: [{ name: 'pip', path: '~/.cache/pip', movers: pipMovers }],
  disablingOptions: ['--no-cache-dir', '--no-cache'],
  disablingEnvironment: ['PIP_NO_CACHE_DIR'],
  // pip takes an empty variable for one that is not set.
  enabling: { PIP_NO_CACHE_DIR: '' },
  cleaners: /^cache (purge|remove)\b/,
  configures: /^config set global\.(no-)?cache-dir\b/,
  configFiles: [{ name: /(^|\/)pip\.(conf|ini)$/, setting: /^[ \t]*(no-)?cache-dir\s*=/m }],
  variable: 'PIP_CACHE_DIR',
};

export const uv: CacheManager = {
  ...python,
  name: 'uv',
  label: 'uv',
  tools: /^uv$/,
  fills: /^(sync|lock|add|pip install|pip sync|pip compile|tool install|build|venv)$/,
  folders: [
    {
      name: 'uv',
      path: '~/.cache/uv',
      movers: [
        { option: '--cache-dir' },
        { environment: 'UV_CACHE_DIR' },
        { environment: 'XDG_CACHE_HOME', append: '/uv' },
      ],
    },
  ],
  disablingOptions: ['--no-cache', '--no-cache-dir', '-n'],
  disablingEnvironment: ['UV_NO_CACHE'],
  offline: /^--offline$/,
  offlineEnvironment: { UV_OFFLINE: /^(1|true|yes|on|y|t)$/i },
  cleaners: /^cache (clean|prune)\b/,
  configFiles: [
    { name: /(^|\/)uv\.toml$/, setting: /^[ \t]*(no-cache|cache-dir)\s*=|^[ \t]*link-mode\s*=\s*"symlink"/m },
    { name: /(^|\/)pyproject\.toml$/, setting: /^link-mode\s*=\s*"symlink"/m },
  ],
  environment: { UV_LINK_MODE: 'copy' },
  variable: 'UV_CACHE_DIR',
};

/** Only the download folders: poetry keeps its virtual environments below the same cache folder. */
export const poetry: CacheManager = {
  ...python,
  name: 'poetry',
  label: 'poetry',
  tools: /^poetry$/,
  fills: /^(install|add|update|sync)$/,
  folders: ['cache', 'artifacts'].map((part) => ({
    name: `poetry-${part}`,
    path: `~/.cache/pypoetry/${part}`,
    movers: [
      { environment: 'POETRY_CACHE_DIR', append: `/${part}` },
      { environment: 'XDG_CACHE_HOME', append: `/pypoetry/${part}` },
    ],
  })),
  alone:
    /\bvirtualenvs\.(create false|in-project true)\b|\bPOETRY_VIRTUALENVS_(CREATE[= ]["']?(false|0)|IN_PROJECT[= ]["']?(true|1))\b/,
  disablingOptions: ['--no-cache'],
  cleaners: /^cache clear\b/,
  configures: /^config cache-dir\b/,
  configFiles: [{ name: /(^|\/)poetry\.toml$/, setting: /^[ \t]*cache-dir\s*=/m }],
};

export const pipenv: CacheManager = {
  ...python,
  name: 'pipenv',
  label: 'pipenv',
  tools: /^pipenv$/,
  fills: /^(install|sync|update|lock)$/,
  folders: [
    {
      name: 'pipenv',
      path: '~/.cache/pipenv',
      movers: [{ environment: 'PIPENV_CACHE_DIR' }, { environment: 'XDG_CACHE_HOME', append: '/pipenv' }],
    },
    { name: 'pip', path: '~/.cache/pip', movers: pipMovers },
  ],
  disablingEnvironment: ['PIP_NO_CACHE_DIR'],
};

export const pdm: CacheManager = {
  ...python,
  name: 'pdm',
  label: 'pdm',
  tools: /^pdm$/,
  fills: /^(install|sync|add|update|lock)$/,
  folders: [
    {
      name: 'pdm',
      path: '~/.cache/pdm',
      movers: [{ environment: 'PDM_CACHE_DIR' }, { environment: 'XDG_CACHE_HOME', append: '/pdm' }],
    },
  ],
  cleaners: /^cache clear\b/,
  configures: /^config cache_dir\b/,
  variable: 'PDM_CACHE_DIR',
};

/** conda links environments to its package folder; from a mount it copies instead. */
export const conda: CacheManager = {
  name: 'conda',
  label: 'conda',
  tools: /^(conda|mamba)$/,
  fills: /^(install|create|update|upgrade|env create|env update)$/,
  folders: [{ name: 'conda', path: '/opt/conda/pkgs', movers: [{ environment: 'CONDA_PKGS_DIRS' }] }],
  locked: true,
  offline: /^--offline$/,
  offlineEnvironment: { CONDA_OFFLINE: /^(1|true|yes|on|y)$/i },
  cleaners: /^clean\b/,
  configures: /^config .*pkgs_dirs/,
  level: 'review',
};
