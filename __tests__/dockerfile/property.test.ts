import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstDisagreement } from '../../src/dockerfile/agreement.js';
import { skipSpace } from '../../src/dockerfile/characters.js';
import { Dockerfile, DockerfileError, toSource } from '../../src/dockerfile/index.js';

/** Fragments that are special to some rule of the parser; random sequences of them meet its corners. */
const fragment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...'FROM a|FROM a AS b|RUN |ENV |ENV A=1|COPY |ADD x y|ARG |CMD |ONBUILD |HEALTHCHECK |LABEL |SHELL |USER u|WORKDIR /w'.split(
        '|',
      ),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      ' \\\n',
      '\\\\\n',
      '`\n',
      '\n# c\n',
      '\n\n',
      ' ',
      '\t',
      '\v',
      '\u0085',
      '\u00a0',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...'<<EOF|<<-EOF|<< EOF|EOF|3<<E"O"F|"|\'|\\|$|${|}|${a:-b}|["a",|]|"b"|[1]|--mount=type=cache,target=/x|--|=|#|&&|;|$((1<<2))'.split(
        '|',
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('# escape=`\n', '# syntax=a\n', '# check=skip=all\n', '\ufeff') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
);
const dockerfileLike = fc
  .tuple(fc.boolean(), fc.array(fragment, { maxLength: 30 }))
  .map(([valid, parts]) => (valid ? `FROM a\n${parts.join('')}` : parts.join('')));

function parse(text: string): Dockerfile | undefined {
  try {
    return Dockerfile.parse(text);
  } catch (error) {
    if (error instanceof DockerfileError) return undefined;
    throw error;
  }
}

test('a text is a Dockerfile that prints as itself, or a DockerfileError; never another throw', () => {
  let accepted = 0;
  fc.assert(
    fc.property(dockerfileLike, (text) => {
      const file = parse(text);
      if (file === undefined) return;
      accepted++;
      expect(file.text).toBe(text);
      firstDisagreement(file);
      let end = 0;
      for (const { span, logical, lines } of file.instructions) {
        expect(span.start).toBeGreaterThanOrEqual(end);
        expect(file.position(span.start).line).toBe(lines.first);
        end = span.end;
        // Every segment of the logical text is a verbatim slice of the source.
        for (let at = 0; at < logical.text.length; at++) expect(text[toSource(logical, at)]).toBe(logical.text[at]);
      }
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test('what stands between instructions and comments is blank', () => {
  fc.assert(
    fc.property(dockerfileLike, (text) => {
      const file = parse(text);
      if (file === undefined) return;
      const spans = [
        ...file.instructions.map(({ span }) => span),
        ...file.comments.filter(({ inside }) => inside === undefined).map(({ span }) => span),
      ].sort((a, b) => a.start - b.start);
      let at = 0;
      for (const span of spans) {
        expect(skipSpace(text, at === 0 && text.startsWith('\ufeff') ? 1 : at, span.start)).toBe(span.start);
        at = span.end;
      }
    }),
    { numRuns: 500 },
  );
});
