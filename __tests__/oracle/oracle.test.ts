import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import { defaultTransforms } from '../support/defaults.js';
import { seconds, writeResults } from '../support/results.js';
import { type CacheMounts, type ContextFiles, type Builder, build, USUAL } from './build.js';
import { cases } from './generate.js';
import type { Image } from './images.js';
import { BuildError, LEFT_OUT } from './tree.js';

// The same cases at each commit; others where more are asked for, or another seed.
const { DFIX_ORACLE_RUNS, DFIX_ORACLE_SEED } = process.env;
const runs = Number(DFIX_ORACLE_RUNS ?? 2000);
const seed = Number(DFIX_ORACLE_SEED ?? (DFIX_ORACLE_RUNS === undefined ? 1 : Date.now() % 2 ** 31));
const LONG = 20_000;
const transforms = await defaultTransforms();

const FAILS = 'the build fails:';
/** Cache mounts that are new, that a build before filled, and that lose what they hold before each step. */
const STATES = [
  ['cold', USUAL],
  ['warm', USUAL],
  ['lost', { emptied: 'each', stubs: 'stay' }],
] as const;

/** The image as it is compared: every file with its content and owner, and the configuration, a line each. */
function picture({ tree, config }: Image): readonly string[] {
  const { env, rest, ...fields } = config;
  return [
    ...tree
      .below('/')
      .filter((path) => !LEFT_OUT.test(path))
      .map((path) => `${path} ${JSON.stringify(tree.at(path))}`),
    ...Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    ...[...env, ...rest].map(([name, value]) => `${name} ${value}`).sort(),
  ];
}

function built(text: string, context: ContextFiles, caches: CacheMounts, builder: Builder): readonly string[] {
  try {
    return picture(build(text, context, caches, builder));
  } catch (error) {
    if (error instanceof BuildError) return [`${FAILS} ${error.message}`];
    throw error;
  }
}

/** How two images differ; empty when they do not. */
function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

test('a safe rewrite leaves the image as it was, on cold, warm and lost caches', async () => {
  const began = performance.now();
  let changed = 0;
  fc.assert(
    fc.property(cases, ({ text, context, project }) => {
      const before = built(text, context, new Map(), USUAL);
      expect(before.join('\n')).not.toContain(FAILS);
      const known = project ? { project: readProject(memoryContext(context)) } : {};
      const { output, faults } = runTransforms(text, { transforms, allow: 'safe', ...known });
      expect(faults).toEqual([]);
      if (output === text) return;
      changed++;
      const caches: CacheMounts = new Map();
      for (const [state, builder] of STATES) {
        const wrong = differences(before, built(output, context, caches, builder));
        if (wrong.length > 0) throw new Error(`${state} caches:\n${text}\nbecomes\n${output}\n${wrong.join('\n')}`);
      }
    }),
    { numRuns: runs, seed },
  );
  const figures = `${runs} generated Dockerfiles (seed ${seed}): ${changed} changed, 0 with another image`;
  console.log(figures);
  expect(changed).toBeGreaterThan(runs / 4);
  if (runs < LONG) return;
  await writeResults('__tests__/oracle/oracle.test.ts', [
    '## Generated Dockerfiles before the oracle',
    '',
    'Written by `__tests__/oracle/oracle.test.ts` in the long run: a small builder of its own makes the image of each Dockerfile and of',
    'its rewrite at `safe`, on cold cache mounts, on warm ones, and on such as lose what they hold before each step.',
    `${figures}; it took ${seconds(began)}.`,
  ]);
}, 3_600_000);
