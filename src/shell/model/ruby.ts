import { LOCAL, NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = [
  'GEM_*',
  'BUNDLE_*',
  'BUNDLER_*',
  'RUBY*',
  'MAKE',
  'CC',
  'CXX',
  'CFLAGS',
  'CPPFLAGS',
  'LDFLAGS',
  ...PROXY,
];
const folderVariables = ['GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH', 'BUNDLE_APP_CONFIG', 'BUNDLE_BIN', 'GEM_SPEC_CACHE'];
const configuration = ['~/.gemrc', '/etc/gemrc', '~/.bundle/**', '/usr/local/bundle/**', './.bundle/**'];
const places = [...LOCAL, '~/.gem/**', '~/.bundle/**', '~/.rbenv/**', '~/.rvm/**', '/tmp/**'];

const gemFlags =
  '--no-document --no-rdoc --no-ri --rdoc --ri -N -q --quiet --silent -V --verbose --no-verbose --backtrace --debug --norc -h --help -v --version ' +
  '--no-format-exec --format-exec --conservative -f --force --no-force -E --env-shebang --user-install --no-user-install --pre --prerelease --default ' +
  '--explain -w --wrappers --no-wrappers --development --development-all --ignore-dependencies --minimal-deps --no-post-install-message --no-lock --lock ' +
  '--suggestions --no-suggestions -b --both -l --local -r --remote --clear-sources --no-http-proxy --vendor -a --all -x --executables --no-executables ' +
  '-I -y --include-dependencies --no-backtrace';
const gemValues =
  '-s --source -i --install-dir -n --bindir --version -v --document --build-root --platform -P --trust-policy -g --file -B --bulk-threshold --without --config-file --http-proxy -p --target-rbconfig';
const gem = (extra: UseModel): UseModel => ({
  flags: gemFlags.replace(' -v --version', ''),
  values: gemValues,
  operands: 'text',
  reads: configuration,
  writes: places,
  writesPrefix: true,
  environment,
  folderVariables,
  writesOption: ['-i', '--install-dir', '-n', '--bindir', '--build-root'],
  readsOption: ['-g', '--file', '--config-file'],
  ...extra,
});
const query: UseModel = gem({ writes: [], network: true, writesPrefix: false, writesOption: [] });

const bundleFlags =
  '--deployment --system --clean --full-index --local --no-cache --no-prune --quiet --prefer-local --redownload --force --frozen --no-deployment ' +
  '--verbose --no-color -V --version --help -h --no-binstubs --no-frozen --no-clean --no-quiet --no-install --all --global --pre --bundler --strict --conservative';
const bundleValues =
  '-j --jobs --retry --path --gemfile --without --with --trust-policy --target-rbconfig -r -g --group --shebang';
const bundle: UseModel = {
  flags: bundleFlags,
  values: bundleValues,
  optional: '--binstubs --standalone',
  operands: 'text',
  network: true,
  reads: ['./**', ...configuration],
  writes: ['./**', ...places],
  writesPrefix: true,
  manifests: [
    './Gemfile',
    './Gemfile.lock',
    './gems.rb',
    './gems.locked',
    './.ruby-version',
    './.tool-versions',
    './*.gemspec',
    './.bundle/**',
    './vendor/**',
  ],
  products: ['./Gemfile.lock', './gems.locked', './vendor/**', './.bundle/**', './bin/**'],
  runsProjectScripts: true,
  environment,
  folderVariables,
  writesOption: ['--path'],
  manifestOption: ['--gemfile'],
};
const run = (opaque: string): UseModel => ({
  operands: 'text',
  reads: ['./**'],
  writes: ['./**'],
  environment: ['*'],
  opaque,
});

/** gem (guides.rubygems.org/command-reference), bundle (bundler.io/man); rake and ruby run project code. */
export const ruby: readonly ToolModel[] = [
  {
    names: ['gem', 'gem1.9.1', 'gem2.0', 'gem2.2', 'gem2.3'],
    elsewhere: true,
    flags: '-v --version -h --help -q --quiet -V --verbose --debug --no-document --no-rdoc --no-ri',
    environment,
    uses: {
      '': NOTHING,
      install: gem({ operands: 'packages', packageFiles: ['.gem'], network: true }),
      i: gem({ operands: 'packages', packageFiles: ['.gem'], network: true }),
      update: gem({ network: true, optional: '--system' }),
      pristine: gem({ network: true }),
      uninstall: gem({}),
      cleanup: gem({ flags: '-n -d --dryrun -q --quiet -V --verbose --debug', values: '' }),
      sources: gem({
        flags: '-l --list -c --clear-all -u --update -f --force -q --quiet',
        values: '-a --add -r --remove',
        network: true,
      }),
      source: gem({
        flags: '-l --list -c --clear-all -u --update -f --force -q --quiet',
        values: '-a --add -r --remove',
        network: true,
      }),
      fetch: gem({ network: true, writes: ['./*.gem', ...places] }),
      build: gem({
        flags: '--force --strict',
        values: '-o --output -C',
        reads: ['./**'],
        writes: ['./**'],
        runsProjectScripts: true,
        writesOption: ['-o', '--output'],
        directoryOption: ['-C'],
      }),
      list: query,
      search: query,
      environment: query,
      env: query,
      which: query,
      specification: query,
      contents: query,
    },
  },
  {
    names: ['bundle', 'bundler'],
    elsewhere: true,
    flags: '--version -v --help -h --verbose --no-color -V',
    values: '-r --retry',
    environment,
    uses: {
      '': { ...bundle, modes: { '-v': '--version', ...VERSION_MODES } },
      '--version': NOTHING,
      install: bundle,
      update: bundle,
      package: { ...bundle, values: `${bundleValues} --cache-path` },
      cache: { ...bundle, values: `${bundleValues} --cache-path` },
      lock: {
        ...bundle,
        flags: `${bundleFlags} --update --local --print`,
        values: '--add-platform --remove-platform --lockfile --gemfile',
      },
      clean: { ...bundle, network: false, flags: '--force --dry-run --verbose --no-color' },
      config: {
        flags: '--global --local --delete --parseable --use-system-libraries',
        operands: 'text',
        reads: ['./.bundle/**', '~/.bundle/**', '/usr/local/bundle/**', './Gemfile'],
        writes: ['./.bundle/**', '~/.bundle/**', '/usr/local/bundle/**'],
        environment,
        folderVariables,
      },
      check: { ...bundle, network: false, flags: '--dry-run --verbose', values: '--path --gemfile' },
      list: { ...bundle, network: false },
      show: { ...bundle, network: false },
      info: { ...bundle, network: false },
      exec: run('runs a program of a gem'),
    },
  },
  {
    names: ['ruby', 'rake', 'rails', 'jekyll', 'cap', 'irb', 'rspec', 'puma', 'middleman'],
    elsewhere: true,
    optionsFirst: true,
    uses: {
      '': { ...run('runs a program in Ruby'), modes: { ...VERSION_MODES, '-v': '--version' } },
      '--version': { flags: '--version -v --help', ...NOTHING },
    },
  },
];
