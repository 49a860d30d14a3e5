import type { BuildUse } from './use.js';

/** What a rewrite of one Dockerfile must respect. */
export interface DockerfileBuilds {
  /** The uses that build it, and those that may: whose Dockerfile is not known. */
  readonly uses: readonly BuildUse[];
  /** The context folders in use, each once, most often used first; empty when nothing is known. */
  readonly contexts: readonly string[];
  /** Stage names that are built by name: they must stay. */
  readonly targets: readonly string[];
  /** Whether some use builds the last stage, which must then stay the last; true when nothing is known. */
  readonly usesDefaultTarget: boolean;
  /** Whether a use builds a stage whose name is not known: then every stage name must stay. */
  readonly anyTarget: boolean;
  /** Names of build arguments that are passed: each stays declared where it is. */
  readonly buildArgs: readonly string[];
}

/** The builds of one Dockerfile among those of its repository; the path is relative to the repository's root. */
export function buildsOf(uses: readonly BuildUse[], dockerfile: string): DockerfileBuilds {
  const own = uses.filter(
    (use) => use.inline === undefined && (use.dockerfile === dockerfile || use.variable.includes('dockerfile')),
  );
  const sure = own.filter((use) => use.dockerfile === dockerfile);
  const counts = new Map<string, number>();
  for (const { context } of sure) if (context !== undefined) counts.set(context, (counts.get(context) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const sorted = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();
  return {
    uses: own,
    contexts: byCount.map(([context]) => context),
    targets: sorted(own.flatMap(({ target }) => target ?? [])),
    usesDefaultTarget: sure.length === 0 || sure.some(({ target }) => target === undefined),
    anyTarget: own.some(({ variable }) => variable.includes('target')),
    buildArgs: sorted(own.flatMap((use) => Object.keys(use.buildArgs))),
  };
}
