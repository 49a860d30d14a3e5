import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type AnyTransform, runTransforms, type RunResult } from '../src/transform/index.js';
import { refusedBecause } from '../src/verify/announcements.js';
import { type FixtureCase, fixturesOf, loadTransform, transformNames } from './support/fixtures.js';
import { formsOf } from './support/forms.js';
import { brokenRules } from './support/invariants.js';

const update = process.env['UPDATE_FIXTURES'] === '1';

test('there are transforms to test', () => {
  expect(transformNames.length).toBeGreaterThan(0);
});

for (const name of transformNames) {
  const transform = await loadTransform(name);
  describe(name, () => {
    describe.each(fixturesOf(name, 'changes'))('changes: $name', (fixture) => {
      const written = run(transform, fixture, fixture.input);
      if (update && written.output !== fixture.input) writeFileSync(fixture.outputPath, written.output);
      const expected = update ? written.output : fixture.output;

      test('has an output that differs from its input', () => {
        expect(expected).toBeDefined();
        expect(expected).not.toBe(fixture.input);
      });

      test.each(formsOf(fixture.input))('gives the expected bytes $name', (form) => {
        const result = run(transform, fixture, form.write(fixture.input));
        expect(result.output).toBe(form.write(expected ?? ''));
        expect(brokenRules(result)).toEqual([]);
        expect(result.changes.length).toBeGreaterThan(0);
      });

      test.each(formsOf(fixture.input))('changes nothing the second time $name', (form) => {
        const once = run(transform, fixture, form.write(fixture.input));
        const twice = run(transform, fixture, once.output);
        expect(twice.output).toBe(once.output);
        expect(twice.changes).toEqual([]);
      });

      test('says of each change what, why and where', () => {
        for (const change of written.changes) {
          expect(change.what).toMatch(/\S/);
          expect(change.why).toMatch(/\S/);
          expect(change.line).toBeGreaterThan(0);
          expect(change.at.end).toBeGreaterThan(change.at.start);
          expect(change.transform).toBe(name);
          if (fixture.settings.level !== undefined) expect(change.level).toBe(fixture.settings.level);
        }
      });

      const { announces } = fixture.settings;
      if (announces !== undefined)
        test('announces what it says it announces', () => {
          const told = written.changes.flatMap((change) => change.announces.map((one) => JSON.stringify(one)));
          expect(told).toEqual(announces.map((part) => expect.stringContaining(part) as unknown));
        });

      test('announces nothing that a proof refuses', () => {
        const opened = { files: new Set<string>(), missing: [] };
        const refused = written.changes.flatMap(({ announces }) =>
          announces.map((one) => refusedBecause(one, opened, new Map())),
        );
        expect(refused.filter((why) => why !== undefined)).toEqual([]);
      });

      test('declines what it says it declines', () => expectDeclines(written, fixture));
    });

    describe.each(fixturesOf(name, 'keeps'))('keeps: $name', (fixture) => {
      test('has no output file', () => {
        expect(fixture.output).toBeUndefined();
      });

      test.each(formsOf(fixture.input))('changes nothing $name', (form) => {
        const text = form.write(fixture.input);
        const result = run(transform, fixture, text);
        expect(result.output).toBe(text);
        expect(result.changes).toEqual([]);
        expect(brokenRules(result)).toEqual([]);
        expectDeclines(result, fixture);
      });
    });
  });
}

/** Runs this transform alone. */
function run(transform: AnyTransform, { settings, project, history, lines }: FixtureCase, text: string): RunResult {
  return runTransforms(text, {
    transforms: [transform],
    allow: settings.allow,
    options: { [transform.meta.name]: settings.options },
    project,
    history,
    lines,
    dockerfile: settings.dockerfile,
  });
}

/** Every refusal holds one of the listed substrings, and each of those stands in a refusal of its own. */
function expectDeclines(result: RunResult, { settings }: FixtureCase): void {
  const reasons = [...new Set(result.refusals.map(({ reason }) => reason))];
  const open = [...settings.declines];
  for (const reason of reasons) {
    const place = open.findIndex((part) => reason.includes(part));
    if (place >= 0) open.splice(place, 1);
    else open.push(`unexpected: ${reason}`);
  }
  expect({ missing: open, reasons }).toEqual({ missing: [], reasons });
}
