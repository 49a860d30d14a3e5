import { NOTHING } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const caches = ['~/.cache/**', '/tmp/**'];

/** Plugins run; settings may name folders beside the one that they stand in. */
const site: UseModel = {
  operands: 'text',
  network: true,
  reads: ['../**'],
  writes: ['../**', ...caches],
  environment: ['*'],
  runsProjectScripts: true,
};

const lint: UseModel = {
  flags: '--fix -v --verbose --fast --new --no-config --tests --allow-parallel-runners --allow-serial-runners --color',
  values:
    '--timeout --build-tags -c --config -E --enable -D --disable --new-from-rev --modules-download-mode -j --concurrency --out-format',
  operands: 'text',
  network: true,
  reads: ['../**', '/go/**'],
  writes: ['./**', '/go/**', '~/go/**', ...caches],
  environment: ['*'],
  folderVariables: ['GOPATH', 'GOCACHE', 'GOMODCACHE', 'GOLANGCI_LINT_CACHE'],
};

/**
 * Checkers of projects and makers of sites: hugo (gohugo.io/commands), mkdocs (mkdocs.org/user-guide/cli), zensical
 * (zensical.org/docs), golangci-lint (golangci-lint.run/usage), htmltest, git-validation, go-mod-outdated (their READMEs),
 * pybabel (babel.pocoo.org, command-line interface).
 */
export const checksAndSites: readonly ToolModel[] = [
  {
    names: ['hugo'],
    flags:
      '--gc --minify -D --buildDrafts -E --buildExpired -F --buildFuture --cleanDestinationDir --enableGitInfo --ignoreCache --noTimes --quiet -v --verbose --templateMetrics --printPathWarnings',
    values:
      '-d --destination -s --source -b --baseURL -e --environment --config --configDir -t --theme --themesDir --cacheDir -c --contentDir -l --layoutDir',
    uses: {
      '': { ...site, directoryOption: ['-s', '--source'], writesOption: ['-d', '--destination', '--cacheDir'] },
      version: NOTHING,
    },
  },
  {
    names: ['mkdocs', 'zensical'],
    elsewhere: true,
    uses: {
      '': { flags: '-V --version -h --help', ...NOTHING },
      build: {
        ...site,
        flags: '-c --clean --dirty -s --strict --no-directory-urls --use-directory-urls -q --quiet -v --verbose',
        values: '-f --config-file -d --site-dir -t --theme',
        manifestOption: ['-f', '--config-file'],
        writesOption: ['-d', '--site-dir'],
      },
    },
  },
  {
    names: ['golangci-lint'],
    elsewhere: true,
    flags: lint.flags!,
    values: lint.values!,
    uses: { run: lint, 'config verify': lint, version: NOTHING },
  },
  {
    names: ['htmltest'],
    uses: {
      '': {
        flags: '-s --skip-external -h --help -v --version',
        values: '-c --conf -l --log-level',
        operands: 'reads',
        network: true,
        reads: ['./**'],
        writes: ['./tmp/**'],
        readsOption: ['-c', '--conf'],
      },
    },
  },
  {
    names: ['git-validation'],
    elsewhere: true,
    singleDash: true,
    uses: {
      '': {
        flags: '-q -v -D -no-travis -no-github -version -list-rules',
        values: '-range -run -travis-pr-only -d',
        operands: 'text',
        reads: ['./**'],
        environment: ['*'],
        readsOption: ['-d'],
      },
    },
  },
  {
    names: ['go-mod-outdated'],
    elsewhere: true,
    singleDash: true,
    uses: { '': { flags: '-update -direct -ci', values: '-style', ...NOTHING } },
  },
  {
    names: ['pybabel'],
    elsewhere: true,
    flags: '-v --verbose -q --quiet --version -h --help --list-locales',
    uses: {
      '': NOTHING,
      compile: {
        flags: '-f --use-fuzzy --statistics',
        values: '-d --directory -D --domain -i --input-file -o --output-file -l --locale',
        operands: 'text',
        readsOption: ['-d', '--directory', '-i', '--input-file'],
        writesOption: ['-d', '--directory', '-o', '--output-file'],
      },
    },
  },
];
