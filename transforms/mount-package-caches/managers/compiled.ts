import type { CacheManager } from '../../../src/cache-mounts/index.js';

/**
 * Managers whose folder later steps compile and run from: every later step that may read it gets the mount, or none.
 * Sources: go help environment; the Cargo book, Cargo home; Maven's settings reference; Gradle's directory layout;
 * sbt's and coursier's cache pages; NuGet's global packages folder.
 */
const needed = { needed: true } as const;

export const go: CacheManager = {
  ...needed,
  name: 'go',
  label: 'Go module',
  tools: /^go$/,
  fills: /^(build|install|mod download|mod vendor|mod tidy|mod verify|test|generate|run|vet|get|list|tool)$/,
  readers: /./,
  folders: [
    {
      name: 'go-mod',
      path: '~/go/pkg/mod',
      movers: [{ environment: 'GOMODCACHE' }, { environment: 'GOPATH', append: '/pkg/mod', list: true }],
    },
  ],
  offlineEnvironment: { GOPROXY: /^off\b/ },
  runners: /^(air|reflex|fresh|realize|dlv|CompileDaemon|gin|modd|entr|nodemon|watchexec)$/,
  cleaners: /^clean -modcache$/,
  configures: /^env .*(GOMODCACHE|GOPATH)=|^clean .*-modcache .|^clean -\w+ -modcache/,
  skip: (invocation) =>
    invocation.options.some(({ name, value }) => name === '-mod' && value === 'vendor')
      ? 'builds from vendor/'
      : undefined,
};

export const cargo: CacheManager = {
  ...needed,
  name: 'cargo',
  label: 'Cargo registry',
  tools: /^cargo$/,
  fills:
    /^(build|b|check|c|clippy|rustc|doc|install|fetch|update|generate-lockfile|vendor|run|r|test|t|bench|chef|chef cook|tree|metadata|binstall)$/,
  readers: /./,
  folders: [
    { name: 'cargo-registry', path: '~/.cargo/registry', movers: [{ environment: 'CARGO_HOME', append: '/registry' }] },
    { name: 'cargo-git', path: '~/.cargo/git/db', movers: [{ environment: 'CARGO_HOME', append: '/git/db' }] },
  ],
  offline: /^--(offline|frozen)$/,
  offlineEnvironment: { CARGO_NET_OFFLINE: /^true$/ },
  runners: /^(cargo-watch|watchexec|bacon)$/,
};

/** `mvn --version` and the like use no repository; a wrapper still downloads the program that it stands for. */
const asksOnly: NonNullable<CacheManager['skip']> = ({ tool, args }) =>
  !/w$/.test(tool ?? '') && args.length > 0 && args.every(({ text }) => /^(-v|--version|-h|--help|-q)$/.test(text))
    ? 'asks for the version only'
    : undefined;

export const maven: CacheManager = {
  ...needed,
  name: 'maven',
  label: 'Maven',
  tools: /^(mvn|mvnw|mvnd)$/,
  fills: /^/,
  folders: [
    { name: 'maven', path: '~/.m2/repository', movers: [{ option: '-Dmaven.repo.local' }] },
    {
      name: 'maven-wrapper',
      path: '~/.m2/wrapper',
      movers: [{ environment: 'MAVEN_USER_HOME', append: '/wrapper' }],
      tools: /^mvnw$/,
    },
  ],
  locked: true,
  offline: /^(-o|--offline)$/,
  offlineEnvironment: { MAVEN_ARGS: /(^|\s)(-o|--offline)(\s|$)/ },
  skip: asksOnly,
  configFiles: [
    { name: /(^|\/)settings\.xml$/, setting: /<localRepository>/ },
    { name: /(^|\/)\.mvn\/(maven\.config|jvm\.config)$/, setting: /maven\.repo\.local/ },
  ],
};

export const gradle: CacheManager = {
  ...needed,
  name: 'gradle',
  label: 'Gradle',
  tools: /^(gradle|gradlew)$/,
  fills: /^/,
  folders: ['caches', 'wrapper'].map((part) => ({
    name: `gradle-${part}`,
    path: `~/.gradle/${part}`,
    // The image's Dockerfile makes /root/.gradle a link to this folder.
    inImages: { gradle: `/home/gradle/.gradle/${part}` },
    movers: [
      { option: '--gradle-user-home', append: `/${part}` },
      { option: '-g', append: `/${part}` },
      { environment: 'GRADLE_USER_HOME', append: `/${part}` },
    ],
    ...(part === 'wrapper' ? { tools: /^gradlew$/ } : {}),
  })),
  locked: true,
  offline: /^--offline$/,
  skip: asksOnly,
};

export const sbt: CacheManager = {
  ...needed,
  name: 'sbt',
  label: 'sbt',
  tools: /^sbt$/,
  fills: /^/,
  folders: [
    {
      name: 'coursier',
      path: '~/.cache/coursier',
      movers: [{ environment: 'COURSIER_CACHE' }, { environment: 'XDG_CACHE_HOME', append: '/coursier' }],
    },
    { name: 'sbt-boot', path: '~/.sbt/boot', movers: [{ option: '-Dsbt.boot.directory' }] },
    { name: 'ivy', path: '~/.ivy2/cache', movers: [{ option: '-Dsbt.ivy.home', append: '/cache' }] },
  ],
  locked: true,
};

export const nuget: CacheManager = {
  ...needed,
  name: 'nuget',
  label: 'NuGet',
  tools: /^dotnet$/,
  fills: /^(restore|build|publish|test|pack|run|watch|msbuild|add package|tool install|tool restore)$/,
  readers: /^(clean|vstest|ef)$/,
  folders: [
    { name: 'nuget', path: '~/.nuget/packages', movers: [{ option: '--packages' }, { environment: 'NUGET_PACKAGES' }] },
  ],
  offline: /^--no-(restore|build)$/,
  cleaners: /^nuget locals all\b/,
  configFiles: [{ name: /(^|\/)nuget\.config$/i, setting: /globalPackagesFolder/i }],
};
