import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type AnyTransform, runTransforms } from '../src/transform/index.js';
import { defaultTransforms } from './support/defaults.js';
import { readCases } from './support/fixtures.js';

/** A clean-up and a cache mount of one manager: whichever comes first, all together end at the same text, but for where its lines break. */
const transforms = await defaultTransforms();
const pipeline = readCases(path.join(import.meta.dirname, 'pipeline'));
const cases = pipeline.filter(({ name }) => /-cache-is-/.test(name));
const mounts = transforms.filter(({ meta }) => /^mount-/.test(meta.name));
const cleaners = transforms.filter(({ meta }) => /^(clean|skip-pip|use-apk)-/.test(meta.name));

const unbroken = (text = ''): string => text.replace(/ \\\n\s*/g, ' ');

test('there are managers and both sides', () => {
  expect(cases.length).toBeGreaterThan(10);
  expect(mounts.length).toBeGreaterThan(1);
  expect(cleaners.length).toBeGreaterThan(4);
});

describe.each(cases)('$name', ({ input, output, settings: { allow } }) => {
  const after = (first: readonly AnyTransform[]): string => {
    const once = runTransforms(input, { transforms: first, allow });
    expect(once.settled).toBe(true);
    return unbroken(runTransforms(once.output, { transforms, allow }).output);
  };

  test('is the same when the clean-up came first', () => {
    expect(runTransforms(input, { transforms: cleaners, allow }).output).not.toBe(input);
    expect(after(cleaners)).toBe(unbroken(output));
  });

  test('is the same when the mount came first', () => {
    expect(after(mounts)).toBe(unbroken(output));
  });

  test('never has both', () => {
    const cleaned = runTransforms(input, { transforms: cleaners, allow }).output;
    const mounted = runTransforms(input, { transforms: mounts, allow }).output;
    expect(output).toBe(mounted === input ? cleaned : mounted);
  });
});

/** Transforms that edit the RUNs that a mount goes to. */
const STRIPS = /^(clean|skip|use-apk|merge|drop|fetch|chown|install-production)-/;

test.each(transforms.map(({ meta }) => meta.name).filter((name) => STRIPS.test(name)))(
  '%s has a whole file in which mount-package-caches works, too',
  (name) => {
    const alone = (one: string, { input, project }: (typeof pipeline)[number]): number =>
      runTransforms(input, { transforms: transforms.filter(({ meta }) => meta.name === one), allow: 'review', project })
        .changes.length;
    const both = pipeline.filter((one) => alone(name, one) > 0 && alone('mount-package-caches', one) > 0);
    expect(both.length).toBeGreaterThan(0);
  },
);
