import { dirname, relative, sep } from 'node:path';
import type { Facts } from '../facts/index.js';
import { readContext } from '../ports/context-files.js';
import { recentChanges } from '../ports/git.js';
import { repositoryRoot } from '../ports/search.js';
import { type ContextFiles, hasFile } from '../project/context.js';
import { changesBelow, countChanges } from '../project/git-history.js';
import type { ManifestFacts, Unreadable } from '../project/manifests/facts.js';
import { readProject } from '../project/project.js';
import { runtimeImports } from '../project/runtime-imports.js';

const COMMITS = 200;
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
    history: await describeHistory(folder),
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

/** How many of the last commits changed each path; undefined outside a repository. */
async function describeHistory(folder: string) {
  const root = repositoryRoot(folder);
  const history = root === undefined ? undefined : await recentChanges(root, COMMITS).catch(() => undefined);
  if (root === undefined || history === undefined) return undefined;
  const below = changesBelow(history, relative(root, folder).split(sep).join('/'));
  const sorted = [...countChanges(below)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { commits: history.length, changes: Object.fromEntries(sorted.slice(0, MOST_CHANGED)) };
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
