import { NOTHING, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const mavenHomes = [
  '~/.m2/**',
  '/usr/share/maven/**',
  '/usr/share/java/**',
  '/etc/maven/**',
  '~/.mavenrc',
  '/etc/mavenrc',
];
const gradleHomes = ['~/.gradle/**', '/home/gradle/.gradle/**', '~/.m2/**'];

/** Plugins and the project's tests run; they may read every variable and all of the project. */
const maven: UseModel = {
  flags:
    '-am --also-make -amd --also-make-dependents -B --batch-mode -C --strict-checksums -c --lax-checksums -cpu --check-plugin-updates -e --errors -fae --fail-at-end ' +
    '-ff --fail-fast -fn --fail-never -h --help -llr --legacy-local-repository -N --non-recursive -npr --no-plugin-registry -npu --no-plugin-updates -nsu --no-snapshot-updates ' +
    '-ntp --no-transfer-progress -o --offline -q --quiet -U --update-snapshots -up --update-plugins -v --version -V --show-version -X --debug',
  values:
    '-b --builder --color -Dmaven.repo.local -D --define -f --file -gs --global-settings -gt --global-toolchains -l --log-file -P --activate-profiles -pl --projects -rf --resume-from -s --settings -t --toolchains -T --threads ' +
    '-emp --encrypt-master-password -ep --encrypt-password',
  operands: 'text',
  network: true,
  reads: ['./**', '../pom.xml', '../../pom.xml', '../.mvn/**', ...mavenHomes],
  writes: ['./**', '~/.m2/**', '/tmp/**'],
  environment: ['*'],
  folderVariables: ['MAVEN_USER_HOME', 'MAVEN_CONFIG'],
  runsProjectScripts: true,
  readsOption: ['-s', '--settings', '-gs', '--global-settings', '-t', '--toolchains', '-gt', '--global-toolchains'],
  writesOption: ['-l', '--log-file', '-Dmaven.repo.local'],
  manifestOption: ['-f', '--file'],
  modes: { '-v': '--version', ...VERSION_MODES },
};

const gradle: UseModel = {
  flags:
    '-? -h --help -a --no-rebuild --build-cache --no-build-cache --configuration-cache --no-configuration-cache --configure-on-demand --no-configure-on-demand --continue --continuous ' +
    '--daemon --no-daemon --debug -d --dry-run -m --full-stacktrace -S --foreground --info -i --offline --parallel --no-parallel --profile --quiet -q --refresh-dependencies ' +
    '--refresh-keys --rerun-tasks --scan --no-scan --stacktrace -s --status --stop --version -v -V --show-version --warn -w --watch-fs --no-watch-fs --write-locks --no-search-upward -u --stop --all --no-continue',
  values:
    '-b --build-file -c --settings-file --console -D --system-prop -P --project-prop -g --gradle-user-home -I --init-script -p --project-dir --project-cache-dir --max-workers ' +
    '-x --exclude-task --include-build --priority --warning-mode --dependency-verification -F --tests --configuration --gradle-version --distribution-type -M --write-verification-metadata --no-exclude',
  operands: 'text',
  network: true,
  reads: ['./**', '../*.gradle', '../*.gradle.kts', '../gradle.properties', '../gradle/**', ...gradleHomes],
  writes: ['./**', ...gradleHomes, '/tmp/**'],
  environment: ['*'],
  folderVariables: ['GRADLE_USER_HOME'],
  runsProjectScripts: true,
  readsOption: ['-I', '--init-script', '-c', '--settings-file', '--include-build'],
  writesOption: ['-g', '--gradle-user-home', '--project-cache-dir'],
  directoryOption: ['-p', '--project-dir'],
  manifestOption: ['-b', '--build-file'],
  modes: { '-v': '--version', ...VERSION_MODES },
};

const sbt: UseModel = {
  flags:
    '-batch -v -verbose -d -debug -no-colors -client -error -warn -info --batch --no-colors --no-server -no-share -offline',
  values: '-sbt-version -ivy -sbt-dir -sbt-boot -mem -java-home -D -J',
  operands: 'text',
  network: true,
  reads: ['./**', '~/.sbt/**', '~/.ivy2/**', '~/.cache/**', '~/.m2/**'],
  writes: ['./**', '~/.sbt/**', '~/.ivy2/**', '~/.cache/**', '~/.m2/**', '/tmp/**'],
  environment: ['*'],
  folderVariables: ['COURSIER_CACHE', 'SBT_HOME'],
  runsProjectScripts: true,
};
const run = (opaque: string): UseModel => ({
  operands: 'text',
  reads: ['./**'],
  writes: ['./**'],
  environment: ['*'],
  opaque,
});

/** mvn (maven.apache.org/ref/current/maven-embedder/cli.html), gradle (docs.gradle.org command-line interface), sbt, ant, java(1), javac(1). */
export const java: readonly ToolModel[] = [
  {
    names: ['mvn', 'mvnd', 'mvn.sh'],
    elsewhere: true,
    singleDash: true,
    uses: { '': maven, '--version': { flags: '-v --version -h --help', ...NOTHING } },
  },
  /** The wrapper first fetches Maven: even `--version` is a full use. */
  { names: ['mvnw'], elsewhere: true, singleDash: true, uses: { '': { ...maven, modes: {} } } },
  {
    names: ['gradle', 'gradlew'],
    elsewhere: true,
    uses: {
      '': gradle,
      '--version': {
        flags: '-v --version -h --help',
        operands: 'text',
        network: true,
        reads: ['./gradle/**', './gradle.properties', ...gradleHomes],
        writes: gradleHomes,
        environment: ['*'],
        folderVariables: ['GRADLE_USER_HOME'],
      },
    },
  },
  { names: ['sbt'], elsewhere: true, singleDash: true, uses: { '': sbt } },
  {
    names: ['lein', 'ant', 'grails', 'activator', 'mill', 'clojure', 'bazel', 'buck'],
    elsewhere: true,
    optionsFirst: true,
    uses: {
      '': { ...run('runs a build that is not seen'), modes: VERSION_MODES },
      '--version': { flags: '--version --help', ...NOTHING },
    },
  },
  {
    names: ['java'],
    elsewhere: true,
    optionsFirst: true,
    singleDash: true,
    uses: {
      // Spring Boot's own start-up code takes the archive apart (docs.spring.io/spring-boot, Packaging Container Images).
      'jarmode -D': {
        flags: '-jar',
        values: '-D',
        operands: 'updates',
        writes: ['./**'],
        environment: ['JAVA_*', 'JDK_*'],
      },
      '': {
        ...run('runs a program in Java'),
        flags: '-jar',
        values: '-D',
        modes: {
          '-D jarmode=layertools': 'jarmode -D',
          '-D jarmode=tools': 'jarmode -D',
          '-version': '--version',
          ...VERSION_MODES,
        },
      },
      '--version': { flags: '-version --version -help --help', values: '-D -X', ...NOTHING },
    },
  },
  {
    names: ['javac'],
    elsewhere: true,
    singleDash: true,
    uses: {
      '': {
        flags: '-g -g:none -nowarn -verbose -deprecation -parameters -Werror -version -help --enable-preview -Xlint',
        values:
          '-cp -classpath --class-path -sourcepath --source-path -d -source --source -target --target -encoding --release -implicit -proc -A -J -Xlint:',
        operands: 'reads',
        reads: ['./**'],
        defaultWrites: ['./**'],
        writes: ['./**'],
        writesOption: ['-d'],
        environment: ['CLASSPATH', 'JAVA_TOOL_OPTIONS', 'JDK_JAVAC_OPTIONS'],
        opaqueOption: ['-cp', '-classpath', '--class-path', '-sourcepath', '--source-path', '-processorpath'],
      },
    },
  },
];
