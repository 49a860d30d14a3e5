import { expect, describe, test } from '@jest/globals';
import { Dockerfile, splice } from '../../src/dockerfile/index.js';
import { runTransforms, type RunResult } from '../../src/transform/index.js';
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

/** What is done, at which level, and what is left alone and why, whatever the lines. */
function said({ changes, refusals }: RunResult): readonly string[] {
  const all = [...changes.map(({ what, level }) => `${level}: ${what}`), ...refusals.map(({ reason }) => reason)];
  return all.map((text) => text.replace(/\d+/g, '#'));
}

describe.each(['chown-while-copying', 'fetch-remote-files-well', 'merge-cleanup-into-layer'])('%s', (name) => {
  test.each(['changes', 'keeps'] as const)(
    'does and says in long files what it does in short ones: %s',
    async (kind) => {
      const transform = await loadTransform(name);
      for (const { name: which, input, output, settings, project } of fixturesOf(name, kind)) {
        const run = (text: string) => {
          const options = { [name]: settings.options };
          return runTransforms(text, { transforms: [transform], allow: settings.allow, options, project });
        };
        const long = run(lengthened(input));
        expect([which, long.output]).toEqual([which, lengthened(output ?? input)]);
        expect([which, said(long)]).toEqual([which, said(run(input))]);
      }
    },
  );
});

const FETCH = 'RUN apt-get update && apt-get install -y curl && curl -fsSL -o';
test.each([
  ['chown-while-copying', 'FROM node:20\nRUN ./setup\nCOPY . /srv/app\nRUN chown -R node /srv/app\n'],
  ['chown-while-copying', 'FROM node:20\nRUN a $(\nCOPY . /srv/app\nRUN chown -R node /srv/app\n'],
  ...[
    `${FETCH} /tmp/a.tgz https://e.com/a && tar xf /tmp/a.tgz -C /opt\nRUN build --archive=a.tgz`,
    `${FETCH} /tmp/@ https://e.com/a && tar xf /tmp/@ -C /opt\nRUN build @`,
    `${FETCH} /tmp/a.tgz https://e.com/a\nRUN tar --extract --file=/tmp/a.tgz -C /opt`,
  ].map((text) => ['fetch-remote-files-well', `FROM debian:12\n${text}\n`] as const),
])('%s finds in a long file what only a look at each step would: %p', async (name, text) => {
  const options = { transforms: [await loadTransform(name)], allow: 'unsafe' } as const;
  const short = said(runTransforms(text, options));
  expect(short).not.toEqual([]);
  expect(said(runTransforms(lengthened(text), options))).toEqual(short);
});
