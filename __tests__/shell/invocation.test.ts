import { describe, expect, test } from '@jest/globals';
import { verbatim } from '../../src/dockerfile/index.js';
import { type Invocation, readInvocation } from '../../src/shell/invocation.js';
import { parseShell } from '../../src/shell/parse.js';

function read(text: string): Invocation {
  const script = parseShell(verbatim(text, 0));
  if (typeof script === 'string') throw new Error(script);
  return readInvocation(script.commands[0]!);
}

/** `tool subcommand | options | operands`; an option that is not known ends in `?`. */
function summary({ tool, subcommand, options, operands }: Invocation): string {
  const shown = options.map(
    ({ name, value, valueWord, known }) =>
      name +
      (value !== undefined ? `=${value}` : valueWord !== undefined ? `=${valueWord.text}` : '') +
      (known ? '' : '?'),
  );
  const head = [tool ?? '(not literal)', subcommand].filter((part) => part !== '').join(' ');
  return `${head} | ${shown.join(' ')} | ${operands.map((word) => word.text).join(' ')}`;
}

describe('splits by the model of the tool', () => {
  test.each([
    // Debian, Alpine, Red Hat, SUSE, Arch
    ['apt-get -y install -t sid foo=1.2', 'apt-get install | -y -t=sid | foo=1.2'],
    ['apt-get install -yq --no-install-recommends a b', 'apt-get install | -y -q --no-install-recommends | a b'],
    [
      'apt-get -o Dpkg::Options::=--force-confold install a',
      'apt-get install | -o=Dpkg::Options::=--force-confold | a',
    ],
    ['apk add --virtual .deps gcc', 'apk add | --virtual=.deps | gcc'],
    ['apk --no-cache add git', 'apk add | --no-cache | git'],
    ['apk add -t x gcc', 'apk add | -t=x | gcc'],
    ['apk -Uuv add groff', 'apk add | -U -u -v | groff'],
    ['yum -y --enablerepo=epel install nginx', 'yum install | -y --enablerepo=epel | nginx'],
    ['rpm -Uvh a.rpm', 'rpm -i | -U -v -h | a.rpm'],
    ['rpm --import key', 'rpm --import | --import | key'],
    ['zypper -n in -y git', 'zypper in | -n -y | git'],
    ['pacman -Syu --noconfirm git', 'pacman -S | -S -y -u --noconfirm | git'],
    ['dpkg -i a.deb', 'dpkg -i | -i | a.deb'],
    // JavaScript
    ['npm --prefix x ci', 'npm ci | --prefix=x | '],
    ['npm install -g --unsafe-perm true a@4', 'npm install | -g --unsafe-perm=true | a@4'],
    ['npm install --production --no-audit', 'npm install | --production --no-audit | '],
    ['yarn', 'yarn |  | '],
    ['yarn --frozen-lockfile', 'yarn | --frozen-lockfile | '],
    ['yarn --cwd d install', 'yarn install | --cwd=d | '],
    ['yarn global add a', 'yarn global add |  | a'],
    ['corepack pnpm install --frozen-lockfile', 'pnpm install | --frozen-lockfile | '],
    // Python, Ruby, PHP
    ['pip install -r a.txt -r b.txt --no-cache-dir', 'pip install | -r=a.txt -r=b.txt --no-cache-dir | '],
    ['pip install -Ur a.txt', 'pip install | -U -r=a.txt | '],
    ['python3 -u -m pip install --upgrade pip', 'pip install | --upgrade | pip'],
    ['python3 -m venv /v', 'venv |  | /v'],
    ['/opt/venv/bin/pip install .', 'pip install |  | .'],
    ['$CONDA_DIR/bin/conda install -y numpy', 'conda install | -y | numpy'],
    ['conda env create -f env.yml', 'conda env create | -f=env.yml | '],
    ['uv pip install --system -r r.txt', 'uv pip install | --system -r=r.txt | '],
    ['gem install a -v 1.2 --no-document', 'gem install | -v=1.2 --no-document | a'],
    ['bundle config set --local path vendor', 'bundle config | --local | set path vendor'],
    ['composer install --no-dev', 'composer install | --no-dev | '],
    ['php -d memory_limit=-1 composer.phar install', 'composer install |  | '],
    // compiled languages
    ['go mod download', 'go mod download |  | '],
    ['go build -ldflags "-s -w" -o=/x ./cmd/y', 'go build | -ldflags=-s -w -o=/x | ./cmd/y'],
    ['cargo build --release --manifest-path=a/Cargo.toml', 'cargo build | --release --manifest-path=a/Cargo.toml | '],
    ['mvn -B -f pom.xml -DskipTests=true package', 'mvn | -B -f=pom.xml -D=skipTests=true | package'],
    ['./gradlew build', 'gradlew |  | build'],
    ['./mvnw', 'mvnw |  | '],
    ['dotnet restore x.csproj', 'dotnet restore |  | x.csproj'],
    ['dotnet publish -c Release -o /app', 'dotnet publish | -c=Release -o=/app | '],
    ['make -j4 -C src install', 'make | -j=4 -C=src | install'],
    ['make -j$(nproc) install', 'make | -j | install'],
    ['cmake -DCMAKE_BUILD_TYPE=Release -G Ninja ..', 'cmake | -D=CMAKE_BUILD_TYPE=Release -G=Ninja | ..'],
    ['gcc -O2 -DX=1 -I/inc -o x x.c', 'gcc | -O=2 -D=X=1 -I=/inc -o=x | x.c'],
    // files
    ['tar -xzf a -C /d --strip-components=1', 'tar -x | -x -z -f=a -C=/d --strip-components=1 | '],
    ['tar xzf a', 'tar -x | -x -z -f=a | '],
    ['tar czf out.tgz dir', 'tar -c | -c -z -f=out.tgz | dir'],
    ['curl -fsSL -o x URL', 'curl | -f -s -S -L -o=x | URL'],
    ['curl -sSLO URL', 'curl -O | -s -S -L -O | URL'],
    ['wget -qO- URL', 'wget -O | -q -O=- | URL'],
    ["find /x -name '*.pyc' -delete", 'find -delete | -name=*.pyc -delete | /x'],
    ['find . -type f -exec rm -rf {} +', 'find -exec rm | -type=f -exec=rm | .'],
    ['find . -exec ls {} \\; -exec sh {} \\;', 'find -exec | -exec=ls -exec=sh | .'],
    ["sed -i 's/a/b/' x", "sed -i | -i | 's/a/b/' x"],
    ['sed -i.bak -e s/a/b/ x', 'sed -i | -i=.bak -e=s/a/b/ | x'],
    ['ln -sf /a /b', 'ln | -s -f | /a /b'],
    ['unzip -q a.zip -d /opt', 'unzip | -q -d=/opt | a.zip'],
    ['git -C /src checkout v1', 'git checkout | -C=/src | v1'],
    ['git clone --depth 1 -b v1 URL /src', 'git clone | --depth=1 -b=v1 | URL /src'],
    // the shell's own words and users
    ['set -eux', 'set | -e -u -x | '],
    ['set -o pipefail', 'set | -o=pipefail | '],
    ['[ -f /x ]', '[ | -f=/x | ]'],
    ['echo -n x', 'echo |  | -n x'],
    ['useradd -ms /bin/bash app', 'useradd | -m -s=/bin/bash | app'],
    ['rm -rf -- -x', 'rm | -r -f | -x'],
    // what is not known stays so
    ['apt-get install --frobnicate a', 'apt-get install | --frobnicate? | a'],
    ['rm -rZf a', 'rm | -r -Z? | a'],
    ['$TOOL a', '(not literal) |  | a'],
    ['A=b', ' |  | '],
  ])('%s', (text, expected) => {
    expect(summary(read(text))).toBe(expected);
  });
});

describe('sees through wrappers', () => {
  test.each([
    ['sudo -u bob -H npm ci', ['sudo'], 'npm', 'bob'],
    ['sudo -Eu bob npm ci', ['sudo'], 'npm', 'bob'],
    ['sudo npm ci', ['sudo'], 'npm', 'root'],
    ['sudo -u $USER npm ci', ['sudo'], 'npm', '$USER'],
    ['gosu app:app npm ci', ['gosu'], 'npm', 'app'],
    ['env A=b go build', ['env'], 'go', undefined],
    ['sudo -E env A=b nice -n 10 make', ['sudo', 'env', 'nice'], 'make', 'root'],
    ['xargs -r apt-get install -y', ['xargs'], 'apt-get', undefined],
    ['timeout -k 5 10 npm ci', ['timeout'], 'npm', undefined],
    ['exec npm start', ['exec'], 'npm', undefined],
    ['/usr/bin/env npm ci', ['env'], 'npm', undefined],
    ['python3 -m pip install x', ['python3'], 'pip', undefined],
    ['corepack yarn install', ['corepack'], 'yarn', undefined],
    // an option that changes more than the command line stops it
    ['env -C /x npm ci', [], 'env', undefined],
    ['xargs -a list rm', [], 'xargs', undefined],
    ['./sudo npm ci', [], './sudo', undefined],
    ['env', [], 'env', undefined],
    ['command -v node', [], 'command', undefined],
  ])('%s', (text, wrappers, tool, user) => {
    const invocation = read(text);
    expect(invocation.wrappers).toEqual(wrappers);
    expect(invocation.tool).toBe(tool);
    expect(invocation.user).toBe(user);
  });

  test('time before a pipeline is part of it', () => {
    expect(summary(read('time make -j4'))).toBe('make | -j=4 | ');
  });

  test('takes the environment of all of them', () => {
    const { environment } = read('A=1 env B=2 C="$X" npm ci');
    expect(environment.map(([name, value]) => [name, value?.value])).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', undefined],
    ]);
  });
});

describe('knows what runs unseen code', () => {
  test.each([
    ['./install --prefix=/x', 'runs a program file'],
    ['/app/build.sh', 'runs a program file'],
    ['setup.sh', 'runs a program file'],
    ['bash x.sh --version', 'runs a shell script'],
    ["bash -c 'make' --version", 'runs a shell script'],
    ['python3 x.py --version', 'runs a program in Python'],
    ['java -jar a.jar --version', 'runs a program in Java'],
    ["php -r 'x();' -v", 'runs a program in PHP'],
    ['npx x --version', 'runs a program of a package'],
    ['npm run build', 'runs a script of package.json'],
    ['yarn build', 'runs a script of package.json'],
    ['make', 'runs the rules of a Makefile'],
    ['./configure --version', 'runs a configure script'],
    ['./b2 --version', 'runs a build that is not seen'],
    ['go generate ./...', 'runs code of the module'],
    ['. ./env', 'runs a file in this shell'],
    ['mix do deps.get --only prod, assets.deploy', 'runs a task of the project'],
    ['mix do deps.get + $TASK', 'runs a task of the project'],
    ['mix assets.deploy', 'runs a task of the project'],
    ["nginx -g 'daemon off;'", 'starts or stops services'],
    ['gomplate -f x', 'fills templates'],
  ])('%s', (text, why) => {
    expect(read(text).use?.opaque).toBe(why);
  });

  test.each([
    'python3 --version',
    'java -version',
    'php -v',
    'node -v',
    'bash --version',
    'make --version',
    'npm ci',
    'mvn package',
  ])('%s does not', (text) => {
    const { use } = read(text);
    expect(use).toBeDefined();
    expect(use?.opaque).toBeUndefined();
  });
});

test('a command is read once', () => {
  const script = parseShell(verbatim('npm ci', 0));
  if (typeof script === 'string') throw new Error(script);
  const command = script.commands[0]!;
  expect(readInvocation(command)).toBe(readInvocation(command));
});

describe('code of a known form', () => {
  const opaque = (text: string): string | undefined => {
    const use = read(text).use;
    return use === undefined ? 'not modelled' : use.opaque;
  };
  test.each([
    `Rscript -e "install.packages(c('shiny', 'rgdal'), repos = 'https://cran.r-project.org')"`,
    `R --vanilla -e 'remotes::install_github("a/b")'`,
    'install2.r --error --deps TRUE shiny',
    'php -- --install-dir=/usr/local/bin --filename=composer',
    'php composer-setup.php --install-dir=/usr/local/bin',
    `php -r "copy('https://getcomposer.org/installer', 'composer-setup.php');"`,
    `php -r "if (hash_file('sha384', 'composer-setup.php') === 'ab12') { echo 'Installer verified'; } else { echo 'Installer corrupt'; unlink('composer-setup.php'); } echo PHP_EOL;"`,
    '. /etc/os-release',
  ])('%s is understood', (text) => expect(opaque(text)).toBeUndefined());
  test.each([
    `Rscript -e "install.packages('a'); source('b.R')"`,
    `Rscript -e "install.packages(readLines('list'))"`,
    `R -e 'install.packages("/tmp/a.tar.gz", repos = NULL)'`,
    'php --',
    'php -- --other-option',
    `php -r "copy('/etc/passwd', 'x');"`,
    `php -r "require 'a.php'; unlink('b');"`,
    `php -r "unlink('../b');"`,
    '. ./os-release',
  ])('%s is not', (text) => expect(opaque(text)).toMatch(/^runs/));
});
