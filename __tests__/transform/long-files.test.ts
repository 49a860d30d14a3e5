import { expect, describe, test } from '@jest/globals';
import { Dockerfile, splice } from '../../src/dockerfile/index.js';
import { runTransforms } from '../../src/transform/index.js';
import { fixturesOf, loadTransform } from '../support/fixtures.js';

/** Steps that do nothing: enough for what a file uses to be looked up instead of read through. */
const STEPS = Array.from({ length: 250 }, () => 'RUN true');

/** The text with these steps at the start of each stage. */
function lengthened(text: string): string {
  const file = Dockerfile.parse(text);
  const edits = file.stages.map(({ from }) => {
    const at = file.blockOf(from).end;
    return { span: { start: at, end: at }, text: STEPS.map((step) => step + file.eol).join('') };
  });
  return splice(text, edits);
}

describe.each(['chown-while-copying', 'fetch-remote-files-well', 'merge-cleanup-into-layer'])('%s', (name) => {
  test.each(['changes', 'keeps'] as const)('does in long files what it does in short ones: %s', async (kind) => {
    const transform = await loadTransform(name);
    for (const { name: which, input, output, settings, project } of fixturesOf(name, kind)) {
      const result = runTransforms(lengthened(input), {
        transforms: [transform],
        allow: settings.allow,
        options: { [name]: settings.options },
        project,
      });
      expect([which, result.output]).toEqual([which, lengthened(output ?? input)]);
    }
  });
});
