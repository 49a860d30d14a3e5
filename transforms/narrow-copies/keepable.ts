import type { Facts } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { keptOut, type View } from '../../src/project/view.js';

/** What editors and continuous integration read, and no build of an image does. */
const SETTINGS = [
  '.github',
  '.gitlab',
  '.gitlab-ci.yml',
  '.circleci',
  '.travis.yml',
  'azure-pipelines.yml',
  'Jenkinsfile',
  '.idea',
  '.vscode',
  '.devcontainer',
  '.editorconfig',
];

/** What builds and tests leave behind on a developer's machine, and make anew where they need it. */
const LEFT_BEHIND: readonly (readonly [string, RegExp])[] = [
  ['node_modules', /(?:^|\/)package\.json$/],
  ['**/__pycache__', /^(?:requirements.*\.txt|pyproject\.toml|setup\.py|manage\.py)$/],
];

/** Commands, libraries and plug-ins that read the repository. */
const READS_GIT =
  /\.git(?![\w-])(?!hub|lab|ignore|attributes|modules|keep)|\bgit\s+(?:-\S+\s+)*(?:rev-parse|describe|log|rev-list|status|show|diff|ls-files|submodule|branch|tag|config|for-each-ref|symbolic-ref|name-rev|archive)\b|setuptools[_-]scm|setuptools[_-]git|versioneer|hatch-vcs|versioningit|dunamai|pbr\b|git-commit-id|gitversion|nerdbank|minver|vergen|\bgit2\b|\bgix\b|simple-git|isomorphic-git|git-rev-sync|git-describe|go-git|gitpython|jgit|nebula\.release|axion-release|SourceLink/i;

/** Files that are read by people only, or by Git itself. */
const SILENT =
  /\.(?:md|markdown|rst|adoc|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|pdf|zip|gz|lock|sum|map|po|snap)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|LICENSE[^/]*|\.dockerignore|\.gitignore|\.gitattributes)$|(?:^|\/)(?:\.github|\.gitlab|\.circleci|\.vscode|\.idea|\.devcontainer|\.husky)\//;

const MOST_FILES = 4000;

/** Lines for the ignore file that take out what no step reads, and why others stay. */
export function keepable(
  facts: Facts,
  view: View,
): { readonly lines: readonly string[]; readonly held: readonly string[] } {
  const { context } = view.project;
  const commands = facts.file.instructions.map(({ span }) => facts.file.slice(span)).join('\n');
  const lines: string[] = [];
  const held: string[] = [];
  const repository = context.paths.some((path) => /^\.git(?:ignore|attributes|hub\/)/.test(path));
  if (repository && !keptOut(view, '.git')) {
    const reader = readerOfGit(context, commands, facts);
    if (reader === undefined) lines.push('.git');
    else held.push(`.git stays in the build context: ${reader}`);
  }
  for (const name of SETTINGS) {
    const there = context.paths.some((path) => path === name || path.startsWith(`${name}/`));
    if (!there || keptOut(view, name)) continue;
    if (commands.includes(name)) held.push(`${name} stays in the build context: the Dockerfile names it`);
    else lines.push(name);
  }
  for (const [name, sign] of LEFT_BEHIND) {
    const folder = name.replace('**/', '');
    if (!context.paths.some((path) => sign.test(path)) || keptOut(view, folder)) continue;
    // What is committed is wanted.
    if (context.paths.some((path) => `/${path}`.includes(`/${folder}/`))) continue;
    if (name === 'node_modules' && !/\b(?:npm|yarn|pnpm|bun)\b/.test(commands))
      held.push('node_modules stays in the build context: no RUN installs it');
    else lines.push(name);
  }
  return { lines, held };
}

/** Who reads the repository; undefined when nobody does. */
function readerOfGit(context: ContextFiles, commands: string, facts: Facts): string | undefined {
  if (READS_GIT.test(commands)) return 'a RUN reads it';
  if (/\bgo\s+(?:build|install)\b(?!.*-buildvcs=false)/.test(commands) || /\bmake\b/.test(commands))
    return 'go build writes the commit into the program';
  if (!context.complete || context.paths.length > MOST_FILES) return 'not all files of the project were read';
  for (const path of context.paths) {
    if (SILENT.test(path)) continue;
    const text = context.read(path);
    if (text !== undefined && READS_GIT.test(text)) return `${path} may read it`;
  }
  return facts.file.instructions.some(({ keyword }) => keyword === 'ONBUILD') ? 'ONBUILD may read it' : undefined;
}
