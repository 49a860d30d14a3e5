import { LOCAL, NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const general =
  '-h --help --debug --isolated --require-virtualenv -v -vv -vvv --verbose -V --version -q -qq -qqq --quiet --no-input --no-cache-dir ' +
  '--disable-pip-version-check --no-color --no-python-version-warning';
const generalValues =
  '--python --log --keyring-provider --proxy --retries --timeout --default-timeout --exists-action --trusted-host --cert --client-cert --cache-dir ' +
  '--use-feature --use-deprecated';
const flags =
  '--no-deps --pre --dry-run --user -U --upgrade --force-reinstall --force -I --ignore-installed --ignore-requires-python --no-build-isolation --use-pep517 ' +
  '--no-use-pep517 --check-build-dependencies --break-system-packages --compile --no-compile --no-warn-script-location --no-warn-conflicts ' +
  '--prefer-binary --require-hashes --no-clean --no-index --egg --no-use-wheel --use-wheel --process-dependency-links --allow-all-external --no-verify --no-cache';
const values =
  '-r --requirement -c --constraint --build-constraint --group -e --editable -t --target --platform --python-version --implementation --abi --root --prefix --src ' +
  '--upgrade-strategy -C --config-settings --global-option --install-option --build-option --no-binary --only-binary --progress-bar --root-user-action ' +
  '--report -i --index-url --pypi-url --extra-index-url -f --find-links -w --wheel-dir -d --dest --download -b --build --allow-external --allow-unverified';
const configuration = [
  '/etc/pip.conf',
  '/etc/xdg/pip/**',
  '~/.pip/**',
  '~/.config/pip/**',
  '~/.pydistutils.cfg',
  '~/.netrc',
];
const environment = [
  'PIP_*',
  'PYTHON*',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'XDG_*',
  'CC',
  'CXX',
  'CFLAGS',
  'CPPFLAGS',
  'LDFLAGS',
  ...PROXY,
];
const folderVariables = [
  'PIP_CACHE_DIR',
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_SRC',
  'PIP_CONSTRAINT',
  'PIP_BUILD_CONSTRAINT',
  'PIP_REQUIREMENT',
  'PIP_FIND_LINKS',
  'PIP_CONFIG_FILE',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'PYTHONUSERBASE',
  'XDG_CACHE_HOME',
];
/** A requirements file may hold lines `-r`, `-c` and `-e` with paths (pip.pypa.io/en/stable/reference/requirements-file-format). */
const readsBeside = ['-r', '--requirement', '-c', '--constraint'];
/** `-e DIR` builds in DIR. */
const readsOption = [...readsBeside, '-f', '--find-links', '--cert', '--client-cert'];
const writesOption = ['-e', '--editable', '--src', '--prefix', '--cache-dir', '--log', '--report', '--root'];

const install: UseModel = {
  flags,
  values,
  operands: 'packages',
  packageFiles: ['.whl', '.tar.gz', '.zip', '.tar.bz2', '.tgz'],
  slashIsPath: true,
  network: true,
  reads: configuration,
  writes: [...LOCAL, '/tmp/**'],
  writesPrefix: true,
  environment,
  folderVariables,
  readsOption,
  readsBeside,
  writesOption,
  targetOption: ['-t', '--target'],
  runsProjectScripts: true,
  modes: {
    '--group': 'install --group',
    '-r': 'install -r',
    '--requirement': 'install -r',
    '-e': 'install -r',
    '--editable': 'install -r',
  },
};
/** What is editable, as a list of requirements may ask for, is checked out below `src` where it comes from a repository. */
const listed: UseModel = { ...install, writes: [...install.writes!, './src/**'], modes: {} };
/** A group stands in a pyproject.toml, here or where the option says (pip.pypa.io/en/stable/user_guide/#dependency-groups). */
const group: UseModel = { ...listed, reads: [...configuration, '/**/pyproject.toml'], modes: {} };
const fetch: UseModel = {
  ...install,
  writes: ['./**', '~/.cache/**', '/tmp/**'],
  writesPrefix: false,
  writesOption: [...writesOption, '-w', '--wheel-dir', '-d', '--dest'],
  modes: { '--group': 'wheel --group' },
};
const query: UseModel = {
  flags:
    '-l --local --user --all --exclude-editable -o --outdated -u --uptodate -e --editable --not-required -f --files --pre',
  values: '-r --requirement --path --exclude --format -i --index-url --extra-index-url',
  operands: 'text',
  reads: [...configuration, ...LOCAL],
  environment,
};

/** pip (pip.pypa.io/en/stable/cli). */
export const pip: readonly ToolModel[] = [
  {
    names: [
      'pip',
      'pip2',
      'pip3',
      'pip2.7',
      ...Array.from({ length: 12 }, (_, minor) => `pip3.${minor + 3}`),
      'pip-3.3',
      'pip-3.4',
      'pip-3.6',
      'pip-2.7',
      'pip-python',
      'pip-python3',
    ],
    elsewhere: true,
    flags: general,
    values: generalValues,
    uses: {
      '': NOTHING,
      install,
      'install --group': group,
      'install -r': listed,
      'wheel --group': { ...fetch, reads: group.reads!, modes: {} },
      wheel: fetch,
      download: fetch,
      uninstall: {
        ...install,
        flags: '-y --yes --break-system-packages',
        values: '-r --requirement --root-user-action',
        operands: 'text',
        network: false,
        targetOption: [],
      },
      freeze: query,
      list: query,
      show: query,
      check: query,
      inspect: query,
      debug: query,
      hash: { operands: 'reads', values: '-a --algorithm' },
      search: { ...query, network: true },
      index: { ...query, network: true },
      cache: {
        operands: 'text',
        reads: configuration,
        writes: ['~/.cache/pip/**'],
        folderVariables,
        writesOption: ['--cache-dir'],
      },
      config: {
        flags: '--global --user --site',
        values: '--editor',
        operands: 'text',
        reads: configuration,
        writes: configuration,
        writesPrefix: true,
        environment,
        folderVariables: ['VIRTUAL_ENV', 'PIP_CONFIG_FILE'],
      },
    },
  },
];
