import { basename, dirname, relative, sep } from 'node:path';
import { copyWords, type Facts } from '../facts/index.js';
import { readContext } from '../ports/context-files.js';
import { recentChanges, recentPatches } from '../ports/git.js';
import { repositoryRoot } from '../ports/search.js';
import { type ContextFiles, hasFile } from '../project/context.js';
import { resolveSources } from '../project/copy-sources.js';
import { visiblePaths } from '../project/dockerignore.js';
import { changesBelow, commitsThatChange, countChanges, type History, RECENT_COMMITS } from '../project/git-history.js';
import { type Hunk, patchesOfLines } from '../project/line-history.js';
import type { ManifestFacts, Unreadable } from '../project/manifests/facts.js';
import { readProject } from '../project/project.js';
import { runtimeImports } from '../project/runtime-imports.js';

/** How many of the paths that change most are named. */
const MOST_CHANGED = 20;
const ENTRY_MILLISECONDS = 5000;

/** What is known of the folder that a Dockerfile lies in: managers, how often its paths changed, what its program loads. */
export async function describeProject(facts: Facts, dockerfile: string) {
  const folder = dirname(dockerfile);
  const context = readContext(folder);
  const { node, python, go, cargo, maven, gradle, dotnet, composer, ruby, elixir, complete } = readProject(context);
  const projects = [node, python, go, cargo, maven, gradle, dotnet, composer, ruby, elixir].flat();
  return {
    complete,
    managers: projects.map(describeManager),
    ...(await describeHistory(facts, context, dockerfile)),
    entry: await describeEntry(facts, context),
  };
}

function describeManager({ manager, folder, manifests, readsSource, unreadable }: ManifestFacts) {
  return { manager, folder, manifests, readsSource, unreadable: unreadable.map(unreadableText) };
}

/** `package.json: unreadable, line 3: not valid JSON` */
function unreadableText({ path, line, why }: Unreadable): string {
  return `${path}: unreadable${line === undefined ? '' : `, line ${line}`}: ${why}`;
}

/** What the last commits changed: nothing to tell outside a repository. */
async function describeHistory(facts: Facts, context: ContextFiles, dockerfile: string) {
  const root = repositoryRoot(dirname(dockerfile));
  const changes = root === undefined ? undefined : recentChanges(root, RECENT_COMMITS);
  if (root === undefined || changes === undefined) return {};
  const pathOf = (path: string): string => relative(root, path).split(sep).join('/');
  const history = changesBelow(changes, pathOf(dirname(dockerfile)));
  const sorted = [...countChanges(history)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const file = pathOf(dockerfile);
  const commits = changes.filter((paths) => paths.includes(file)).length;
  const patches = commits === 0 ? [] : (recentPatches(root, file, commits) ?? []);
  return {
    history: { commits: history.length, changes: Object.fromEntries(sorted.slice(0, MOST_CHANGED)) },
    copies: describeCopies(facts, context, basename(dockerfile), history),
    ...(patches.length === 0 ? {} : { lines: describeLines(facts, patches) }),
  };
}

/** In how many commits the sources of each COPY, as they are now, changed. */
function describeCopies(facts: Facts, context: ContextFiles, dockerfile: string, history: History) {
  const visible = visiblePaths(context, dockerfile);
  return facts.file.instructions
    .filter(({ keyword, flags }) => /^(COPY|ADD)$/.test(keyword) && !flags.some(({ name }) => name === 'from'))
    .map((instruction) => {
      const sources = copyWords(facts, instruction)
        .slice(0, -1)
        .filter((source) => source?.startsWith('<<') !== true);
      const known = sources.filter((source) => source !== undefined);
      const { files, complete } = resolveSources(visible, known, {
        exclude: instruction.flags.flatMap(({ name, value }) => (name === 'exclude' ? (value ?? []) : [])),
        parents: instruction.flags.some(({ name }) => name === 'parents'),
      });
      return {
        line: instruction.lines.first,
        files: files.length,
        commits: commitsThatChange(history, files),
        complete: complete && known.length === sources.length,
      };
    });
}

/** In how many commits each instruction was changed, by its lines; the first of the patches is what is not committed. */
function describeLines({ file }: Facts, patches: readonly (readonly Hunk[])[]) {
  const byLine = patchesOfLines(file.text.split('\n').length, patches);
  return file.instructions.map(({ lines: { first, last } }) => {
    const found = new Set(byLine.slice(first - 1, last).flatMap((one) => [...one]));
    found.delete(0);
    return { line: first, commits: found.size };
  });
}

/** What the JavaScript or TypeScript file loads that the built image starts; undefined when it starts none of the context. */
async function describeEntry({ file, target, body }: Facts, context: ContextFiles) {
  const starts = (target ?? file.stages.at(-1))?.instructions.filter(({ keyword }) =>
    ['CMD', 'ENTRYPOINT'].includes(keyword),
  );
  const words = (starts ?? []).flatMap((instruction) => {
    const run = body(instruction);
    return run.kind === 'exec' ? run.words : [];
  });
  const entry = words
    .filter((word) => /\.[cm]?[jt]s$/.test(word))
    .map((word) => word.replace(/^\.?\//, ''))
    .find((path) => hasFile(context, path));
  if (entry === undefined) return undefined;
  const end = Date.now() + ENTRY_MILLISECONDS;
  const { files, packages, reads, unknown } = await runtimeImports(context, entry, '', {
    deadline: () => Date.now() > end,
  });
  return { entry, files, packages: [...packages.keys()].sort(), reads, unknown };
}
