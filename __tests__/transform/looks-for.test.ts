import { describe, expect, test } from '@jest/globals';
import { Dockerfile, DockerfileError } from '../../src/dockerfile/index.js';
import { readFacts } from '../../src/facts/index.js';
import type { AnyTransform, OptionValue } from '../../src/transform/index.js';
import { readCorpus } from '../support/corpus.js';
import { fixturesOf, loadTransform, transformNames } from '../support/fixtures.js';

const transforms: AnyTransform[] = [];
for (const name of transformNames) transforms.push(await loadTransform(name));

/** What a transform says of a file that it would not be shown. */
function saidUnasked({ meta, find }: AnyTransform, file: Dockerfile, project?: unknown): readonly string[] {
  if (meta.looksFor?.every((list) => list.some((word) => file.words.has(word))) !== false) return [];
  const said: string[] = [];
  const options = Object.fromEntries(
    Object.entries(meta.options as Record<string, { default: OptionValue }>).map(([name, one]) => [name, one.default]),
  );
  find(file, {
    options,
    facts: readFacts(file),
    project: project as undefined,
    history: () => undefined,
    lines: undefined,
    dockerfile: undefined,
    propose: ({ what }) => void said.push(what),
    decline: (reason) => void said.push(reason),
    more: () => undefined,
  });
  return said.map((what) => `${meta.name}: ${what}`);
}

describe('the words that a transform looks for', () => {
  test('are in every file of its fixtures that it changes', () => {
    const hidden = transforms.flatMap((transform) =>
      fixturesOf(transform.meta.name, 'changes').flatMap(({ input, project }) =>
        saidUnasked(transform, Dockerfile.parse(input), project),
      ),
    );
    expect(hidden).toEqual([]);
  });

  test('hide nothing that it would say of real files', () => {
    const hidden: string[] = [];
    for (const { id, text } of readCorpus()) {
      try {
        const file = Dockerfile.parse(text);
        hidden.push(...transforms.flatMap((one) => saidUnasked(one, file)).map((said) => `${id} ${said}`));
      } catch (error) {
        if (!(error instanceof DockerfileError)) throw error;
      }
    }
    expect(hidden).toEqual([]);
  });

  test('are found across continuations and in here-documents', () => {
    const { words } = Dockerfile.parse(
      'from alpine\nrun apk\\\n# no word\n-add <<EOF\nnpm ci\nEOF\nonbuild copy . .\n',
    );
    for (const word of ['FROM', 'RUN', 'COPY', 'apk-add', 'npm']) expect([...words]).toContain(word);
    expect([...words]).not.toContain('no');
  });
});
