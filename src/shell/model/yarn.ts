import { LOCAL, NOTHING } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const flags =
  '--frozen-lockfile --no-lockfile --pure-lockfile --immutable --no-immutable --immutable-cache --check-cache --check-files --production --prod ' +
  '--dev -D -E -O -P -T --exact --tilde --caret --peer --optional --ignore-optional --ignore-scripts --ignore-engines --ignore-platform --non-interactive ' +
  '--no-progress --silent -s --verbose --json --offline --prefer-offline --force --flat --har --no-bin-links --link-duplicates --no-node-version-check ' +
  '--no-default-rc --skip-integrity-check --update-checksums --strict-semver --no-emoji --focus --global-install -W --ignore-workspace-root-check ' +
  '--disable-pnp --pnp --enable-pnp --inline-builds --latest -L --all -A --pattern -v --version -h --help --init --audit';
const values =
  '--cwd --cache-folder --modules-folder --registry --network-timeout --network-concurrency --mutex --preferred-cache-folder --global-folder --prefix ' +
  '--use-yarnrc --https-proxy --proxy --child-concurrency --emoji --mode --scripts-prepend-node-path --otp --link-folder';
const configuration = ['~/.yarnrc', '~/.yarnrc.yml', '~/.npmrc', '/usr/local/etc/npmrc', '/etc/npmrc'];
const caches = ['~/.cache/**', '~/.yarn/**', '~/.config/**', '~/.node-gyp/**', '/usr/local/share/.cache/**', '/tmp/**'];
const manifests = [
  './package.json',
  './yarn.lock',
  './.yarnrc',
  './.yarnrc.yml',
  './.npmrc',
  './.pnp*',
  './.yarn/**',
  './node_modules/**',
];
const folderVariables = ['YARN_CACHE_FOLDER', 'YARN_GLOBAL_FOLDER', 'PREFIX'];
const directoryOption = ['--cwd'];

const install: UseModel = {
  operands: 'packages',
  packageFiles: ['.tgz', '.tar.gz'],
  network: true,
  reads: ['./**', ...configuration],
  writes: ['./**', ...caches],
  manifests,
  products: ['./node_modules/**', './yarn.lock', './package.json', './.pnp*', './.yarn/**'],
  runsProjectScripts: true,
  environment: ['*'],
  folderVariables,
  directoryOption,
  readsOption: ['--use-yarnrc'],
  writesOption: ['--cache-folder', '--modules-folder', '--preferred-cache-folder', '--global-folder', '--link-folder'],
};
const globally: UseModel = {
  ...install,
  reads: ['./.yarnrc', './.npmrc', '../.yarnrc', '../.npmrc', ...configuration],
  writes: [...LOCAL, ...caches],
  runsProjectScripts: false,
  manifests: [],
  products: [],
  writesPrefix: true,
  writesOption: ['--cache-folder', '--prefix', '--global-folder'],
};
const script: UseModel = {
  operands: 'text',
  network: true,
  reads: ['./**', ...configuration],
  writes: ['./**', ...caches],
  environment: ['*'],
  directoryOption,
  opaque: 'runs a script of package.json',
};
const query: UseModel = {
  operands: 'text',
  reads: ['./**', ...configuration],
  environment: ['YARN_*', 'npm_config_*'],
  directoryOption,
};
const configure: UseModel = {
  ...query,
  writes: ['~/.yarnrc', '~/.yarnrc.yml', './.yarnrc.yml', '/usr/local/share/.yarnrc'],
  reads: ['./.yarnrc', './.yarnrc.yml', './package.json', ...configuration],
};

/** yarn 1 (classic.yarnpkg.com/docs/cli) and yarn 2 and later (yarnpkg.com/cli); without a subcommand it installs. */
export const yarn: readonly ToolModel[] = [
  {
    names: ['yarn', 'yarnpkg'],
    elsewhere: true,
    flags,
    values,
    uses: {
      '--version': { ...NOTHING },
      '': {
        ...install,
        operands: 'text',
        modes: { '--version': '--version', '-v': '--version', '--help': '--version', '-h': '--version' },
      },
      install: { ...install, operands: 'text' },
      add: install,
      remove: { ...install, operands: 'text' },
      upgrade: { ...install, operands: 'text' },
      up: { ...install, operands: 'text' },
      'workspaces focus': { ...install, operands: 'text' },
      'global add': globally,
      'global remove': { ...globally, operands: 'text' },
      'global upgrade': { ...globally, operands: 'text' },
      global: globally,
      cache: {
        operands: 'text',
        reads: configuration,
        writes: [...caches, './.yarn/**'],
        folderVariables,
        writesOption: ['--cache-folder'],
      },
      config: configure,
      set: {
        ...configure,
        network: true,
        writes: ['./.yarn/**', './.yarnrc', './.yarnrc.yml', './package.json', ...caches],
      },
      policies: { ...configure, network: true, writes: ['./.yarn/**', './.yarnrc', './.yarnrc.yml'] },
      list: query,
      versions: query,
      licenses: query,
      bin: query,
      check: query,
      why: query,
      info: { ...query, network: true },
      audit: { ...query, network: true },
      outdated: { ...query, network: true },
      'plugin import': { ...configure, network: true, writes: ['./.yarn/**', './.yarnrc.yml', ...caches] },
      autoclean: { ...query, writes: ['./node_modules/**', './.yarnclean'] },
      link: { ...query, writes: ['./node_modules/**', ...caches] },
      '*': script,
    },
  },
];
