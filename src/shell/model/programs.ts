import { NOTHING, VERSION_MODES } from './shared.js';
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
  [['R', 'Rscript', 'r', 'install2.r', 'install.r', 'installGithub.r', 'littler'], 'runs a program in R'],
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
    ['service', 'supervisorctl', 'supervisord', 'rc-service', 'invoke-rc.d', 'apachectl', 'apache2', 'nginx', 'httpd'],
    'starts or stops services',
  ],
  [
    ['ansible-playbook', 'ansible-galaxy', 'puppet', 'chef-client', 'chef-solo', 'salt-call'],
    'runs a configuration management',
  ],
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
  {
    names: installers,
    elsewhere: true,
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
