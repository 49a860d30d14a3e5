import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runTransforms, type RunResult } from '../src/transform/index.js';
import { defaultTransforms } from './support/defaults.js';
import { type FixtureCase, readCases } from './support/fixtures.js';
import { formsOf } from './support/forms.js';
import { brokenRules } from './support/invariants.js';

/** Whole files through the default set: a case without an output file must stay as it is. */
const transforms = await defaultTransforms();
const cases = readCases(path.join(import.meta.dirname, 'pipeline'));
const update = process.env['UPDATE_FIXTURES'] === '1';

function run({ settings, project, history }: FixtureCase, text: string): RunResult {
  return runTransforms(text, { transforms, allow: settings.allow, project, history });
}

describe.each(cases)('$name', (fixture) => {
  const { input, outputPath } = fixture;
  const written = run(fixture, input).output;
  const record = update && fixture.output !== undefined;
  if (record && written !== fixture.output) writeFileSync(outputPath, written);
  const expected = record ? written : (fixture.output ?? input);

  test.each(formsOf(input))('gives the expected bytes, twice, $name', (form) => {
    const once = run(fixture, form.write(input));
    expect(once.output).toBe(form.write(expected));
    expect(brokenRules(once)).toEqual([]);
    expect(run(fixture, once.output)).toMatchObject({ output: once.output, changes: [] });
  });
});
