const MANIFESTS =
  /^(?:package\.json|requirements\.txt|pyproject\.toml|Pipfile|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|composer\.json|mix\.exs|[^/]+\.(?:cs|fs)proj)$/;
const SOURCES =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|scala|rb|php|ex|cs|fs|c|cc|cpp|h|hpp|swift|sh|html|css|vue|svelte)$/;
const ASIDE =
  /(?:^|\/)(?:tests?|__tests__|spec|docs?|examples?|vendor|dist|build|target|scripts|\.[^/]*)\/|[._]test\.|\.spec\./;

/**
 * The file that stands for "somebody changed a line": the manifest nearest to the root, or the source file nearest to it
 * that is no test. Undefined when there is none.
 * @param paths those that the build sees
 */
export function fileToTouch(kind: 'source' | 'manifest', paths: readonly string[]): string | undefined {
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const fits = (path: string): boolean =>
    kind === 'manifest' ? MANIFESTS.test(name(path)) : SOURCES.test(path) && !/\.config\.[cm]?[jt]s$/.test(path);
  const depth = (path: string): number => path.split('/').length;
  return paths
    .filter((path) => fits(path) && !ASIDE.test(path))
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0];
}
