import { LOCAL, NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

/** Calls and statements of the lines by which composer's installer is fetched and checked. */
const CALLS = new Set([
  'copy',
  'readfile',
  'unlink',
  'hash_file',
  'hash',
  'file_get_contents',
  'trim',
  'if',
  'exit',
  'die',
  'echo',
  'print',
]);

/** Whether code does no more than fetch, check and remove files of the current directory. */
function fetchesInstaller(code: string): boolean {
  const plain = code.replace(/'[^']*'|"[^"\\$]*"/g, (text) =>
    /^.(?:https:\/\/[^\s]+|(?!\.\.)[\w .:!-]*).$/.test(text) ? "''" : text,
  );
  const calls = [...plain.matchAll(/(?<![\w\\])([\w\\]+)\s*\(/g)].map((match) => match[1]!.toLowerCase());
  return (
    calls.length > 0 &&
    calls.every((name) => CALLS.has(name)) &&
    !/[$`/\\]|\b(?:include|require|new|eval)\b/i.test(plain)
  );
}

const composerEnvironment = ['*'];
const composerFolders = ['COMPOSER_HOME', 'COMPOSER_CACHE_DIR', 'COMPOSER_VENDOR_DIR', 'COMPOSER_BIN_DIR'];
const home = ['~/.composer/**', '~/.config/composer/**', '~/.cache/composer/**', '/tmp/**'];
const manifests = ['./composer.json', './composer.lock', './auth.json', './vendor/**'];

const install: UseModel = {
  flags:
    '--prefer-source --prefer-dist --dry-run --dev --no-dev --no-suggest --no-autoloader --no-scripts --no-progress --no-install -o --optimize-autoloader ' +
    '-a --classmap-authoritative --apcu-autoloader --ignore-platform-reqs --no-security-blocking --download-only --no-blocking --audit --no-audit -w --with-dependencies ' +
    '-W --with-all-dependencies --no-update --update-no-dev --update-with-dependencies --update-with-all-dependencies --prefer-stable --prefer-lowest --sort-packages ' +
    '--lock -i --interactive --root-reqs --fixed --no-check-lock --no-check-publish --no-check-all --strict --minimal-changes -m --optimize --no-custom-installers --keep-vcs --remove-vcs',
  values:
    '--prefer-install --ignore-platform-req --apcu-autoloader-prefix --with --audit-format -s --stability --repository --repository-url',
  operands: 'text',
  network: true,
  reads: ['./**', ...home],
  writes: ['./**', ...home],
  manifests,
  products: ['./vendor/**', './composer.json', './composer.lock'],
  runsProjectScripts: true,
  environment: composerEnvironment,
  folderVariables: composerFolders,
};
const globally: UseModel = {
  ...install,
  reads: home,
  writes: home,
  runsProjectScripts: false,
  manifests: [],
  products: [],
};
const query: UseModel = { ...install, writes: [], runsProjectScripts: false, products: [] };

const extensions = ['/usr/**', '/etc/**', '/lib/**', '/lib64/**', '/var/cache/**', '/var/lib/**', '/tmp/**'];
const build = ['PHP_*', 'CC', 'CXX', 'CFLAGS', 'CPPFLAGS', 'CXXFLAGS', 'LDFLAGS', 'MAKEFLAGS', 'PKG_CONFIG_PATH'];
const extension: UseModel = {
  operands: 'text',
  network: true,
  reads: ['/usr/**', '/etc/**', '/lib/**'],
  writes: extensions,
  environment: [...build, 'IPE_*', ...PROXY],
};
const apache: UseModel = {
  flags: '-q --quiet -m --maintmode -p --purge -f --force',
  operands: 'text',
  reads: ['/etc/apache2/**'],
  writes: ['/etc/apache2/**', '/var/lib/apache2/**'],
};
const run = (opaque: string): UseModel => ({
  operands: 'text',
  reads: ['./**'],
  writes: ['./**'],
  environment: ['*'],
  opaque,
});

/** composer (getcomposer.org/doc/03-cli), pecl and pear (pear.php.net/manual), the scripts of the official php image, a2enmod(8). */
export const php: readonly ToolModel[] = [
  {
    names: ['composer', 'composer.phar'],
    elsewhere: true,
    flags:
      '-h --help -q --quiet -V --version --ansi --no-ansi -n --no-interaction --profile --no-plugins --no-scripts -v -vv -vvv --verbose --no-cache',
    values: '-d --working-dir',
    directoryOption: ['-d', '--working-dir'],
    uses: {
      '': { operands: 'text' },
      install,
      i: install,
      update: install,
      upgrade: install,
      u: install,
      require: install,
      remove: install,
      reinstall: install,
      'dump-autoload': install,
      dumpautoload: install,
      'dump-autoloader': install,
      'create-project': { ...install, operands: 'text' },
      'global require': globally,
      'global install': globally,
      'global update': globally,
      'global remove': globally,
      global: globally,
      config: {
        flags: '-g --global -e --editor -a --auth --unset -l --list --absolute -j --json -m --merge --append --source',
        values: '-f --file',
        operands: 'text',
        reads: ['./composer.json', './auth.json', ...home],
        writes: ['./composer.json', './auth.json', ...home],
        environment: ['COMPOSER_*'],
        folderVariables: composerFolders,
        writesOption: ['-f', '--file'],
      },
      'self-update': {
        ...globally,
        flags: '-r --rollback --clean-backups --no-progress --update-keys --stable --preview --snapshot --1 --2 --2.2',
        values: '',
        writes: [...LOCAL, ...home],
        writesPrefix: true,
        runsProjectScripts: false,
      },
      selfupdate: {
        ...globally,
        flags: '-r --rollback --clean-backups --no-progress --update-keys --stable --preview --snapshot --1 --2 --2.2',
        values: '',
        writes: [...LOCAL, ...home],
        writesPrefix: true,
        runsProjectScripts: false,
      },
      'clear-cache': {
        flags: '--gc',
        operands: 'text',
        writes: home,
        environment: ['COMPOSER_*'],
        folderVariables: composerFolders,
      },
      clearcache: {
        flags: '--gc',
        operands: 'text',
        writes: home,
        environment: ['COMPOSER_*'],
        folderVariables: composerFolders,
      },
      'clear-caches': { operands: 'text', writes: home, environment: ['COMPOSER_*'], folderVariables: composerFolders },
      validate: query,
      show: query,
      diagnose: query,
      'check-platform-reqs': query,
      audit: query,
      'run-script': run('runs a script of composer.json'),
      run: run('runs a script of composer.json'),
      exec: run('runs a program of a package'),
    },
  },
  {
    names: ['php', 'php5', 'php7', 'php8', 'php-cli'],
    elsewhere: true,
    optionsFirst: true,
    programs: {
      composer: 'composer',
      'composer.phar': 'composer',
      'pear.phar': 'pear',
      'composer-setup.php': 'composer-setup',
      '--': 'composer-setup',
    },
    flags: '-n -q -a -i -m -v -w -s -l --version --ini --info --modules --',
    values: '-d -c -f -r -B -R -F -E -S -t -z',
    uses: {
      '-r': { operands: 'text', network: true, reads: ['./*'], writes: ['./*'], environment: [...PROXY] },
      '': {
        ...run('runs a program in PHP'),
        code: [{ options: ['-r'], isKnown: fetchesInstaller, use: '-r' }],
        modes: {
          '-r': '',
          '-f': '',
          '-B': '',
          '-R': '',
          '-F': '',
          '-S': '',
          '-v': '--version',
          '-m': '--version',
          '-i': '--version',
          '--ini': '--version',
          ...VERSION_MODES,
        },
      },
      '--version': { flags: '-h --help', ...NOTHING },
    },
  },
  {
    names: ['docker-php-ext-install'],
    uses: { '': { values: '--ini-name', optional: '-j', ...extension } },
  },
  { names: ['docker-php-ext-configure'], noOptions: true, uses: { '': extension } },
  {
    names: ['docker-php-ext-enable'],
    uses: {
      '': {
        values: '--ini-name',
        operands: 'text',
        reads: ['/usr/local/**'],
        writes: ['/usr/local/etc/php/**'],
        environment: ['PHP_*'],
      },
    },
  },
  { names: ['docker-php-source'], uses: { '': { operands: 'text', reads: ['/usr/src/**'], writes: ['/usr/src/**'] } } },
  {
    names: ['install-php-extensions'],
    uses: { '': { ...extension, writes: [...extensions, '/root/**', '/bin/**', '/sbin/**'] } },
  },
  {
    names: ['phpize'],
    uses: {
      '': { flags: '--clean --version -v --help', operands: 'text', reads: ['./**', '/usr/**'], writes: ['./**'] },
    },
  },
  {
    names: ['pecl', 'pear'],
    elsewhere: true,
    flags: '-v -q -s -S -y -V',
    values: '-c -C -d -D -G -u',
    uses: {
      '': NOTHING,
      ...Object.fromEntries(
        [
          'install',
          'upgrade',
          'uninstall',
          'update-channels',
          'upgrade-all',
          'channel-update',
          'channel-discover',
          'config-set',
          'config-create',
          'clear-cache',
          'run-scripts',
          'download',
          'list',
          'channel-add',
        ].map((name): [string, UseModel] => [
          name,
          {
            flags:
              '-f --force -l --loose -n --nodeps -r --register-only -s --soft -B --nobuild -Z --nocompress -a --alldeps -o --onlyreqdeps --offline -p --pretend --ignore-errors',
            values: '--configureoptions -D --installroot -R --packagingroot',
            ...extension,
            operands: name === 'install' || name === 'upgrade' ? 'packages' : 'text',
            packageFiles: ['.tgz', '.tar', '.xml'],
            writes: [...extensions, '~/.pearrc', ...(name === 'download' ? ['./*'] : [])],
            opaqueOption: ['--installroot', '-R', '--packagingroot'],
          },
        ]),
      ),
    },
  },
  {
    names: ['a2enmod', 'a2dismod', 'a2ensite', 'a2dissite', 'a2enconf', 'a2disconf'],
    environment: ['APACHE_*'],
    uses: { '': apache },
  },
  {
    names: ['phpenmod', 'phpdismod', 'php5enmod', 'php5dismod'],
    uses: {
      '': {
        flags: '-q -f',
        values: '-v -s',
        operands: 'text',
        reads: ['/etc/php/**', '/etc/php5/**'],
        writes: ['/etc/php/**', '/etc/php5/**', '/var/lib/php/**', '/var/lib/php5/**'],
      },
    },
  },
  {
    names: ['artisan', 'phpunit', 'drush', 'wp', 'symfony'],
    elsewhere: true,
    uses: {
      '': { ...run('runs a program in PHP'), modes: { '--version': '--version', '-V': '--version' } },
      '--version': { flags: '--version -V', ...NOTHING },
    },
  },
  // getcomposer.org/doc/00-intro.md: the installer.
  {
    names: ['composer-setup', 'composer-installer'],
    uses: {
      '': {
        flags:
          '--quiet --ansi --no-ansi --check --force --disable-tls --1 --2 --2.2 --preview --snapshot --stable --help',
        values: '--install-dir --filename --version --cafile',
        operands: 'text',
        network: true,
        reads: ['~/.composer/**', '~/.config/composer/**'],
        writes: ['./*', '~/.composer/**', '~/.config/composer/**', '~/.cache/composer/**', '/tmp/**'],
        writesOption: ['--install-dir'],
        environment: ['COMPOSER_*', ...PROXY],
      },
    },
  },
];
