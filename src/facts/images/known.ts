/**
 * What well-known images are and set, from the Dockerfiles that they are built from (docker-library/*, nodejs/docker-node,
 * rust-lang/docker-rust, carlossg/docker-maven, gradle/docker-gradle, composer/docker, adoptium/containers,
 * dotnet/dotnet-docker, denoland/deno_docker, mamba-org/micromamba-docker, conda-forge/miniforge-images, astral-sh/uv,
 * jenkinsci/docker, apache/solr-docker; read in August 2026) and from the publishers' documentation. A fact that changed
 * over the life of an image stands behind the tags or versions for which it holds; the others have it undefined.
 */
import { buildpackCommands, curlCommands, scmCommands } from './commands.js';
import type { Family } from './tag.js';

/** Facts as they add up: later ones win, lists and environments are joined. */
export interface PartialFacts {
  readonly family?: Family;
  readonly distribution?: string | undefined;
  readonly release?: string;
  readonly libc?: 'glibc' | 'musl' | 'none' | 'unknown' | undefined;
  readonly user?: string | undefined;
  readonly home?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables set to values that the tag does not tell. */
  readonly alsoSet?: readonly string[];
  /** Variables set to the version when the tag spells all three parts of it, otherwise to one that it does not tell. */
  readonly versionVariables?: readonly string[];
  /** Directories put in front of PATH. */
  readonly path?: readonly string[];
  readonly workdir?: string | undefined;
  readonly volumes?: readonly string[];
  readonly commands?: readonly string[];
}

/** Facts that hold for some tags only: all conditions must hold. A tag without a version meets no version condition. */
export interface TagRule {
  readonly tag?: RegExp;
  /** Lowest version that meets the condition. */
  readonly from?: string;
  /** First version that does not meet it any more. */
  readonly before?: string;
  /** These facts stand alone: neither the image's nor those of earlier rules hold. */
  readonly replaces?: true;
  readonly facts: PartialFacts;
}

export interface KnownImage extends PartialFacts {
  /** The tag's version is the release of this distribution, as in `alpine:3.20`. */
  readonly isDistribution?: boolean;
  /** The release that `latest` is, of an image that is not made any more. */
  readonly latest?: string;
  /** Its publisher's facts are known well enough that what is not said here is as in a plain base. */
  readonly official?: false;
  /** Variants without `slim`, `alpine` and the like have these commands. */
  readonly fullCommands?: readonly string[];
  /** SHELL of its windowsservercore variants. */
  readonly servercoreShell?: 'powershell';
  /** Facts of its Linux variants by tag. */
  readonly rules?: readonly TagRule[];
}

const debian = { family: 'debian', distribution: 'debian' } as const;
const ubuntu = { family: 'debian', distribution: 'ubuntu' } as const;
const alpine = { family: 'alpine', distribution: 'alpine' } as const;
const utf8 = { LANG: 'C.UTF-8' } as const;
const root = { user: 'root', home: '/root' } as const;
/** Which distribution it is depends on the tag or the time. */
const someDebian = { family: 'debian', distribution: undefined } as const;

const temurinEnv = { LANG: 'en_US.UTF-8', LANGUAGE: 'en_US:en', LC_ALL: 'en_US.UTF-8' } as const;

const dotnet: KnownImage = {
  ...root,
  ...someDebian,
  env: { DOTNET_RUNNING_IN_CONTAINER: 'true' },
  alsoSet: ['DOTNET_VERSION', 'ASPNET_VERSION'],
  rules: [
    { from: '6.0', before: '7.0', facts: { ...debian, release: 'bullseye' } },
    { from: '8.0', before: '10.0', facts: { ...debian, release: 'bookworm' } },
    { from: '10.0', before: '11.0', facts: { ...ubuntu, release: 'noble' } },
    { from: '8.0', facts: { env: { APP_UID: '1654', ASPNETCORE_HTTP_PORTS: '8080' } } },
    { before: '8.0', facts: { env: { ASPNETCORE_URLS: 'http://+:80' } } },
    { tag: /chiseled|distroless/, from: '8.0', facts: { user: '1654', home: '/home/app' } },
    { tag: /chiseled|distroless/, before: '8.0', facts: { user: undefined, home: undefined } },
    { tag: /alpine/, facts: { env: { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: 'true' } } },
    { tag: /extra|chiseled|distroless/, facts: { alsoSet: ['DOTNET_SYSTEM_GLOBALIZATION_INVARIANT'] } },
  ],
};

const dotnetSdk: KnownImage = {
  ...dotnet,
  env: { ...dotnet.env, DOTNET_USE_POLLING_FILE_WATCHER: 'true', NUGET_XMLDOC_MODE: 'skip' },
  alsoSet: [...dotnet.alsoSet!, 'DOTNET_SDK_VERSION', 'POWERSHELL_DISTRIBUTION_CHANNEL'],
  commands: ['curl', 'dotnet', 'git'],
  rules: [
    ...dotnet.rules!,
    { from: '8.0', facts: { alsoSet: ['ASPNETCORE_HTTP_PORTS'] } },
    { before: '8.0', facts: { alsoSet: ['ASPNETCORE_URLS'] } },
    { from: '6.0', facts: { env: { DOTNET_NOLOGO: 'true', DOTNET_GENERATE_ASPNET_CERTIFICATE: 'false' } } },
    { tag: /alpine/, facts: { env: { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: 'false' } } },
  ],
};

/** Images of the time before .NET 5; Debian or Windows by tag. */
const oldDotnet: KnownImage = { ...root, ...someDebian, official: false, commands: ['dotnet'] };

const distroless: KnownImage = {
  family: 'distroless',
  distribution: 'debian',
  libc: 'glibc',
  ...root,
  env: { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' },
  rules: [
    { tag: /nonroot/, facts: { user: '65532', home: '/home/nonroot', workdir: '/home/nonroot' } },
    { tag: /debug/, facts: { alsoSet: ['PATH'] } },
  ],
};

const conda: KnownImage = {
  ...someDebian,
  ...root,
  env: { ...utf8, LC_ALL: 'C.UTF-8' },
  path: ['/opt/conda/bin'],
  commands: ['conda', 'pip', 'python'],
};

const jovyan: KnownImage = {
  ...ubuntu,
  official: false,
  user: 'jovyan',
  home: '/home/jovyan',
  env: { CONDA_DIR: '/opt/conda', NB_USER: 'jovyan' },
  workdir: '/home/jovyan',
  commands: ['conda', 'pip', 'python'],
};

const tools: KnownImage = { ...alpine, official: false };
const nonRootBitnami: KnownImage = { ...debian, official: false, user: '1001' };
const ubi: KnownImage = { family: 'rhel', distribution: 'ubi', ...root };
const java = { alsoSet: ['JAVA_HOME', 'JAVA_VERSION'], commands: ['java'] } as const;

/** By familiar name. */
export const knownImages: Readonly<Record<string, KnownImage>> = {
  // Distributions
  debian: { ...debian, ...root, isDistribution: true },
  ubuntu: { ...ubuntu, ...root, isDistribution: true },
  alpine: { ...alpine, ...root, isDistribution: true },
  busybox: {
    family: 'busybox',
    distribution: 'busybox',
    libc: 'unknown',
    ...root,
    rules: [
      { tag: /musl/, facts: { libc: 'musl' } },
      { tag: /glibc/, facts: { libc: 'glibc' } },
      { tag: /uclibc/, facts: { libc: 'unknown' } },
    ],
  },
  fedora: { family: 'rhel', distribution: 'fedora', ...root, isDistribution: true, commands: ['curl', 'dnf', 'tar'] },
  centos: {
    family: 'rhel',
    distribution: 'centos',
    ...root,
    isDistribution: true,
    // No tag has moved since the image was given up in 2021.
    latest: '8',
    commands: ['curl', 'tar', 'yum'],
  },
  rockylinux: { family: 'rhel', distribution: 'rockylinux', ...root, isDistribution: true, commands: ['curl', 'dnf'] },
  'rockylinux/rockylinux': { family: 'rhel', distribution: 'rockylinux', ...root, isDistribution: true },
  almalinux: { family: 'rhel', distribution: 'almalinux', ...root, isDistribution: true, commands: ['curl', 'dnf'] },
  oraclelinux: { family: 'rhel', distribution: 'oraclelinux', ...root, isDistribution: true, commands: ['curl'] },
  amazonlinux: { family: 'rhel', distribution: 'amazonlinux', ...root, isDistribution: true, commands: ['curl'] },
  archlinux: { family: 'arch', distribution: 'archlinux', ...root, commands: ['curl'] },
  opensuse: { family: 'suse', distribution: 'opensuse', ...root },
  'opensuse/leap': { family: 'suse', distribution: 'opensuse', ...root, isDistribution: true },
  'opensuse/tumbleweed': { family: 'suse', distribution: 'opensuse', release: 'tumbleweed', ...root },
  'registry.access.redhat.com/ubi8': { ...ubi, release: '8', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'registry.access.redhat.com/ubi8/ubi': { ...ubi, release: '8', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'registry.access.redhat.com/ubi8-minimal': { ...ubi, release: '8', commands: ['curl', 'microdnf'] },
  'registry.access.redhat.com/ubi8/ubi-minimal': { ...ubi, release: '8', commands: ['curl', 'microdnf'] },
  'registry.access.redhat.com/ubi9': { ...ubi, release: '9', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'registry.access.redhat.com/ubi9/ubi': { ...ubi, release: '9', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'registry.access.redhat.com/ubi9-minimal': { ...ubi, release: '9', commands: ['curl', 'microdnf'] },
  'registry.access.redhat.com/ubi9/ubi-minimal': { ...ubi, release: '9', commands: ['curl', 'microdnf'] },
  'redhat/ubi8': { ...ubi, release: '8', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'redhat/ubi9': { ...ubi, release: '9', commands: ['curl', 'dnf', 'tar', 'yum'] },
  'quay.io/centos/centos': { family: 'rhel', distribution: 'centos', ...root, isDistribution: true, commands: ['dnf'] },
  'buildpack-deps': {
    ...debian,
    ...root,
    rules: [
      { tag: /(?:^|-)curl$/, facts: { commands: curlCommands } },
      { tag: /(?:^|-)scm$/, facts: { commands: scmCommands } },
      { tag: /^(?!.*-?(?:curl|scm)$)/, facts: { commands: buildpackCommands } },
    ],
  },
  'phusion/baseimage': { ...ubuntu, official: false, ...root, workdir: '/' },
  'bitnami/minideb': { ...debian, ...root },
  'gliderlabs/alpine': { ...alpine, ...root, isDistribution: true },
  'frolvlad/alpine-glibc': { ...alpine, libc: 'unknown', ...root, isDistribution: true },
  'nvidia/cuda': { family: 'unknown', official: false, ...root, workdir: '/' },

  // Languages
  node: {
    ...debian,
    ...root,
    versionVariables: ['NODE_VERSION'],
    fullCommands: buildpackCommands,
    commands: ['node', 'npm'],
    rules: [
      { from: '8.2', facts: { commands: ['npx'] } },
      { from: '6', before: '26', facts: { alsoSet: ['YARN_VERSION'], commands: ['yarn'] } },
      { from: '16.9', before: '25', facts: { commands: ['corepack'] } },
    ],
  },
  'mhart/alpine-node': {
    ...alpine,
    ...root,
    alsoSet: [
      'CFLAGS',
      'CONFIG_FLAGS',
      'DEL_PKGS',
      'NODE_BUILD_PYTHON',
      'NPM_VERSION',
      'RM_DIRS',
      'VERSION',
      'YARN_VERSION',
    ],
    commands: ['node'],
  },
  'keymetrics/pm2': {
    family: 'unknown',
    ...root,
    alsoSet: ['NODE_VERSION', 'NPM_CONFIG_LOGLEVEL', 'YARN_VERSION'],
    commands: ['node', 'npm'],
  },
  python: {
    ...debian,
    ...root,
    path: ['/usr/local/bin'],
    versionVariables: ['PYTHON_VERSION'],
    fullCommands: buildpackCommands,
    servercoreShell: 'powershell',
    commands: ['pip', 'python'],
    rules: [
      { before: '3.13', facts: { env: utf8 } },
      { from: '3', facts: { commands: ['pip3', 'python3'] } },
    ],
  },
  pypy: { ...debian, ...root, path: ['/opt/pypy/bin'], fullCommands: buildpackCommands, commands: ['pypy3'] },
  golang: {
    ...debian,
    ...root,
    env: { GOPATH: '/go' },
    path: ['/go/bin', '/usr/local/go/bin'],
    versionVariables: ['GOLANG_VERSION'],
    workdir: '/go',
    fullCommands: [...scmCommands, 'g++', 'gcc', 'make', 'pkg-config'],
    servercoreShell: 'powershell',
    commands: ['go', 'gofmt'],
    rules: [
      { from: '1.21.1', facts: { env: { GOTOOLCHAIN: 'local' } } },
      // The tags 1 and 1.21 move with their patch releases.
      { tag: /^(?:1(?:\.21)?(?:-|$)|(?!\d))/, facts: { env: { GOTOOLCHAIN: 'local' } } },
    ],
  },
  rust: {
    ...debian,
    ...root,
    env: { CARGO_HOME: '/usr/local/cargo', RUSTUP_HOME: '/usr/local/rustup' },
    path: ['/usr/local/cargo/bin'],
    versionVariables: ['RUST_VERSION'],
    fullCommands: buildpackCommands,
    commands: ['cargo', 'gcc', 'rustc', 'rustup'],
  }, // Built FROM rust with one more program (LukeMathWalker/cargo-chef).
  'lukemathwalker/cargo-chef': {
    ...debian,
    ...root,
    env: { CARGO_HOME: '/usr/local/cargo', RUSTUP_HOME: '/usr/local/rustup' },
    path: ['/usr/local/cargo/bin'],
    versionVariables: ['RUST_VERSION'],
    fullCommands: buildpackCommands,
    commands: ['cargo', 'gcc', 'rustc', 'rustup'],
  },
  ruby: {
    ...debian,
    ...root,
    env: utf8,
    versionVariables: ['RUBY_VERSION'],
    fullCommands: buildpackCommands,
    commands: ['gem', 'ruby'],
    rules: [
      // 2.3 to 2.6 had further BUNDLE_ variables for part of their time.
      { from: '2.3', before: '2.7', facts: { alsoSet: ['BUNDLE_BIN', 'BUNDLE_PATH'] } },
      {
        tag: /^(?!(?:1|2\.[0-2])(?:[.-]|$))/,
        facts: {
          env: {
            BUNDLE_APP_CONFIG: '/usr/local/bundle',
            BUNDLE_SILENCE_ROOT_WARNING: '1',
            GEM_HOME: '/usr/local/bundle',
          },
          path: ['/usr/local/bundle/bin'],
          commands: ['bundle'],
        },
      },
    ],
  },
  php: {
    ...debian,
    ...root,
    env: { PHP_INI_DIR: '/usr/local/etc/php' },
    alsoSet: ['GPG_KEYS', 'PHP_ASC_URL', 'PHP_CFLAGS', 'PHP_CPPFLAGS', 'PHP_LDFLAGS', 'PHP_SHA256', 'PHP_URL'],
    versionVariables: ['PHP_VERSION'],
    fullCommands: ['autoconf', 'curl', 'file', 'g++', 'gcc', 'make', 'pkg-config', 're2c', 'xz'],
    commands: ['curl', 'docker-php-ext-install', 'pecl', 'php'],
    rules: [
      { tag: /fpm|apache/, facts: { workdir: '/var/www/html' } },
      {
        tag: /^(?!.*alpine)/,
        facts: {
          env: {
            PHPIZE_DEPS: 'autoconf \t\tdpkg-dev \t\tfile \t\tg++ \t\tgcc \t\tlibc-dev \t\tmake \t\tpkg-config \t\tre2c',
          },
        },
      },
      {
        tag: /alpine/,
        facts: {
          env: {
            PHPIZE_DEPS:
              'autoconf \t\tdpkg-dev dpkg \t\tfile \t\tg++ \t\tgcc \t\tlibc-dev \t\tmake \t\tpkgconf \t\tre2c',
          },
        },
      },
      // Older ones had a shorter list.
      { before: '7.2', facts: { alsoSet: ['PHPIZE_DEPS'] } },
    ],
  },
  composer: {
    ...alpine,
    ...root,
    env: { COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_HOME: '/tmp', PHP_INI_DIR: '/usr/local/etc/php' },
    versionVariables: ['COMPOSER_VERSION'],
    alsoSet: ['PHPIZE_DEPS', 'PHP_VERSION'],
    workdir: '/app',
    commands: ['bash', 'composer', 'git', 'make', 'patch', 'php', 'ssh', 'unzip', 'zip'],
    rules: [
      {
        tag: /(?:^|-)bin$/,
        replaces: true,
        facts: { family: 'scratch', libc: 'none', user: 'root' },
      },
    ],
  },
  elixir: { ...debian, ...root, env: utf8, alsoSet: ['ELIXIR_VERSION', 'OTP_VERSION'], commands: ['elixir', 'mix'] },
  erlang: { ...debian, ...root, alsoSet: ['OTP_VERSION', 'REBAR3_VERSION'], commands: ['erl'] },
  perl: {
    ...debian,
    ...root,
    workdir: undefined,
    official: false,
    fullCommands: buildpackCommands,
    commands: ['cpanm'],
  },
  swift: { ...ubuntu, ...root, alsoSet: ['SWIFT_VERSION'], commands: ['swift'] },
  haskell: { ...debian, ...root, env: utf8, alsoSet: ['PATH'], commands: ['cabal', 'ghc', 'stack'] },
  clojure: { ...someDebian, ...root, official: false, alsoSet: ['JAVA_HOME', 'PATH'], commands: ['java'] },
  julia: {
    ...debian,
    ...root,
    env: { JULIA_PATH: '/usr/local/julia' },
    path: ['/usr/local/julia/bin'],
    versionVariables: ['JULIA_VERSION'],
    servercoreShell: 'powershell',
    commands: ['julia'],
  },
  gcc: { ...debian, ...root, fullCommands: buildpackCommands, commands: ['g++', 'gcc'], alsoSet: ['GCC_VERSION'] },
  'r-base': { ...debian, ...root, env: { LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' }, commands: ['R', 'Rscript'] },
  'oven/bun': {
    ...debian,
    ...root,
    env: { BUN_INSTALL_BIN: '/usr/local/bin', BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0' },
    workdir: '/home/bun/app',
    commands: ['bun', 'bunx', 'node'],
  },
  'denoland/deno': {
    ...debian,
    official: false,
    env: { DENO_DIR: '/deno-dir/', DENO_INSTALL_ROOT: '/usr/local' },
    versionVariables: ['DENO_VERSION'],
    commands: ['deno'],
    rules: [
      { tag: /(?:^|-)(?:1\.(?:1[1-9]|[2-9]\d)|[2-9])(?:\.\d+)*$/, facts: root },
      { tag: /^(?!.*\d)/, facts: root },
      { tag: /^bin/, replaces: true, facts: { family: 'scratch', libc: 'none', user: 'root' } },
      // glibc copied in next to musl.
      { tag: /alpine/, facts: { libc: 'unknown' } },
    ],
  },
  'ghcr.io/astral-sh/uv': {
    family: 'scratch',
    libc: 'none',
    ...root,
    workdir: '/io',
    commands: ['uv', 'uvx'],
    rules: [
      {
        tag: /debian|alpine|python|bookworm|bullseye|trixie/,
        facts: { ...someDebian, libc: undefined, workdir: '/', alsoSet: ['UV_TOOL_BIN_DIR'] },
      },
      { tag: /python/, facts: { ...debian, commands: ['pip', 'python'], alsoSet: ['LANG', 'PATH', 'PYTHON_VERSION'] } },
    ],
  },

  // Java
  openjdk: {
    family: 'unknown',
    ...root,
    ...java,
    env: utf8,
    alsoSet: ['JAVA_HOME', 'JAVA_VERSION', 'PATH'],
    servercoreShell: 'powershell',
    rules: [
      { before: '12', facts: { ...debian } },
      { from: '12', facts: { family: 'rhel', distribution: 'oraclelinux' } },
      { tag: /slim/, facts: { ...debian } },
    ],
  },
  java: { ...debian, ...root, ...java, env: utf8 },
  'eclipse-temurin': {
    ...ubuntu,
    ...root,
    env: { ...temurinEnv, JAVA_HOME: '/opt/java/openjdk' },
    path: ['/opt/java/openjdk/bin'],
    alsoSet: ['JAVA_VERSION'],
    servercoreShell: 'powershell',
    commands: ['java'],
  },
  amazoncorretto: { family: 'rhel', distribution: 'amazonlinux', ...root, ...java, env: utf8 },
  maven: {
    family: 'unknown',
    ...root,
    ...java,
    env: { MAVEN_CONFIG: '/root/.m2', MAVEN_HOME: '/usr/share/maven' },
    alsoSet: ['JAVA_HOME', 'JAVA_VERSION', 'LANG', 'PATH'],
    commands: ['java', 'mvn'],
    rules: [
      { from: '3.9', facts: { ...ubuntu } },
      { tag: /temurin|adoptopenjdk|sapmachine|ibmjava|semeru/, facts: { ...ubuntu } },
      { tag: /^(?:3(?:-|$)|latest$)/, facts: { ...someDebian } },
      { tag: /slim|(?:^|-)jdk-(?:[789]|1[01])(?:-|$)|openjdk-(?:8|11)(?:-|$)/, facts: { ...debian } },
      { tag: /liberica|azulzulu/, facts: { ...someDebian } },
      { tag: /corretto/, facts: { family: 'rhel', distribution: 'amazonlinux' } },
      { tag: /corretto.*-debian/, facts: { ...debian } },
      { tag: /graalvm|openjdk-(?:1[2-9]|2\d)(?!.*slim)/, facts: { family: 'rhel', distribution: 'oraclelinux' } },
      { before: '3.5.2', facts: { volumes: ['/root/.m2'] } },
    ],
  },
  gradle: {
    ...someDebian,
    env: { GRADLE_HOME: '/opt/gradle' },
    alsoSet: ['JAVA_HOME', 'JAVA_VERSION', 'LANG', 'PATH'],
    versionVariables: ['GRADLE_VERSION'],
    workdir: '/home/gradle',
    // /root/.gradle is a symbolic link to it.
    volumes: ['/home/gradle/.gradle'],
    commands: ['git', 'gradle', 'java', 'unzip', 'wget'],
    rules: [
      { from: '5.5', facts: root },
      { tag: /^(?!\d)/, facts: root },
      { from: '3.5', before: '5.4', facts: { user: 'gradle', home: '/home/gradle' } },
      { from: '7', facts: { ...ubuntu } },
      { tag: /corretto/, facts: { family: 'rhel', distribution: 'amazonlinux' } },
      { tag: /graal/, facts: { family: 'unknown', distribution: undefined } },
      { tag: /ubi/, facts: { family: 'rhel', distribution: 'ubi' } },
    ],
  },
  sapmachine: { ...ubuntu, ...root, ...java },
  ibmjava: { ...ubuntu, ...root, ...java },
  tomcat: {
    ...someDebian,
    ...root,
    ...java,
    env: { CATALINA_HOME: '/usr/local/tomcat' },
    alsoSet: ['JAVA_HOME', 'JAVA_VERSION', 'LANG', 'PATH'],
    workdir: '/usr/local/tomcat',
    rules: [{ tag: /corretto/, facts: { family: 'rhel', distribution: 'amazonlinux' } }],
  },
  jetty: {
    ...someDebian,
    ...java,
    official: false,
    env: { JETTY_BASE: '/var/lib/jetty', JETTY_HOME: '/usr/local/jetty' },
  },

  // Servers and data stores
  nginx: { ...debian, ...root, alsoSet: ['NGINX_VERSION', 'NJS_VERSION', 'PKG_RELEASE'], commands: ['nginx'] },
  'nginxinc/nginx-unprivileged': { ...debian, official: false, commands: ['nginx'] },
  httpd: {
    ...debian,
    ...root,
    env: { HTTPD_PREFIX: '/usr/local/apache2' },
    path: ['/usr/local/apache2/bin'],
    versionVariables: ['HTTPD_VERSION'],
    workdir: '/usr/local/apache2',
    commands: ['httpd'],
  },
  caddy: {
    ...alpine,
    ...root,
    alsoSet: ['CADDY_VERSION'],
    commands: ['caddy'],
    rules: [
      {
        tag: /^(?!.*builder)/,
        facts: { env: { XDG_CONFIG_HOME: '/config', XDG_DATA_HOME: '/data' }, workdir: '/srv' },
      },
      {
        tag: /builder/,
        facts: {
          env: { GOPATH: '/go', GOTOOLCHAIN: 'local' },
          alsoSet: ['GOLANG_VERSION', 'PATH', 'XCADDY_VERSION'],
          workdir: '/usr/bin',
          commands: ['git', 'go', 'xcaddy'],
        },
      },
    ],
  },
  haproxy: { ...debian, official: false },
  traefik: { ...alpine, official: false },
  redis: { ...debian, ...root, versionVariables: ['REDIS_VERSION'], workdir: '/data', volumes: ['/data'] },
  postgres: {
    ...debian,
    ...root,
    alsoSet: ['LANG', 'PATH', 'PG_MAJOR', 'PG_VERSION', 'PGDATA'],
    volumes: ['/var/lib/postgresql'],
    rules: [{ before: '18', facts: { volumes: ['/var/lib/postgresql/data'] } }],
  },
  mysql: {
    family: 'unknown',
    ...root,
    alsoSet: ['MYSQL_MAJOR', 'MYSQL_VERSION'],
    volumes: ['/var/lib/mysql'],
    rules: [
      { tag: /oracle/, facts: { family: 'rhel', distribution: 'oraclelinux' } },
      { before: '5.7', facts: { ...debian } },
    ],
  },
  mariadb: { ...ubuntu, ...root, alsoSet: ['MARIADB_VERSION'], volumes: ['/var/lib/mysql'] },
  mongo: {
    ...someDebian,
    user: 'root',
    alsoSet: ['HOME', 'MONGO_MAJOR', 'MONGO_VERSION'],
    volumes: ['/data/configdb', '/data/db'],
  },
  memcached: { ...debian, user: 'memcache', alsoSet: ['MEMCACHED_VERSION'] },
  rabbitmq: {
    ...someDebian,
    user: 'root',
    alsoSet: ['PATH', 'RABBITMQ_VERSION', 'HOME'],
    volumes: ['/var/lib/rabbitmq'],
  },
  wordpress: {
    ...debian,
    ...root,
    env: { PHP_INI_DIR: '/usr/local/etc/php' },
    alsoSet: ['PHPIZE_DEPS', 'PHP_VERSION'],
    workdir: '/var/www/html',
    volumes: ['/var/www/html'],
    commands: ['curl', 'php'],
    rules: [{ tag: /^cli/, facts: { ...alpine, user: undefined, home: undefined, volumes: [] } }],
  },
  elasticsearch: {
    family: 'unknown',
    official: false,
    workdir: '/usr/share/elasticsearch',
    rules: [{ from: '8', facts: { user: 'elasticsearch', home: '/usr/share/elasticsearch' } }],
  },
  kibana: { family: 'unknown', official: false, rules: [{ from: '5', facts: { workdir: '/usr/share/kibana' } }] },
  solr: {
    ...someDebian,
    official: false,
    rules: [
      { from: '6', facts: { user: 'solr', workdir: '/opt/solr' } },
      { from: '8', facts: { volumes: ['/var/solr'] } },
    ],
  },
  'jenkins/jenkins': {
    ...debian,
    official: false,
    user: 'jenkins',
    home: '/var/jenkins_home',
    env: { JENKINS_HOME: '/var/jenkins_home' },
    alsoSet: ['JAVA_HOME', 'JENKINS_VERSION', 'LANG', 'PATH'],
    volumes: ['/var/jenkins_home'],
    commands: ['curl', 'git', 'java', 'unzip'],
  },
  docker: { ...alpine, ...root, alsoSet: ['DOCKER_VERSION'], commands: ['docker'] },

  // Python environments
  'condaforge/miniforge3': { ...conda, ...ubuntu, env: { ...conda.env, CONDA_DIR: '/opt/conda' } },
  'condaforge/mambaforge': { ...conda, ...ubuntu, env: { ...conda.env, CONDA_DIR: '/opt/conda' } },
  'continuumio/miniconda3': {
    ...conda,
    ...debian,
    rules: [{ tag: /alpine/, facts: { libc: 'unknown', user: undefined, home: undefined } }],
  },
  'continuumio/miniconda': { ...conda, ...debian },
  'continuumio/anaconda3': { ...conda, ...debian },
  'mambaorg/micromamba': {
    ...debian,
    official: false,
    user: 'mambauser',
    home: '/home/mambauser',
    env: {
      ...utf8,
      ENV_NAME: 'base',
      LC_ALL: 'C.UTF-8',
      MAMBA_EXE: '/bin/micromamba',
      MAMBA_ROOT_PREFIX: '/opt/conda',
      MAMBA_USER: 'mambauser',
    },
    workdir: '/tmp',
    commands: ['micromamba'],
    rules: [
      { before: '1', facts: { user: undefined, home: undefined, workdir: undefined } },
      { tag: /alpine/, facts: { libc: 'unknown' } },
    ],
  },
  'tensorflow/tensorflow': { ...ubuntu, official: false, ...root, workdir: '/', commands: ['pip', 'python'] },
  'apache/airflow': {
    ...debian,
    official: false,
    user: 'airflow',
    home: '/home/airflow',
    env: { AIRFLOW_HOME: '/opt/airflow' },
    workdir: '/opt/airflow',
    commands: ['pip', 'python'],
  },

  // .NET and Windows
  'mcr.microsoft.com/dotnet/sdk': dotnetSdk,
  'mcr.microsoft.com/dotnet/aspnet': { ...dotnet, commands: ['dotnet'] },
  'mcr.microsoft.com/dotnet/runtime': { ...dotnet, commands: ['dotnet'] },
  'mcr.microsoft.com/dotnet/runtime-deps': { ...dotnet, alsoSet: [] },
  'mcr.microsoft.com/dotnet/core/sdk': { ...oldDotnet, env: { NUGET_XMLDOC_MODE: 'skip' } },
  'mcr.microsoft.com/dotnet/core/aspnet': oldDotnet,
  'mcr.microsoft.com/dotnet/core/runtime': oldDotnet,
  'mcr.microsoft.com/dotnet/core/runtime-deps': { ...oldDotnet, commands: [] },
  'microsoft/dotnet': oldDotnet,
  'microsoft/aspnetcore': oldDotnet,
  // aspnet/aspnet-docker, 1.0 and 1.1: Node comes with it.
  'microsoft/aspnetcore-build': {
    ...oldDotnet,
    rules: [{ from: '1.0', before: '2.0', facts: { workdir: '/', commands: ['dotnet', 'node', 'npm'] } }],
  },
  'mcr.microsoft.com/playwright': { ...ubuntu, official: false, ...root, workdir: '/', commands: ['node', 'npm'] },
  'mcr.microsoft.com/playwright/python': { ...ubuntu, official: false, ...root, workdir: '/', commands: ['python'] },

  // Continuous integration
  'cypress/base': { ...debian, official: false, ...root, commands: ['node', 'npm', 'yarn'] },
  'cypress/browsers': { ...debian, official: false, ...root, commands: ['node', 'npm', 'yarn'] },
  'cypress/included': { ...debian, official: false, ...root, commands: ['node', 'npm', 'yarn'] },
  'hashicorp/terraform': { ...alpine, official: false, ...root, workdir: '/', commands: ['git', 'ssh', 'terraform'] },
};

/** By the start of the familiar name, for publishers whose images are alike; the exact names above come first. */
export const knownPrefixes: readonly (readonly [prefix: string, facts: KnownImage])[] = [
  ['gcr.io/distroless/static', { ...distroless, libc: 'none' }],
  ['gcr.io/distroless/', distroless],
  ['bitnami/postgresql', nonRootBitnami],
  ['bitnami/redis', nonRootBitnami],
  ['bitnami/mariadb', nonRootBitnami],
  ['bitnami/mysql', nonRootBitnami],
  ['bitnami/mongodb', nonRootBitnami],
  ['bitnami/nginx', nonRootBitnami],
  ['bitnami/apache', nonRootBitnami],
  ['bitnami/tomcat', nonRootBitnami],
  ['bitnami/kafka', nonRootBitnami],
  ['bitnami/zookeeper', nonRootBitnami],
  ['bitnami/rabbitmq', nonRootBitnami],
  ['bitnami/keycloak', nonRootBitnami],
  ['bitnami/', { ...debian, official: false }],
  [
    'cimg/',
    { ...ubuntu, official: false, user: 'circleci', home: '/home/circleci', workdir: '/home/circleci/project' },
  ],
  ['circleci/', { ...someDebian, official: false, user: 'circleci', home: '/home/circleci' }],
  ['jupyter/', jovyan],
  ['quay.io/jupyter/', jovyan],
  [
    'selenium/',
    { ...someDebian, official: false, rules: [{ from: '4', facts: { user: 'seluser', home: '/home/seluser' } }] },
  ],
  ['hashicorp/', tools],
  [
    'docker.elastic.co/elasticsearch/elasticsearch',
    {
      family: 'unknown',
      official: false,
      rules: [{ from: '8', facts: { user: 'elasticsearch', home: '/usr/share/elasticsearch' } }],
    },
  ],
];
