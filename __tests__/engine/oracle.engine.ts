import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findEngine } from '../../src/ports/engine/find.js';
import { type EngineWorkbench, openWorkbench } from '../../src/ports/engine/workbench.js';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms, type Change } from '../../src/transform/index.js';
import { type Claim } from '../../src/verify/announcements.js';
import { compareImages } from '../../src/verify/compare.js';
import { NO_NOISE } from '../../src/verify/noise.js';
import { build, USUAL } from '../oracle/build.js';
import { type Case, cases } from '../oracle/generate.js';
import { type Entry, LEFT_OUT } from '../oracle/tree.js';
import { defaultTransforms } from '../support/defaults.js';
import { seconds, writeResults } from '../support/results.js';
import { hasEngine, isLong } from './support/engine.js';
import { configOf, differences, expectedConfig, textOf } from './support/oracle-differences.js';
import { openStandIns, type StandIns } from './support/stand-ins.js';

const LONG = 60;
const seed = Number(process.env['DFIX_ORACLE_SEED'] ?? 60);
const transforms = await defaultTransforms();
const some = fc.sample(cases, { seed, numRuns: isLong ? 200 : 20 }).map((one, at) => ({ ...one, at }));

/** What `safe` makes of a generated Dockerfile. */
function rewrite({ text, context, project }: Case): { readonly output: string; readonly changes: readonly Change[] } {
  const known = project ? { project: readProject(memoryContext(context)) } : {};
  const { output, changes, faults } = runTransforms(text, { transforms, allow: 'safe', ...known });
  expect(faults).toEqual([]);
  return { output, changes };
}
const changed = some.filter((one) => rewrite(one).output !== one.text);

(hasEngine ? describe : describe.skip)('generated Dockerfiles, built for real', () => {
  let standIns: StandIns;
  let workbench: EngineWorkbench;
  const passed = { computed: 0, same: 0 };
  const started = performance.now();
  const bases = new Map<string, ReadonlyMap<string, Entry>>();
  beforeAll(async () => {
    standIns = await openStandIns();
    workbench = openWorkbench({
      engine: await findEngine(undefined, '.'),
      cwd: '.',
      context: '.',
      build: {
        target: undefined,
        platform: undefined,
        builder: undefined,
        buildArgs: {},
        secrets: [],
        network: undefined,
      },
      signal: new AbortController().signal,
      progress: { start: () => undefined, step: () => undefined, end: () => undefined },
    });
  }, 300_000);
  afterAll(async () => {
    await workbench.close();
    await standIns.close();
    if (passed.computed === LONG && passed.same === LONG)
      await writeResults('__tests__/engine/oracle.engine.ts', [
        '## Generated Dockerfiles, built for real',
        '',
        `Written by \`__tests__/engine/oracle.engine.ts\` in the long run (seed ${seed}): ${LONG} of ${LONG} images are what the oracle`,
        `computes; ${LONG} of ${LONG} rewrites at \`safe\` give the image of the original, with cold cache mounts and with warm ones.`,
        `It took ${seconds(started)}.`,
      ]);
  });

  const filesOfBase = async (name: string): Promise<ReadonlyMap<string, Entry>> => {
    const known = bases.get(name) ?? (await standIns.files(await standIns.base(name, 'one')));
    bases.set(name, known);
    return known;
  };
  /** Fails unless an image is what the oracle computes. */
  const expectAsComputed = async (text: string, context: Case['context'], tag: string): Promise<void> => {
    const image = build(text, context, new Map(), USUAL);
    const wrong = differences(image, await standIns.files(tag), await filesOfBase(image.base));
    expect({ text, wrong }).toEqual({ text, wrong: [] });
    expect(configOf(await standIns.config(tag))).toEqual(expectedConfig(image.config));
  };

  test.each(some.slice(0, isLong ? LONG : 5))('case $at is what the oracle computes', async ({ text, context }) => {
    await expectAsComputed(text, context, await standIns.build(text, context, 'one', 'none'));
    passed.computed++;
  });

  test.each(changed.slice(0, isLong ? LONG : 3))('case $at is the same image after its rewrite', async (one) => {
    const { text, context, at } = one;
    const { output, changes } = rewrite(one);
    const claims: readonly Claim[] = changes.flatMap(({ transform: by, announces }) =>
      announces.map((announcement) => ({ by, announcement })),
    );
    const before = await standIns.build(text, context, 'one', 'none');
    const cold = await standIns.build(output, context, 'one', `case-${at}`);
    const warm = await standIns.build(output, context, 'two', `case-${at}`);
    await expectAsComputed(output, context, cold);
    const original = await standIns.files(before);
    for (const tag of [cold, warm]) {
      const wrong = unlike(original, await standIns.files(tag));
      expect({ output, wrong }).toEqual({ output, wrong: [] });
      expect(configOf(await standIns.config(tag))).toEqual(configOf(await standIns.config(before)));
    }
    const options = { scope: 'all', claims, noise: NO_NOISE, copied: [] } as const;
    const { unexplained } = compareImages(await workbench.image(before), await workbench.image(cold), options);
    expect({ output, unexplained: unexplained.filter(({ what }) => !isOwn(what)) }).toEqual({
      output,
      unexplained: [],
    });
    passed.same++;
  });
});

/**
 * What `env` prints in one build and another, what the stand-ins hold for themselves, and the folder around a cache that
 * an earlier step emptied: BuildKit takes it away with the mount point, and no change announces it.
 */
function isOwn(path: string): boolean {
  return path === '/oracle/round' || path.endsWith('/environment') || path === '/root/.cache';
}

/** Paths that are not the same in two images; caches, lists and logs are left out, as the oracle's own test leaves them. */
function unlike(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const [a, b] = [before, after].map((files) => {
      const entry = files.get(path);
      return entry === undefined ? 'nothing' : textOf(path, entry);
    });
    return a === b || LEFT_OUT.test(path) ? [] : [`${path}: ${a} -> ${b}`];
  });
}
