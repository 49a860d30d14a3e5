/** What takes the time of a step. */
export type Kind = 'system-install' | 'dependency-install' | 'build';

export type Ecosystem = 'node' | 'python' | 'go' | 'rust' | 'java' | 'dotnet' | 'php' | 'ruby' | 'elixir';

export interface Rule {
  readonly tools: readonly string[];
  /** The words after the program; `*`: any, `''`: none, `build*`: a word that starts so. */
  readonly uses: readonly string[];
  readonly kind: Kind;
  /** Whose dependencies are installed; of a build: by the way, where nothing did before. */
  readonly ecosystem?: Ecosystem;
  /** Options with which it installs none. */
  readonly unless?: readonly string[];
  /** Options with which it leaves the project itself out: the same tool, run again once the sources are there, only finishes. */
  readonly leavesOut?: readonly string[];
}

/** Commands by kind; the first rule that fits counts. The names are those of the managers' own manuals. */
export const RULES: readonly Rule[] = [
  rule('system-install', 'apt-get apt aptitude', 'install|update|upgrade|dist-upgrade|full-upgrade|build-dep'),
  rule('system-install', 'apk', 'add|update|upgrade'),
  rule(
    'system-install',
    'yum dnf microdnf tdnf',
    'install|update|upgrade|groupinstall|localinstall|makecache|module|swap',
  ),
  rule('system-install', 'zypper', 'install|in|update|refresh|ref'),
  rule('system-install', 'pacman', '*'),
  rule('system-install', 'docker-php-ext-install install-php-extensions', '*'),
  rule('system-install', 'pecl', 'install'),
  rule('dependency-install', 'npm', 'ci|install|i|in|ins|add|clean-install|install-clean|ic', 'node', '-g --global'),
  rule('dependency-install', 'yarn', '|install|add|workspaces focus', 'node'),
  rule('dependency-install', 'pnpm', 'install|i|add|fetch|ci', 'node', '-g --global'),
  rule('dependency-install', 'bun', 'install|i|add|ci', 'node'),
  rule('dependency-install', 'pip pip3', 'install|wheel|download', 'python'),
  rule('dependency-install', 'uv', 'sync|pip install|pip sync|add', 'python', '', '--no-install-*'),
  rule('dependency-install', 'poetry pdm', 'install|sync|add', 'python', '', '--no-root --no-self'),
  rule('dependency-install', 'pipenv', 'install|sync', 'python'),
  rule('dependency-install', 'conda mamba micromamba', 'install|create|env create|env update|update', 'python'),
  rule('dependency-install', 'go', 'mod download|mod vendor|get', 'go'),
  rule('dependency-install', 'cargo', 'fetch|vendor|chef cook|install', 'rust'),
  rule('dependency-install', 'mvn mvnw', 'dependency:*|*:go-offline|de.qaware*', 'java'),
  rule('dependency-install', 'gradle gradlew', 'dependencies|downloadDependencies|resolveDependencies', 'java'),
  rule('dependency-install', 'dotnet', 'restore|tool restore|tool install|workload install|workload restore', 'dotnet'),
  rule('dependency-install', 'composer', 'install|i|update|require', 'php', '', '--no-autoloader --no-scripts'),
  rule('dependency-install', 'bundle bundler', '|install|package|cache', 'ruby'),
  rule('dependency-install', 'gem', 'install', 'ruby'),
  rule('dependency-install', 'mix', 'deps.get|deps.compile|local.hex|local.rebar|archive.install', 'elixir'),
  rule('build', 'go', 'build|install|generate', 'go', '-mod=vendor'),
  rule('build', 'cargo', 'build|rustc|b', 'rust', '--offline'),
  rule('build', 'mvn mvnw', '*', 'java', '-o --offline'),
  rule('build', 'gradle gradlew', '*', 'java', '--offline'),
  rule('build', 'dotnet', 'publish|build|pack', 'dotnet', '--no-restore'),
  rule('build', 'yarn', '*'),
  rule('build', 'npm pnpm bun', 'run|build*|run-script|exec|workspace|dlx|x'),
  rule('build', 'npx bunx tsc vite webpack next nuxt ng turbo nx lerna rollup esbuild', '*'),
  rule('build', 'mix', 'compile|release|assets.deploy|phx.digest|escript.build|do'),
  rule('build', 'make cmake ninja meson gcc g++ bazel sbt hugo', '*'),
  rule('build', 'rails rake', 'assets:precompile|assets*'),
  rule('build', 'bundle', 'exec'),
];

function rule(
  kind: Kind,
  tools: string,
  uses: string,
  ecosystem?: Ecosystem,
  unless?: string,
  leavesOut?: string,
): Rule {
  return {
    kind,
    tools: tools.split(' '),
    uses: uses.split('|'),
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(unless === undefined || unless === '' ? {} : { unless: unless.split(' ') }),
    ...(leavesOut === undefined ? {} : { leavesOut: leavesOut.split(' ') }),
  };
}

/** Files that say what an ecosystem's managers install. */
export const MANIFESTS: Readonly<Record<Ecosystem, RegExp>> = {
  node: /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.cjs)$|(?:^|\/)(?:patches|\.yarn)\//,
  python:
    /(?:^|\/)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|[\w.-]*constraints[\w.-]*\.txt|requirements\/[\w./-]+|pyproject\.toml|poetry\.(?:lock|toml)|uv\.lock|pdm\.lock|Pipfile(?:\.lock)?|setup\.(?:py|cfg)|environment\.ya?ml)$/,
  go: /(?:^|\/)go\.(?:mod|sum|work|work\.sum)$/,
  rust: /(?:^|\/)(?:Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?|\.cargo\/config(?:\.toml)?)$/,
  java: /(?:^|\/)(?:pom\.xml|[\w.-]+\.gradle(?:\.kts)?|gradle\.properties|gradle\.lockfile|libs\.versions\.toml|gradle-wrapper\.(?:properties|jar)|settings\.xml)$|(?:^|\/)\.mvn\//,
  dotnet:
    /(?:^|\/)(?:[^/]+\.(?:csproj|fsproj|vbproj|sln|slnx|props|targets)|nuget\.config|NuGet\.[Cc]onfig|packages\.lock\.json|global\.json|paket\.\w+|dotnet-tools\.json)$/,
  php: /(?:^|\/)(?:composer\.(?:json|lock)|symfony\.lock|auth\.json)$/,
  ruby: /(?:^|\/)(?:Gemfile(?:\.lock)?|gems\.(?:rb|locked)|[^/]+\.gemspec|\.ruby-version|\.tool-versions)$/,
  elixir: /(?:^|\/)(?:mix\.(?:exs|lock)|config\/\w+\.exs|rebar\.(?:config|lock))$/,
};
