import { join, relative, resolve, sep } from 'node:path';
import { type Builder, type BuildUse, buildsOf, discoverBuilds } from '../discovery/discover.js';
import { readContext } from '../ports/context-files.js';
import { type Service, servicesAround } from '../project/services.js';
import { rootFinder } from '../ports/search.js';

/** How a repository builds one of its Dockerfiles, as far as its files say so. */
export interface FoundBuild {
  /** Absolute, the most often used first; empty when nothing is known. */
  readonly contexts: readonly string[];
  /** The stage that every build names; undefined when they differ, or build the last one. */
  readonly target: string | undefined;
  /** Values that every build gives alike. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Arguments of a commit, a date or a build's number that a build gives a value that is not in the repository. */
  readonly varying: readonly string[];
  /** Why one of the builds has no cache mounts; undefined when all have them. */
  readonly withoutCacheMounts: string | undefined;
  /** The services by which files outside of a context start what is built from it. */
  readonly servicesAround: (context: string) => readonly Service[];
}

/**
 * Reads compose, bake, workflow and Makefile files of the repositories that Dockerfiles lie in, each repository once.
 * @param read gives the files of a folder
 * @param rootOf gives the root of the repository that holds a folder
 */
export function buildFinder(
  read = readContext,
  rootOf = rootFinder(),
): (dockerfile: string) => Promise<FoundBuild | undefined> {
  const known = new Map<string, Promise<readonly BuildUse[]>>();
  const below = (from: string, path: string): string => relative(from, path).split(sep).join('/');
  return async (dockerfile) => {
    const root = rootOf(resolve(dockerfile, '..'));
    if (root === undefined) return undefined;
    let uses = known.get(root);
    if (uses === undefined) known.set(root, (uses = discoverBuilds(read(root)).then((found) => found.uses)));
    const path = below(root, dockerfile);
    const builds = buildsOf(await uses, path);
    const sure = builds.uses.filter((use) => use.dockerfile === path);
    if (sure.length === 0) return undefined;
    const onlyTarget = builds.targets.length === 1 && !builds.usesDefaultTarget && !builds.anyTarget;
    return {
      contexts: builds.contexts.map((context) => join(root, context)),
      target: onlyTarget ? builds.targets[0] : undefined,
      buildArgs: commonArguments(sure),
      varying: varyingArguments(sure),
      withoutCacheMounts: withoutCacheMounts(sure),
      servicesAround: (context) => servicesAround(read(root), below(root, context), below(context, dockerfile)),
    };
  };
}

function commonArguments([first, ...others]: readonly BuildUse[]): Readonly<Record<string, string>> {
  const common = Object.entries(first?.buildArgs ?? {}).filter(
    (entry): entry is [string, string] =>
      entry[1] !== null && others.every(({ buildArgs }) => buildArgs[entry[0]] === entry[1]),
  );
  return Object.fromEntries(common);
}

/**
 * Builders that take no notice of cache mounts, so that what was meant to stay out of the image lands in it. Buildah and
 * Podman have had them since Buildah 1.24 (2022).
 */
const MOUNTLESS: Partial<Record<Builder, string>> = {
  kaniko: 'kaniko, which has no cache mounts unless it is told to',
  legacy: "Docker's builder from before BuildKit, which has no cache mounts",
};

function withoutCacheMounts(uses: readonly BuildUse[]): string | undefined {
  const found = uses.find(({ builder }) => MOUNTLESS[builder] !== undefined);
  return found === undefined ? undefined : `${found.source} builds this file with ${MOUNTLESS[found.builder]!}`;
}

const VOLATILE =
  /(?:^|_)(?:COMMIT|SHA|GIT_?(?:SHA|HASH|REV|REF|COMMIT|DESCRIBE)|REVISION|VCS_REF|BUILD_?(?:DATE|TIME|NUMBER|ID|TIMESTAMP)|TIMESTAMP|DATE)(?:_|$)/i;

function varyingArguments(uses: readonly BuildUse[]): readonly string[] {
  const outside = uses.flatMap(({ buildArgs }) => Object.keys(buildArgs).filter((name) => buildArgs[name] === null));
  return [...new Set(outside.filter((name) => VOLATILE.test(name)))].sort();
}

/** Where files in a folder hold a Dockerfile inside: compose's `dockerfile_inline`, bake's `dockerfile-inline`. */
export async function inlineBuilds(folder: string): Promise<readonly string[]> {
  const context = readContext(folder);
  const paths = context.paths.filter(
    (path) => /\.(?:ya?ml|hcl|json)$/.test(path) && /(?:compose|docker-bake)[^/]*$/.test(path),
  );
  const holding = paths.filter((path) => /dockerfile[_-]inline/.test(context.read(path) ?? ''));
  if (holding.length === 0) return [];
  const { uses } = await discoverBuilds({ paths: holding, read: (path) => context.read(path) });
  return uses.filter(({ inline }) => inline !== undefined).map(({ source }) => source);
}
