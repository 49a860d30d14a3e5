import type { Claim } from './announcements.js';
import { compareRuns, withoutNoise } from './behaviour.js';
import type { Trial } from './bisect.js';
import { buildOnNothing, withOwnCaches } from './cold-build.js';
import { type Comparison, compareImages } from './compare.js';
import { differenceText } from './difference.js';
import { type Original, runAll } from './original.js';
import type { Workbench } from './port.js';
import type { Candidate, ProveInput } from './prove-input.js';
import type { Build, Difference, Image } from './types.js';

/** Whether a rewrite counts as the original's equal, and why not. */
export interface Finding extends Trial {
  readonly build: Build;
  readonly image: Image | undefined;
  readonly comparison: Comparison | undefined;
  readonly unexplained: readonly Difference[];
}

/** Builds a rewrite, compares it with the original and runs it. */
export async function examine(
  candidate: Candidate,
  original: Original,
  input: ProveInput,
  bench: Workbench,
): Promise<Finding> {
  const { result, ignore } = candidate;
  const build = await buildOnNothing('the rewrite', { dockerfile: result.output, ignore }, input.id, bench);
  const finding = (
    unexplained: readonly Difference[],
    compared?: { readonly image: Image; readonly comparison: Comparison },
  ): Finding => ({
    passed: unexplained.length === 0,
    reason: unexplained.map(differenceText).slice(0, MOST_REASONS).join('; '),
    build,
    image: compared?.image,
    comparison: compared?.comparison,
    unexplained,
  });
  if (!build.ok) return finding([broken(`does not build: ${build.failure}`)]);
  const image = await bench.image(build.tag);
  const claims: readonly Claim[] = result.changes.flatMap(({ announces, transform: by }) =>
    announces.map((announcement) => ({ by, announcement })),
  );
  const scope = result.changes.some((change) => input.changesBase(change)) ? 'application' : 'all';
  const { noise, runs, requests } = original;
  const comparison = compareImages(original.image, image, { scope, claims, noise, copied: input.copied });
  if (comparison.unexplained.length > 0) return finding(comparison.unexplained, { image, comparison });
  const behaviour = compareRuns(runs, await runAll('the rewrite', build.tag, requests, bench));
  const unexplained = withoutNoise(behaviour, noise);
  if (unexplained.length > 0) return finding(unexplained, { image, comparison });
  const lost = await buildWithoutMounts(candidate, input, bench);
  return finding(lost === undefined ? [] : [lost], { image, comparison });
}

/**
 * Whether it builds where the layers are kept and the cache mounts are lost, after a file was touched: no step may rest on
 * what an earlier one left in a mount.
 */
async function buildWithoutMounts(
  { result, ignore }: Candidate,
  input: ProveInput,
  bench: Workbench,
): Promise<Difference | undefined> {
  if (!/type=cache/i.test(result.output)) return undefined;
  for (const kind of ['source', 'manifest'] as const) {
    const touched = await bench.touch(kind);
    if ('why' in touched) continue;
    const request = { noCache: false, context: 'copy' } as const;
    const label = `the rewrite, ${touched.path} touched, cache mounts lost`;
    const rewrite = withOwnCaches(label, { dockerfile: result.output, ignore }, input.id);
    const build = await bench.build({ ...request, label, ...rewrite });
    if (build.ok) continue;
    const original = withOwnCaches(label, { dockerfile: result.input, ignore: input.ignore }, input.id);
    if (!(await bench.build({ ...request, label: 'the original likewise', ...original })).ok) continue;
    return broken(`does not build after ${touched.path} changed and the cache mounts were lost: ${build.failure}`);
  }
  return undefined;
}

function broken(detail: string): Difference {
  return { kind: 'build', effect: 'changed', what: 'build', detail };
}

const MOST_REASONS = 5;
