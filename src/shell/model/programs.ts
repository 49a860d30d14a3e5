import { ACCOUNTS, LOCAL, NOTHING, SYSTEM, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const run = (opaque: string): UseModel => ({
  operands: 'script',
  reads: ['./**'],
  writes: ['./**'],
  environment: ['*'],
  opaque,
  modes: { ...VERSION_MODES, '-V': '--version', '-version': '--version' },
});
const version: UseModel = { flags: '--version --help -V -version', ...NOTHING };
const tools: readonly (readonly [names: readonly string[], opaque: string])[] = [
  [['bash', 'sh', 'dash', 'ash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh', 'busybox'], 'runs a shell script'],
  [['perl', 'cpan'], 'runs a program in Perl'],
  [
    [
      'lua',
      'luajit',
      'guile',
      'racket',
      'julia',
      'octave',
      'erl',
      'elixir',
      'iex',
      'escript',
      'groovy',
      'scala',
      'kotlin',
      'mono',
      'pwsh',
      'expect',
      'tclsh',
      'runghc',
      'swift',
      'ocaml',
      'sage',
    ],
    'runs a program in an interpreter',
  ],
  [
    [
      'psql',
      'mysql',
      'mysqladmin',
      'mysqld',
      'mysqld_safe',
      'mysql_install_db',
      'mongo',
      'mongod',
      'sqlite3',
      'redis-server',
      'redis-cli',
      'initdb',
      'pg_ctl',
      'pg_ctlcluster',
      'pg_createcluster',
      'pg_dropcluster',
      'createdb',
      'createuser',
      'postgres',
    ],
    'works on a database',
  ],
  [
    ['service', 'supervisorctl', 'supervisord', 'rc-service', 'invoke-rc.d', 'apachectl', 'apache2', 'httpd'],
    'starts or stops services',
  ],
  [
    ['ansible-playbook', 'ansible-galaxy', 'puppet', 'chef-client', 'chef-solo', 'salt-call'],
    'runs a configuration management',
  ],
];

/** `install.packages(c('a', 'b'), repos = '…')` and its kin, alone. */
const INSTALLS_R =
  /^\s*(?:\w+::)?(?:install\.packages|install_(?:github|cran|version|bioc)|install)\((?:[^();`]|c\([^()]*\))*\)\s*(?:;\s*)?$/;

const rPackages: UseModel = {
  operands: 'text',
  network: true,
  reads: ['~/.Rprofile', '~/.Renviron', '~/.R/**', '/etc/R/**'],
  writes: [...LOCAL, '~/R/**', '/tmp/**'],
  environment: ['*'],
};

/** R(1), Rscript(1), and littler's scripts, which take the names of packages. */
const r: readonly ToolModel[] = [
  {
    names: ['R', 'Rscript', 'r', 'littler'],
    elsewhere: true,
    singleDash: true,
    optionsFirst: true,
    flags:
      '--vanilla --no-save --save --slave --no-echo --quiet -q --silent --verbose --no-restore --no-init-file --no-environ',
    values: '-e -f',
    uses: {
      '--version': version,
      '-e': rPackages,
      '': {
        ...run('runs a program in R'),
        code: [{ options: ['-e'], isKnown: (code) => INSTALLS_R.test(code) && !/NULL/.test(code), use: '-e' }],
      },
    },
  },
  {
    names: ['install2.r', 'install.r', 'installGithub.r'],
    elsewhere: true,
    uses: {
      '': {
        ...rPackages,
        operands: 'packages',
        flags: '-e --error -s --skipinstalled -h --help',
        values: '-n --ncpus -r --repos -l --libloc -d --deps -t --type -m --method -u --update',
      },
    },
  },
];

/** Package managers that install into places of their own: what they do is known, where is not. */
const installers = [
  'stack',
  'cabal',
  'opam',
  'luarocks',
  'cpanm',
  'carton',
  'brew',
  'nix-env',
  'nix-channel',
  'emerge',
  'tlmgr',
  'sdkmanager',
  'android',
  'gcloud',
  'asdf',
  'pyenv',
  'rbenv',
  'nvm',
  'sdk',
  'n',
  'rvm',
];

/** Programs that run code or change files in ways that the command line does not show. */
export const programs: readonly ToolModel[] = [
  ...r,
  {
    names: ['upx'],
    uses: { '': { flags: '-q -qq -9 --best --brute --ultra-brute --lzma -k -f -d -t -v', operands: 'updates' } },
  },
  // Jupyter's images: gives folders to the group of users.
  { names: ['fix-permissions'], uses: { '': { operands: 'updates' } } },
  {
    names: ['freshclam'],
    uses: {
      '': {
        flags: '-v --verbose --quiet --no-warnings --stdout --show-progress',
        values: '-l --log --config-file --datadir',
        network: true,
        reads: ['/etc/clamav/**', '/etc/freshclam.conf'],
        writes: ['/var/lib/clamav/**', '/var/log/**', '/run/**', '/var/run/**'],
        readsOption: ['--config-file'],
        writesOption: ['--datadir', '-l', '--log'],
      },
    },
  },
  {
    // nginx(8): `-v` and `-V` only tell its version.
    names: ['nginx'],
    singleDash: true,
    uses: {
      '--version': { flags: '-v -V -h -?', ...NOTHING },
      '': {
        ...run('starts or stops services'),
        flags: '-t -T -q',
        values: '-c -e -g -p -s',
        modes: { '-v': '--version', '-V': '--version', '-h': '--version', '-?': '--version' },
      },
    },
  },
  {
    // serversideup/docker-php: gives a user another number and, with it, the files of its home.
    names: ['docker-php-serversideup-set-id'],
    uses: {
      '': { operands: 'text', reads: ['/etc/**'], writes: [...ACCOUNTS, '/var/www/**', '/var/mail/**', '/home/**'] },
    },
  },
  {
    names: ['docker-php-serversideup-set-file-permissions'],
    uses: {
      '': {
        values: '--owner --service --dir --type',
        operands: 'text',
        reads: ['/etc/**'],
        writes: [...SYSTEM, '/composer/**'],
        writesOption: ['--dir'],
      },
    },
  },
  {
    // github.com/hairyhenderson/gomplate
    names: ['gomplate'],
    uses: {
      '': { ...NOTHING, opaque: 'fills templates', modes: { '-v': '--version', ...VERSION_MODES } },
      '--version': { flags: '-v --version -h --help', ...NOTHING },
    },
  },
  {
    names: installers,
    elsewhere: true,
    // Whatever they say, it is within what the use allows for.
    noOptions: true,
    uses: { '': { operands: 'text', network: true, reads: ['/**'], writes: ['/**'], environment: ['*'] } },
  },
  {
    // balena's base images: they put an emulator in place of the shell and take it back.
    names: ['cross-build-start', 'cross-build-end'],
    uses: { '': { operands: 'text', reads: ['/usr/bin/**'], writes: ['/bin/**', '/usr/bin/**'] } },
  },
  {
    names: ['gdebi', 'gdebi-core'],
    flags: '-n --n --non-interactive -q --quiet',
    values: '-o --option --root',
    uses: {
      '': {
        operands: 'reads',
        network: true,
        reads: ['/var/lib/**'],
        writes: ['/**'],
        environment: ['DEBIAN_FRONTEND'],
      },
    },
  },
  {
    names: ['jupyter', 'jupyter-nbextension', 'jupyter-serverextension', 'jupyter-labextension'],
    noOptions: true,
    uses: {
      '': {
        operands: 'text',
        network: true,
        reads: ['/**'],
        writes: ['/usr/**', '/opt/**', '~/**'],
        environment: ['*'],
      },
    },
  },
  ...tools.map(([names, opaque]): ToolModel => ({
    names,
    elsewhere: true,
    singleDash: true,
    optionsFirst: true,
    uses: { '--version': version, '': run(opaque) },
  })),
  {
    names: ['su', 'runuser', 'setpriv', 'chroot', 'fakeroot', 'script', 'ssh', 'docker', 'docker-compose'],
    singleDash: true,
    uses: { '': { opaque: 'runs commands in another environment' } },
  },
];

/** What a program file of the build context or of the image does is not known. */
export const programFile: ToolModel = {
  names: [],
  noOptions: true,
  uses: {
    '': { operands: 'text', reads: ['./**'], writes: ['./**'], environment: ['*'], opaque: 'runs a program file' },
  },
};
