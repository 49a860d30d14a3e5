import { LOCAL, NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const configuration = [
  '~/.condarc',
  '~/.conda/**',
  '~/.mambarc',
  '/etc/conda/**',
  '/opt/conda/.condarc',
  '/var/lib/conda/**',
];
const environment = ['CONDA_*', 'MAMBA_*', 'PIP_*', 'PYTHON*', 'XDG_*', ...PROXY];
const folderVariables = ['CONDA_PKGS_DIRS', 'CONDA_PREFIX', 'CONDA_ENVS_PATH', 'MAMBA_ROOT_PREFIX'];

const install: UseModel = {
  flags:
    '-y --yes -q --quiet -v --verbose --json --dry-run --force --force-reinstall --no-deps --only-deps --override-channels --use-index-cache --use-local --offline --no-pin ' +
    '--freeze-installed --no-update-deps --update-deps --update-all --all -a --copy --no-channel-priority --channel-priority --strict-channel-priority --download-only ' +
    '--no-default-packages --prune -d --insecure -k --mkdir --no-update-dependencies --satisfied-skip-solve -S --update-specs --no-rc --debug',
  values:
    '-c --channel -n --name -p --prefix --file --solver --experimental-solver --repodata-fn --clone --rev --revision --platform --subdir -r --root-prefix --rc-file',
  operands: 'packages',
  packageFiles: ['.tar.bz2', '.conda'],
  network: true,
  reads: configuration,
  writes: [...LOCAL, '~/.conda/**', '~/miniconda*/**', '~/anaconda*/**', '/tmp/**'],
  writesPrefix: true,
  environment,
  folderVariables,
  readsOption: ['--file'],
  writesOption: ['-p', '--prefix', '-r', '--root-prefix'],
};
/** `conda env create` reads an environment.yml, whose pip part may install from the current directory. */
const env: UseModel = {
  ...install,
  flags: '-y --yes -q --quiet -v --verbose --json --force --prune --dry-run -d --no-default-packages --all',
  values: '-n --name -p --prefix -f --file --solver',
  operands: 'text',
  readsOption: ['-f', '--file'],
  reads: ['./environment.yml', './environment.yaml', ...configuration],
  runsProjectScripts: true,
};

/** conda (docs.conda.io/projects/conda/en/stable/commands), mamba, micromamba (mamba.readthedocs.io). */
export const conda: readonly ToolModel[] = [
  {
    names: ['conda', 'mamba', 'micromamba'],
    elsewhere: true,
    uses: {
      '': { flags: '-V --version -h --help', ...NOTHING, modes: VERSION_MODES },
      '--version': { flags: '-V --version -h --help', ...NOTHING },
      install,
      create: { ...install, operands: 'packages' },
      update: install,
      upgrade: install,
      remove: { ...install, operands: 'text' },
      uninstall: { ...install, operands: 'text' },
      clean: {
        flags:
          '-y --yes -a --all -i --index-cache -p --packages -t --tarballs -l --lock -s --source-cache -f --force-pkgs-dirs -q --quiet -v --verbose --json --dry-run -d --logfiles --tempfiles',
        operands: 'text',
        reads: configuration,
        writes: [...LOCAL, '~/.conda/**', '~/miniconda*/**', '~/anaconda*/**'],
        writesPrefix: true,
        environment,
        folderVariables,
      },
      config: {
        flags: '--system --env --show --show-sources --validate -q --quiet',
        values: '--add --append --prepend --set --get --remove --remove-key --file --describe',
        operands: 'text',
        reads: [...configuration, '/opt/conda/**'],
        writes: [...configuration, '/opt/conda/**'],
        writesPrefix: true,
        writesOption: ['--file'],
        environment,
        folderVariables,
      },
      info: { ...install, flags: '-a --all -e --envs --json -s', operands: 'text', network: false },
      list: {
        ...install,
        flags: '-e --export --explicit --json -f --full-name',
        values: '-n --name -p --prefix',
        readsOption: [],
        operands: 'text',
        network: false,
        writes: [],
      },
      search: { ...install, operands: 'text' },
      init: {
        flags: '--all --system --user -q --quiet -d --dry-run',
        operands: 'text',
        writes: ['~/.bashrc', '~/.bash_profile', '~/.zshrc', '~/.config/fish/**', '/etc/profile.d/**', '/opt/conda/**'],
        writesPrefix: true,
        environment,
      },
      'env create': env,
      'env update': env,
      'env remove': env,
      'env export': {
        ...env,
        network: false,
        runsProjectScripts: false,
        values: '-n --name -p --prefix -f --file',
        readsOption: [],
        writesOption: ['-f', '--file'],
      },
      run: { opaque: 'runs a program in an environment' },
      activate: { opaque: 'changes the shell' },
      build: { opaque: 'runs a recipe' },
    },
  },
];
