import { type CacheManager, VERSION } from '../../../src/cache-mounts/index.js';

/** Composer, Bundler, RubyGems, Hex and rebar3. Sources: Composer's Factory and cache-dir; the ruby image's GEM_HOME; Hex's configuration. */
export const composer: CacheManager = {
  name: 'composer',
  label: 'Composer',
  tools: /^composer(\.phar)?$/,
  fills: /^(install|i|update|upgrade|u|require|reinstall|create-project|global require|global install|global update)$/,
  folders: [
    {
      name: 'composer',
      path: '~/.composer/cache',
      movers: [{ environment: 'COMPOSER_CACHE_DIR' }, { environment: 'COMPOSER_HOME', append: '/cache' }],
    },
  ],
  disablingOptions: ['--no-cache'],
  offlineEnvironment: { COMPOSER_DISABLE_NETWORK: /^(?!0$|$)/ },
  cleaners: /^(clear-cache|clearcache|cc)\b/,
  configures: /^config .*cache-dir\b/,
  configFiles: [{ name: /(^|\/)composer\.json$/, setting: /"cache-dir"/ }],
  variable: 'COMPOSER_CACHE_DIR',
  pin: true,
};

/** The version by which Ruby names the folders of its libraries, and Bundler since 2.1 (Ruby 2.7) those below BUNDLE_PATH: 3.3.0 for all of 3.3. */
function libraryVersion(image: string): string | undefined {
  const release = /(?:^|\/)ruby:(2\.[7-9]|[3-9]\.\d+)/.exec(image)?.[1];
  return release === undefined ? undefined : `${release}.0`;
}

const gemMovers = [{ environment: 'GEM_HOME', append: '/cache' }] as const;

export const bundler: CacheManager = {
  name: 'bundler',
  label: 'Bundler',
  tools: /^bundle(r)?$/,
  fills: /^(|install|update)$/,
  folders: [
    {
      name: 'gems',
      path: '/usr/local/bundle/cache',
      movers: [{ environment: 'BUNDLE_PATH', append: `/ruby/${VERSION}/cache`, byImages: true }, ...gemMovers],
    },
  ],
  version: libraryVersion,
  locked: true,
  perDistribution: true,
  configures: /^config (set )?(--\w+ )?(path|deployment|cache_path|global_path_appends_ruby_scope)\b/,
  skip: ({ options }, { env }) =>
    options.some(({ name }) => name === '--path' || name === '--deployment') ||
    (env.has('BUNDLE_DEPLOYMENT') && !env.has('BUNDLE_PATH'))
      ? 'the gems go to another folder'
      : undefined,
};

export const gem: CacheManager = {
  name: 'gem',
  label: 'RubyGems',
  tools: /^gem$/,
  fills: /^(install|i|update)$/,
  folders: [{ name: 'gems', path: '/usr/local/bundle/cache', movers: gemMovers }],
  locked: true,
  perDistribution: true,
  skip: ({ options }) =>
    options.some(({ name }) => ['-i', '--install-dir', '--user-install'].includes(name))
      ? 'the gems go to another folder'
      : undefined,
};

/** Only the packages: ~/.hex holds the keys of private organizations too. */
export const hex: CacheManager = {
  name: 'hex',
  label: 'Hex',
  tools: /^mix$/,
  fills: /^(deps\.get|deps\.update|do)$/,
  folders: [{ name: 'hex', path: '~/.hex/packages', movers: [{ environment: 'HEX_HOME', append: '/packages' }] }],
  skip: ({ subcommand, args }, { env }) =>
    env.has('HEX_OFFLINE') || env.has('MIX_XDG')
      ? 'Hex is offline or keeps its packages elsewhere'
      : subcommand === 'do' && !args.some(({ text }) => /^deps\.(get|update)\b/.test(text))
        ? 'fetches nothing'
        : undefined,
};

export const rebar3: CacheManager = {
  name: 'rebar3',
  label: 'rebar3',
  tools: /^rebar3$/,
  fills: /^(get-deps|compile|release|as|tar|upgrade|escriptize)$/,
  folders: [
    {
      name: 'rebar3',
      path: '~/.cache/rebar3',
      movers: [{ environment: 'REBAR_CACHE_DIR' }, { environment: 'XDG_CACHE_HOME', append: '/rebar3' }],
    },
  ],
};
