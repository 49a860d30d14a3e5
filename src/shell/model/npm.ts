import { LOCAL, NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const flags =
  '-g --global -D --save-dev -S --save -P --save-prod -O --save-optional -E --save-exact -B --save-bundle --save-peer --no-save ' +
  '-f --force --legacy-peer-deps --no-legacy-peer-deps --strict-peer-deps --no-strict-peer-deps --ignore-scripts --no-ignore-scripts ' +
  '--audit --no-audit --fund --no-fund --optional --no-optional --package-lock --no-package-lock --package-lock-only --no-shrinkwrap ' +
  '--dry-run --bin-links --no-bin-links --progress --no-progress --silent -s --quiet -q --verbose -d -dd -ddd --production --no-production ' +
  '--dev --prefer-offline --prefer-online --offline --unsafe-perm --no-color --color --foreground-scripts --workspaces -ws ' +
  '--include-workspace-root --install-links --prefer-dedupe --global-style --legacy-bundling --no-update-notifier --update-notifier ' +
  '-y --yes --no -l --long --json -p --parseable --allow-same-version --git-tag-version --no-git-tag-version --engine-strict ' +
  '--no-engine-strict --strict-ssl --no-strict-ssl --rebuild-bundle --no-rebuild-bundle --update-binary --if-present --no-package-json -v --version -h --help';
const values =
  '--registry --cache --loglevel --omit --include --only --also --userconfig --globalconfig -w --workspace --install-strategy ' +
  '--node-options --scope --tag --cpu --os --libc --before --fetch-retries --fetch-retry-mintimeout --fetch-retry-maxtimeout ' +
  '--fetch-retry-factor --fetch-timeout --maxsockets --depth --proxy --https-proxy --noproxy --cafile --ca --script-shell --audit-level ' +
  '--location --python --call -c --package --prefix -C --jobs --auth-type --otp --access --pack-destination';
const booleanWords = true;

const environment = ['*'];
const configuration = ['~/.npmrc', '/usr/local/etc/npmrc', '/usr/etc/npmrc', '/etc/npmrc'];
const manifests = [
  './package.json',
  './package-lock.json',
  './npm-shrinkwrap.json',
  './.npmrc',
  './binding.gyp',
  './node_modules/**',
];
const caches = ['~/.npm/**', '~/.node-gyp/**', '~/.cache/**', '~/.config/**', '/tmp/**'];
const folderVariables = [
  'npm_config_cache',
  'NPM_CONFIG_CACHE',
  'npm_config_prefix',
  'NPM_CONFIG_PREFIX',
  'npm_config_devdir',
];
const readsOption = ['--userconfig', '--globalconfig', '--cafile'];
const writesOption = ['--cache'];
const directoryOption = ['--prefix', '-C'];

const install: UseModel = {
  operands: 'packages',
  packageFiles: ['.tgz', '.tar.gz'],
  network: true,
  reads: ['./**', ...configuration],
  writes: ['./**', ...caches],
  manifests,
  products: ['./node_modules/**', './package.json', './package-lock.json'],
  runsProjectScripts: true,
  environment,
  folderVariables,
  readsOption,
  writesOption,
  directoryOption,
  modes: { '-g': 'install -g', '--global': 'install -g', '--location global': 'install -g' },
};
const ci: UseModel = { ...install, operands: 'text', products: ['./node_modules/**'] };
/** Without a name it is the package in the current folder that is installed (docs.npmjs.com/cli/commands/npm-install). */
const globally: UseModel = {
  operands: 'packages',
  defaultReads: ['./**'],
  defaultWrites: ['./**'],
  packageFiles: ['.tgz', '.tar.gz'],
  network: true,
  reads: configuration,
  writes: [...LOCAL, ...caches, '~/.nvm/**'],
  writesPrefix: true,
  environment,
  folderVariables,
  readsOption,
  writesOption: ['--cache', '--prefix', '-C'],
};
const script: UseModel = {
  operands: 'text',
  reads: ['./**', ...configuration],
  writes: ['./**', ...caches],
  environment,
  network: true,
  directoryOption,
  opaque: 'runs a script of package.json',
};
const configure: UseModel = {
  operands: 'text',
  reads: ['./.npmrc', './package.json', ...configuration],
  writes: ['./.npmrc', ...configuration],
  environment: ['npm_config_*', 'NPM_CONFIG_*'],
  folderVariables,
  readsOption,
  directoryOption,
};
const query: UseModel = { ...configure, reads: ['./**', ...configuration], writes: ['~/.npm/**'] };
const remote: UseModel = { ...query, network: true, environment: ['npm_config_*', 'NPM_CONFIG_*', ...PROXY] };

/** npm(1), npm-install(1), npmrc(5), config(7): docs.npmjs.com. */
export const npm: readonly ToolModel[] = [
  {
    names: ['npm'],
    elsewhere: true,
    booleanWords,
    flags,
    values,
    uses: {
      '': { operands: 'text' },
      'install -g': globally,
      install,
      i: install,
      in: install,
      ins: install,
      add: install,
      isntall: install,
      ci,
      'clean-install': ci,
      'install-clean': ci,
      ic: ci,
      'install-test': script,
      it: script,
      'install-ci-test': script,
      cit: script,
      update: install,
      up: install,
      upgrade: install,
      uninstall: install,
      remove: install,
      rm: install,
      un: install,
      r: install,
      prune: ci,
      dedupe: ci,
      ddp: ci,
      rebuild: { ...ci, operands: 'text' },
      rb: { ...ci, operands: 'text' },
      link: { ...install, writes: ['./**', ...LOCAL, ...caches], writesPrefix: true },
      run: script,
      'run-script': script,
      rum: script,
      urn: script,
      start: script,
      stop: script,
      restart: script,
      test: script,
      t: script,
      tst: script,
      exec: { ...script, opaque: 'runs a program of a package' },
      x: { ...script, opaque: 'runs a program of a package' },
      pack: { ...ci, products: ['./*.tgz'], writesOption: ['--cache', '--pack-destination'] },
      cache: { operands: 'text', reads: configuration, writes: ['~/.npm/**'], folderVariables, writesOption },
      config: configure,
      set: configure,
      get: { ...configure, writes: [] },
      c: configure,
      'config get': { ...configure, writes: [] },
      'config list': { ...configure, writes: [] },
      login: { ...remote, writes: configuration },
      version: { ...ci, opaque: 'runs version scripts and git' },
      ls: query,
      list: query,
      ll: query,
      root: query,
      prefix: query,
      bin: query,
      audit: { ...remote, writes: ['~/.npm/**'], modes: {} },
      'audit fix': ci,
      outdated: remote,
      view: remote,
      info: remote,
      show: remote,
      ping: remote,
      whoami: remote,
      search: remote,
      doctor: remote,
      init: { ...query, writes: ['./package.json'] },
    },
  },
  {
    names: ['npx', 'pnpx', 'bunx'],
    elsewhere: true,
    optionsFirst: true,
    uses: {
      '': {
        ...script,
        directoryOption: [],
        opaque: 'runs a program of a package',
        modes: { '--version': '--version', '-v': '--version' },
      },
      '--version': { flags: '--version -v', ...NOTHING },
    },
  },
];
