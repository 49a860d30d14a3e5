import type { ContextFiles } from '../../src/project/context.js';
import { onceForEach } from '../../src/once.js';

/** Files that no build reads its environment from: documents, images, workflows, lists of versions. */
const SILENT =
  /\.(?:md|markdown|rst|adoc|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|eot|otf|pdf|zip|gz|tgz|bz2|xz|jar|class|so|dll|exe|wasm|mp[34]|webm|csv|tsv|snap|lock|sum|map|po|mo|sqlite3?|db|pem|crt|key)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|\.dockerignore|LICENSE[^/]*)$|(?:^|\/)(?:\.git|\.github|\.gitlab|\.circleci|node_modules)\//;
const MOST_FILES = 4000;

/**
 * Where a project may read a variable of the environment: the first of some files that has its name as a word, or that could
 * not be read; undefined when none has.
 * @param among the files; all of the context where left out
 */
export function mentionOf(context: ContextFiles, name: string, among?: readonly string[]): string | undefined {
  return among === undefined ? mentionAnywhere(context, name) : search(context, name, among);
}

const mentionAnywhere = onceForEach((context: ContextFiles, name: string) => search(context, name, context.paths));

function search(context: ContextFiles, name: string, among: readonly string[]): string | undefined {
  if (!context.complete || among.length > MOST_FILES) return 'a file that was not read';
  const word = new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`);
  return among.find((path) => {
    if (SILENT.test(path)) return false;
    const text = context.read(path);
    return text === undefined || word.test(text);
  });
}
