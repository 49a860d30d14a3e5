import { LOCAL, NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = [
  'PIP_*',
  'PYTHON*',
  'PIPENV_*',
  'POETRY_*',
  'UV_*',
  'PDM_*',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'WORKON_HOME',
  'XDG_*',
  'CC',
  'CXX',
  'CFLAGS',
  'CPPFLAGS',
  'LDFLAGS',
  ...PROXY,
];
const folderVariables = [
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'WORKON_HOME',
  'PIPENV_CACHE_DIR',
  'POETRY_HOME',
  'POETRY_CACHE_DIR',
  'POETRY_VIRTUALENVS_PATH',
  'UV_CACHE_DIR',
  'UV_PROJECT_ENVIRONMENT',
  'UV_PYTHON_INSTALL_DIR',
  'UV_TOOL_DIR',
  'PDM_CACHE_DIR',
  'XDG_CACHE_HOME',
];
const places = ['~/.pip/**', '~/.config/**', '/etc/pip.conf', '/etc/xdg/**', '~/.netrc'];
const outside = [...LOCAL, '/tmp/**'];

/** An install from the project in the current directory; its build backend may run code of the project. */
const project = (manifests: readonly string[]): UseModel => ({
  operands: 'text',
  network: true,
  reads: ['./**', ...places],
  writes: ['./**', ...outside],
  writesPrefix: true,
  manifests: [...manifests, './.venv/**'],
  products: [...manifests, './.venv/**'],
  runsProjectScripts: true,
  environment,
  folderVariables,
});
const system: UseModel = {
  operands: 'packages',
  packageFiles: ['.whl', '.tar.gz', '.zip'],
  network: true,
  reads: places,
  writes: outside,
  writesPrefix: true,
  environment,
  folderVariables,
};
const run = (opaque: string): UseModel => ({
  operands: 'text',
  reads: ['./**'],
  writes: ['./**'],
  environment: ['*'],
  opaque,
});

const pipenv = project(['./Pipfile', './Pipfile.lock', './.env']);
const poetry = project(['./pyproject.toml', './poetry.lock', './poetry.toml', './requirements.txt']);
const pdm = project(['./pyproject.toml', './pdm.lock', './pdm.toml', './.pdm.toml', './.pdm-python']);
const uv = project(['./pyproject.toml', './uv.lock', './uv.toml', './.python-version']);

const pipenvInstall: UseModel = {
  ...pipenv,
  flags:
    '--system --deploy --dev -d --skip-lock --ignore-pipfile --keep-outdated --pre --sequential --clear -v --verbose --three --two -q --quiet --site-packages --categories-only',
  values: '-r --requirements -e --editable --python -i --index --pypi-mirror --extra-pip-args --categories',
  readsOption: ['-r', '--requirements'],
  readsBeside: ['-r', '--requirements'],
  operands: 'packages',
};
const poetryFlags =
  '-n --no-interaction -q --quiet -v -vv -vvv --verbose --ansi --no-ansi -V --version -h --help --no-plugins --no-cache';
const poetryInstall: UseModel = {
  ...poetry,
  flags:
    '--no-dev --dev-only --no-root --sync --dry-run --all-extras --remove-untracked --compile --only-root --all-groups --no-directory --lock --no-update --regenerate --without-hashes --dev -D --optional --editable -e --allow-prereleases --with-credentials',
  values: '--only --with --without -E --extras -G --group --source --python --platform -f --format -o --output',
  writesOption: ['-o', '--output'],
};
const uvFlags =
  '--no-cache -n --quiet -q --verbose -v --offline --native-tls --no-progress --no-python-downloads --no-config --system --break-system-packages --managed-python --no-managed-python -h --help -V --version';
const uvValues =
  '--cache-dir --directory --project --config-file --color --python-preference --python-fetch --allow-insecure-host';
const uvSync: UseModel = {
  ...uv,
  flags:
    '--frozen --locked --no-dev --only-dev --dev --no-install-project --no-install-workspace --no-install-local --all-extras --all-groups --no-editable --inexact --exact --no-default-groups ' +
    '--compile-bytecode --no-build --no-binary --no-build-isolation --upgrade -U --all-packages --reinstall --active --no-index --no-sources --refresh --no-editable --check --dry-run --raw --no-hashes --no-header --no-annotate --no-emit-project',
  values:
    '--extra --group --no-group --only-group --package --no-install-package --python -p --link-mode --index --default-index --index-url -i --extra-index-url --find-links -f --resolution --prerelease --exclude-newer --no-extra -o --output-file --format --config-setting -C --upgrade-package -P --no-binary-package --no-build-package --index-strategy --keyring-provider',
  writesOption: ['-o', '--output-file', '--cache-dir'],
  directoryOption: ['--directory', '--project'],
};
const uvFiles = [
  '-r',
  '--requirement',
  '--requirements',
  '-c',
  '--constraint',
  '--constraints',
  '--override',
  '--overrides',
  '-b',
  '--build-constraint',
  '--build-constraints',
  '--excludes',
];
/** Settings of a project, found upwards (docs.astral.sh/uv/concepts/configuration-files). */
const uvSettings = ['./uv.toml', './pyproject.toml', '../uv.toml', '../pyproject.toml'];
const uvPip: UseModel = {
  ...system,
  reads: [...places, ...uvSettings],
  slashIsPath: true,
  runsProjectScripts: true,
  flags:
    '--no-deps --pre --user -U --upgrade --force-reinstall --reinstall --no-build-isolation --require-hashes --no-verify-hashes --no-index --compile-bytecode --compile --no-compile ' +
    '--strict --exact --no-build --no-binary --all-extras --refresh --dry-run --allow-existing --no-sources',
  values:
    '-r --requirement --requirements -c --constraint --constraints -b --build-constraint --build-constraints --overrides --override --excludes -e --editable -t --target --prefix -p --python -i --index-url --index --default-index --extra-index-url -f --find-links ' +
    '--extra --link-mode --resolution --prerelease --only-binary --index-strategy --keyring-provider --exclude-newer -C --config-setting -P --upgrade-package --reinstall-package --refresh-package --torch-backend --no-build-isolation-package --python-version --python-platform',
  readsOption: [...uvFiles, '-f', '--find-links'],
  readsBeside: uvFiles,
  writesOption: ['-e', '--editable', '--prefix', '--cache-dir'],
  targetOption: ['-t', '--target'],
};

/** Python environments and installers: the manuals of each (pipenv.pypa.io, python-poetry.org, docs.astral.sh/uv, pdm-project.org, virtualenv.pypa.io). */
export const python: readonly ToolModel[] = [
  {
    names: [
      'python',
      'python2',
      'python3',
      'python2.7',
      ...Array.from({ length: 12 }, (_, minor) => `python3.${minor + 3}`),
      'pypy',
      'pypy3',
    ],
    elsewhere: true,
    optionsFirst: true,
    modules: ['pip', 'venv', 'virtualenv', 'pipenv', 'poetry', 'uv', 'pdm', 'ensurepip', 'compileall', 'easy_install'],
    uses: {
      '': {
        flags: '-u -B -E -I -O -OO -s -S -v -V -VV --version -q -b -d -x -i -h',
        values: '-W -X',
        ...run('runs a program in Python'),
        operands: 'script',
        modes: { '-V': '--version', ...VERSION_MODES },
      },
      '--version': { flags: '-V -VV --version -h --help', ...NOTHING },
    },
  },
  {
    names: ['venv', 'virtualenv', 'pyvenv'],
    elsewhere: true,
    uses: {
      '': {
        flags:
          '--system-site-packages --symlinks --copies --clear --upgrade --without-pip --upgrade-deps --always-copy --no-site-packages --no-download --download ' +
          '--no-setuptools --no-wheel --no-pip -q --quiet -v --verbose --distribute --version --unzip-setuptools --never-download',
        values: '--prompt -p --python --pip --setuptools --wheel --extra-search-dir --app-data',
        operands: 'writes',
        network: true,
        environment,
        reads: places,
        writes: ['~/.local/**', '~/.cache/**'],
      },
    },
  },
  {
    names: ['ensurepip'],
    uses: {
      '': {
        flags: '--upgrade -U --user --default-pip --altinstall -v --verbose',
        values: '--root',
        ...system,
        network: false,
        operands: 'text',
        writesOption: ['--root'],
      },
    },
  },
  {
    names: ['compileall'],
    uses: { '': { flags: '-l -f -q -qq -b', values: '-r -d -x -i -j', operands: 'updates', readsOption: ['-i'] } },
  },
  {
    names: ['easy_install', 'easy_install-2.7', 'easy_install3'],
    elsewhere: true,
    uses: {
      '': {
        flags: '-U --upgrade -q --quiet -v --verbose -Z --always-unzip -z --zip-ok -N --no-deps --user',
        values: '-i --index-url -f --find-links -d --install-dir -s --script-dir',
        ...system,
        packageFiles: ['.egg', '.tar.gz', '.zip'],
        runsProjectScripts: true,
        readsOption: ['-f', '--find-links'],
        writesOption: ['-d', '--install-dir', '-s', '--script-dir'],
      },
    },
  },
  {
    names: ['pipenv'],
    elsewhere: true,
    flags:
      '--version -h --help --three --two --site-packages --bare --clear --rm --venv --where --py -q --quiet -v --verbose',
    values: '--python --pypi-mirror',
    uses: {
      '': { ...pipenv, modes: VERSION_MODES },
      '--version': NOTHING,
      install: pipenvInstall,
      sync: { ...pipenvInstall, operands: 'text' },
      update: { ...pipenvInstall, operands: 'text' },
      lock: {
        ...pipenvInstall,
        flags: `${pipenvInstall.flags ?? ''} -r --requirements`,
        values: '--python -i --index --pypi-mirror',
        readsOption: [],
      },
      uninstall: { ...pipenvInstall, operands: 'text' },
      clean: pipenv,
      requirements: {
        ...pipenv,
        flags: '--dev --dev-only --hash --exclude-markers',
        values: '--categories',
        network: false,
      },
      run: run('runs a program in the virtual environment'),
      check: { ...pipenv, operands: 'text' },
    },
  },
  {
    names: ['poetry'],
    elsewhere: true,
    flags: poetryFlags,
    values: '-C --directory -P --project',
    directoryOption: ['-C', '--directory', '-P', '--project'],
    uses: {
      '': NOTHING,
      install: poetryInstall,
      sync: poetryInstall,
      update: poetryInstall,
      lock: poetryInstall,
      add: { ...poetryInstall, operands: 'packages' },
      remove: poetryInstall,
      export: poetryInstall,
      build: { ...poetryInstall, flags: '', values: '-f --format -o --output', products: ['./dist/**'] },
      check: { ...poetryInstall, flags: '--lock --strict', network: false },
      config: {
        flags: '--local --list --unset',
        operands: 'text',
        reads: ['./poetry.toml', './pyproject.toml', '~/.config/**'],
        writes: ['./poetry.toml', '~/.config/pypoetry/**'],
        environment,
      },
      cache: { flags: '--all', operands: 'text', writes: ['~/.cache/pypoetry/**'], environment, folderVariables },
      env: { ...poetry, operands: 'text' },
      self: { ...system, operands: 'text' },
      run: run('runs a program in the virtual environment'),
    },
  },
  {
    names: ['pdm'],
    elsewhere: true,
    flags: '-V --version -h --help -v --verbose -q --quiet -n --non-interactive',
    values: '-c --config',
    uses: {
      '': NOTHING,
      ...Object.fromEntries(
        ['install', 'sync', 'update', 'lock', 'add', 'remove', 'export', 'build'].map((name): [string, UseModel] => [
          name,
          {
            ...pdm,
            flags:
              '--prod --production --no-editable --no-self --frozen-lockfile --no-lock --check --dev -d --no-isolation --no-default --only-keep --clean --without-hashes --fail-fast',
            values: '-p --project -G --group -o --output -f --format -L --lockfile --without --venv',
            directoryOption: ['-p', '--project'],
            writesOption: ['-o', '--output'],
          },
        ]),
      ),
      config: {
        operands: 'text',
        reads: ['./pdm.toml', '~/.config/**'],
        writes: ['./pdm.toml', '~/.config/pdm/**'],
        environment,
      },
      venv: pdm,
      use: { ...pdm, flags: '-f --first' },
      run: run('runs a program in the virtual environment'),
    },
  },
  {
    names: ['uv'],
    elsewhere: true,
    flags: uvFlags,
    values: uvValues,
    uses: {
      '': NOTHING,
      sync: uvSync,
      lock: uvSync,
      add: { ...uvSync, operands: 'packages' },
      remove: uvSync,
      export: uvSync,
      build: { ...uvSync, products: ['./dist/**'] },
      'pip install': uvPip,
      'pip sync': { ...uvPip, operands: 'reads' },
      'pip uninstall': { ...uvPip, operands: 'text' },
      'pip compile': {
        ...uvPip,
        values: `${uvPip.values ?? ''} -o --output-file`,
        operands: 'reads',
        writesOption: ['-o', '--output-file'],
      },
      'pip freeze': { operands: 'text', reads: LOCAL, environment, folderVariables },
      'pip list': { operands: 'text', reads: LOCAL, environment, folderVariables },
      venv: {
        ...system,
        flags: '--seed --relocatable --system-site-packages --allow-existing --clear -c',
        values: '-p --python --prompt',
        operands: 'writes',
        defaultWrites: ['./.venv/**'],
      },
      'python install': {
        ...system,
        reads: [...places, ...uvSettings, './.python-version', './.python-versions', '../.python-version'],
        flags: '--default --preview --reinstall -r --force -f',
        values: '--install-dir -i --mirror',
        operands: 'text',
        writesOption: ['--install-dir', '-i'],
      },
      'tool install': {
        ...system,
        flags: '--force --upgrade -U',
        values: '--with --from -p --python -i --index-url --extra-index-url',
        operands: 'packages',
      },
      cache: { operands: 'text', writes: ['~/.cache/uv/**'], environment, folderVariables },
      run: run('runs a program in the virtual environment'),
      'tool run': run('runs a program of a package'),
    },
  },
];
