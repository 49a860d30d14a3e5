import { LOCAL, NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const flags =
  '--frozen-lockfile --no-frozen-lockfile --prefer-frozen-lockfile --lockfile-only --fix-lockfile --prod -P --production --dev -D --no-optional ' +
  '--offline --prefer-offline --ignore-scripts --shamefully-hoist --force -f --no-lockfile --strict-peer-dependencies --no-strict-peer-dependencies ' +
  '--silent -s --recursive -r --workspace-root -w --save -S --save-dev --save-prod --save-exact -E --save-optional -O --save-peer --global -g --legacy --stream ' +
  '--aggregate-output --include-workspace-root --no-color --color --use-stderr --if-present --parallel --ignore-workspace --version -v --help -h';
const values =
  '--dir -C --store-dir --virtual-store-dir --modules-dir --lockfile-dir --global-dir --filter -F --filter-prod --reporter --loglevel --network-concurrency ' +
  '--child-concurrency --workspace-concurrency --fetch-retries --fetch-timeout --registry --config --node-linker --package-import-method --public-hoist-pattern --allow-build';
const configuration = ['~/.npmrc', '~/.config/pnpm/**', '/usr/local/etc/npmrc', '/etc/npmrc'];
const caches = ['~/.local/share/pnpm/**', '~/.cache/**', '~/.config/**', '~/.pnpm-store/**', '/tmp/**'];
const manifests = [
  './package.json',
  './pnpm-lock.yaml',
  './pnpm-workspace.yaml',
  './.npmrc',
  './.pnpmfile.cjs',
  './pnpmfile.js',
  './node_modules/**',
];
const folderVariables = ['PNPM_HOME', 'XDG_DATA_HOME', 'npm_config_store_dir'];
const directoryOption = ['--dir', '-C'];

const install: UseModel = {
  operands: 'packages',
  packageFiles: ['.tgz', '.tar.gz'],
  network: true,
  reads: ['./**', ...configuration],
  writes: ['./**', ...caches],
  manifests,
  products: ['./node_modules/**', './pnpm-lock.yaml', './package.json'],
  runsProjectScripts: true,
  environment: ['*'],
  folderVariables,
  directoryOption,
  writesOption: ['--store-dir', '--virtual-store-dir', '--modules-dir', '--lockfile-dir', '--global-dir'],
  modes: { '-g': 'install -g', '--global': 'install -g' },
};
const globally: UseModel = {
  operands: 'packages',
  defaultReads: ['./**'],
  defaultWrites: ['./**'],
  network: true,
  reads: ['./.npmrc', './pnpm-workspace.yaml', '../.npmrc', '../pnpm-workspace.yaml', ...configuration],
  writes: [...LOCAL, ...caches],
  writesPrefix: true,
  environment: ['*'],
  folderVariables,
  writesOption: ['--store-dir', '--global-dir'],
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

const bunInstall: UseModel = {
  operands: 'packages',
  network: true,
  flags:
    '-g --global -p --production --frozen-lockfile --no-save --save -y --yarn -f --force --dry-run --silent --verbose --no-progress --no-summary --no-verify ' +
    '--ignore-scripts --no-cache --save-text-lockfile --lockfile-only -d --dev -D --optional -E --exact',
  values: '--cwd --cache-dir --registry --backend --omit --filter --linker -c --config',
  reads: ['./**', '~/.npmrc', '~/.bunfig.toml'],
  writes: ['./**', '~/.bun/**', '~/.cache/**', '/tmp/**'],
  manifests: ['./package.json', './bun.lockb', './bun.lock', './bunfig.toml', './.npmrc', './node_modules/**'],
  products: ['./node_modules/**', './bun.lockb', './bun.lock', './package.json'],
  runsProjectScripts: true,
  environment: ['*'],
  folderVariables: ['BUN_INSTALL', 'BUN_INSTALL_CACHE_DIR'],
  directoryOption: ['--cwd'],
  writesOption: ['--cache-dir'],
};

/** pnpm (pnpm.io/cli), bun (bun.sh/docs/cli), corepack (nodejs.org/api/corepack). */
export const pnpm: readonly ToolModel[] = [
  {
    names: ['pnpm'],
    elsewhere: true,
    flags,
    values,
    uses: {
      '': NOTHING,
      'install -g': globally,
      install: { ...install, operands: 'text' },
      i: { ...install, operands: 'text' },
      add: install,
      update: { ...install, operands: 'text' },
      up: { ...install, operands: 'text' },
      remove: { ...install, operands: 'text' },
      rm: { ...install, operands: 'text' },
      prune: { ...install, operands: 'text' },
      rebuild: { ...install, operands: 'text' },
      fetch: {
        ...install,
        operands: 'text',
        runsProjectScripts: false,
        reads: [...manifests, ...configuration],
        writes: ['./node_modules/**', ...caches],
      },
      deploy: { ...install, operands: 'writes' },
      store: { operands: 'text', reads: configuration, writes: caches, folderVariables, writesOption: ['--store-dir'] },
      config: { operands: 'text', reads: ['./.npmrc', ...configuration], writes: ['./.npmrc', ...configuration] },
      setup: {
        operands: 'text',
        writes: ['~/.bashrc', '~/.zshrc', '~/.profile', '~/.config/**', '~/.local/share/pnpm/**'],
        folderVariables,
      },
      exec: { ...script, opaque: 'runs a program of a package' },
      dlx: { ...script, opaque: 'runs a program of a package' },
      '*': script,
    },
  },
  {
    names: ['bun'],
    elsewhere: true,
    values: '--cwd',
    flags: '--version -v --help -h --silent --revision',
    uses: {
      '': { ...NOTHING },
      install: bunInstall,
      i: bunInstall,
      add: bunInstall,
      remove: bunInstall,
      update: bunInstall,
      '*': { ...script, directoryOption: ['--cwd'], opaque: 'runs a program' },
    },
  },
  {
    names: ['corepack'],
    elsewhere: true,
    uses: {
      '': { flags: '--version --help', ...NOTHING },
      enable: {
        values: '--install-directory',
        operands: 'text',
        writes: ['/usr/**', '/opt/**'],
        writesPrefix: true,
        writesOption: ['--install-directory'],
      },
      disable: {
        values: '--install-directory',
        operands: 'text',
        writes: ['/usr/**', '/opt/**'],
        writesPrefix: true,
        writesOption: ['--install-directory'],
      },
      prepare: {
        flags: '--activate --all',
        optional: '-o',
        operands: 'text',
        network: true,
        environment: ['COREPACK_*', ...PROXY],
        reads: ['./package.json'],
        writes: ['~/.cache/node/**', '~/.node/**', './corepack.tgz'],
        folderVariables: ['COREPACK_HOME', 'XDG_CACHE_HOME'],
        opaqueOption: ['-o'],
      },
      install: {
        flags: '-g --global',
        operands: 'text',
        network: true,
        environment: ['COREPACK_*', ...PROXY],
        reads: ['./package.json'],
        writes: ['~/.cache/node/**', '~/.node/**'],
        folderVariables: ['COREPACK_HOME', 'XDG_CACHE_HOME'],
      },
      use: { ...install, operands: 'text', directoryOption: [], writesOption: [], modes: {} },
    },
  },
  {
    names: ['lerna', 'nx', 'turbo'],
    elsewhere: true,
    optionsFirst: true,
    uses: {
      '': { opaque: 'runs scripts of packages', modes: VERSION_MODES },
      '--version': { flags: '--version --help', ...NOTHING },
    },
  },
];
