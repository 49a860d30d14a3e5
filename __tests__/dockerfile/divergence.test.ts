import { describe, expect, test } from '@jest/globals';
import { firstDisagreement } from '../../src/dockerfile/agreement.js';
import { argumentText, Dockerfile, DockerfileError, readKeyValues } from '../../src/dockerfile/index.js';

/**
 * Shapes on which dockerfile-ast and BuildKit's parser differ. dfix reads each as BuildKit does; where the second
 * parser sees other boundaries, the file is declined.
 */
interface Row {
  readonly name: string;
  readonly input: string;
  /** Keyword, first and last line of each instruction after the FROM, as BuildKit has them. */
  readonly instructions: readonly string[];
  /** The line at which the second parser disagrees; undefined when both now see the same. */
  readonly declinedAt: number | undefined;
}

const FROM = 'FROM a\n';
const rows: readonly Row[] = [
  {
    name: '1 escaped backslash',
    input: `${FROM}RUN echo a\\\\\nRUN b\n`,
    instructions: ['RUN 2-2', 'RUN 3-3'],
    declinedAt: 2,
  },
  { name: '1 in ENV', input: `${FROM}ENV C x\\\\\nRUN b\n`, instructions: ['ENV 2-2', 'RUN 3-3'], declinedAt: 2 },
  {
    name: '2 escaped blank, then a continuation',
    input: `${FROM}RUN cp a\\ \\\n b\nRUN c\n`,
    instructions: ['RUN 2-3', 'RUN 4-4'],
    declinedAt: 2,
  },
  { name: '3 blank after <<', input: `${FROM}RUN cat << EOF\nhi\nEOF\n`, instructions: ['RUN 2-4'], declinedAt: 2 },
  { name: '4 file descriptor', input: `${FROM}RUN cat 3<<EOF\nhi\nEOF\n`, instructions: ['RUN 2-4'], declinedAt: 2 },
  {
    name: '5 partly quoted delimiter',
    input: `${FROM}RUN <<E"O"F\nhi\nEOF\nRUN b\n`,
    instructions: ['RUN 2-4', 'RUN 5-5'],
    declinedAt: 2,
  },
  {
    name: '6 << inside double quotes',
    input: `${FROM}RUN echo "x <<EOF y"\nRUN b\n`,
    instructions: ['RUN 2-2', 'RUN 3-3'],
    declinedAt: 2,
  },
  {
    name: '6 << inside single quotes',
    input: `${FROM}RUN echo 'x <<EOF y'\nRUN b\n`,
    instructions: ['RUN 2-2', 'RUN 3-3'],
    declinedAt: 2,
  },
  {
    name: '7 two here-documents, the first with -',
    input: `${FROM}COPY <<-A <<B /d/\n\ta\n\tA\n\tB\nb\nB\n`,
    instructions: ['COPY 2-7'],
    declinedAt: 2,
  },
  {
    name: '8 continuation at the end of the file',
    input: `${FROM}RUN a \\\n`,
    instructions: ['RUN 2-2'],
    declinedAt: undefined,
  },
  {
    name: '9 an unknown directive ends the directives',
    input: '# foo=bar\n# escape=`\nFROM a\nRUN a \\\n b\n',
    instructions: ['RUN 4-5'],
    declinedAt: 4,
  },
  {
    name: 'an odd quote, so that there are no here-documents',
    input: `${FROM}RUN echo it's <<EOF\nRUN b\n`,
    instructions: ['RUN 2-2', 'RUN 3-3'],
    declinedAt: 2,
  },
  {
    name: 'a substitution that is none, so that there are no here-documents',
    input: `${FROM}RUN echo \${:x} <<EOF\nRUN b\n`,
    instructions: ['RUN 2-2', 'RUN 3-3'],
    declinedAt: 2,
  },
  {
    name: 'a here-document behind the backslash where the backtick is the escape',
    input: `# escape=\`\n${FROM}RUN cat <<\\EOF\nhi\nEOF\nRUN b\n`,
    instructions: ['RUN 3-5', 'RUN 6-6'],
    declinedAt: 3,
  },
  { name: '11 carriage return alone', input: 'FROM a\rRUN b\r', instructions: [], declinedAt: 1 },
  { name: '12 vertical tab after the keyword', input: `${FROM}RUN\vecho\n`, instructions: ['RUN 2-2'], declinedAt: 2 },
];

describe.each(rows)('$name', ({ input, instructions, declinedAt }) => {
  const read = (): Dockerfile => Dockerfile.parse(input);
  test('is read as BuildKit reads it', () => {
    if (input.includes('\rRUN')) {
      // One FROM with four words: BuildKit's next step rejects it.
      expect(read).toThrow(DockerfileError);
      return;
    }
    const seen = read()
      .instructions.filter(({ keyword }) => keyword !== 'FROM')
      .map(({ keyword, lines }) => `${keyword} ${lines.first}-${lines.last}`);
    expect(seen).toEqual(instructions);
  });
  test(declinedAt === undefined ? 'is the same to both parsers' : 'is declined', () => {
    if (input.includes('\rRUN')) return;
    expect(firstDisagreement(read())?.line).toBe(declinedAt);
  });
});

test.each([
  ['10 two escape directives', '# escape=`\n# escape=\\\nFROM a\n', 'only one escape'],
  ['10 an unknown escape character', '# escape=x\nFROM a\n', 'invalid escape token'],
  ['13 shell arithmetic that looks like a here-document', `${FROM}RUN echo $((1 <<2))\n`, 'unterminated heredoc'],
  ['13 unterminated here-document', `${FROM}RUN cat <<EOF\nhi\n`, 'unterminated heredoc'],
  ['13 comment after ENV', `${FROM}ENV A=1 # x\n`, "can't find ="],
  ['13 ENV that swallows the next line', `${FROM}ENV A=1 \\\n\nRUN x\n`, "can't find ="],
  ['13 number in a JSON form', `${FROM}CMD ["a", 1]\n`, 'arrays must be comprised of strings'],
  ['a line over 64 KiB', `${FROM}RUN ${'x'.repeat(65_532)}\n`, 'line longer than'],
  ['a line of fewer characters than 64 Ki, but more bytes', `${FROM}RUN ${'é'.repeat(32_766)}\n`, 'line longer than'],
])('rejected as by BuildKit: %s', (_name, input, message) => {
  expect(() => Dockerfile.parse(input)).toThrow(message);
});

test.each([
  ['an indented first instruction that names a variable', '  ARG V=$W\nFROM a\n'],
  ['a comment with the escape character inside a continuation', `${FROM}RUN \\\n# comment\\comment\n`],
])('inputs on which accessors of dockerfile-ast recurse or throw: %s', (_name, input) => {
  expect(() => firstDisagreement(Dockerfile.parse(input))).not.toThrow();
});

test.each([
  ['characters', 'x'.repeat(65_531)],
  ['bytes', `x${'é'.repeat(32_765)}`],
])('a line of 64 KiB less one, counted in %s, is read', (_name, word) => {
  expect(Dockerfile.parse(`${FROM}RUN ${word}\n`).instructions).toHaveLength(2);
});

/** Values that accessors of dockerfile-ast give otherwise: comments kept, backslashes eaten, blanks collapsed, JSON by brackets. */
test.each<readonly [input: string, text: string, json: readonly string[] | undefined]>([
  ['RUN a \\\n  # c1\n  b \\\n  # c2\n  c', 'a   b   c', undefined],
  ['RUN echo a\\n\\\nb', 'echo a\\nb', undefined],
  ['CMD ["sh","-c","a && b"]', '["sh","-c","a && b"]', ['sh', '-c', 'a && b']],
  ['CMD ["\\u0041"]', '["\\u0041"]', ['A']],
  ['CMD ["a"] && b', '["a"] && b', undefined],
  ['CMD ["a",]', '["a",]', undefined],
  ['CMD ["a", \\\n # c\n "b"]', '["a",  "b"]', ['a', 'b']],
  ['CMD --x ["a"]', '["a"]', ['a']],
  ['RUN x--y --mount=z w', 'x--y --mount=z w', undefined],
  ['COPY --chown="a b" x y', 'x y', undefined],
  ['WORKDIR /a b', '/a b', undefined],
])('the arguments of %j', (input, text, json) => {
  const instruction = Dockerfile.parse(`${FROM}${input}\n`).instructions[1]!;
  expect([argumentText(instruction), instruction.json?.map(({ value }) => value)]).toEqual([text, json]);
});

test.each(['ENV', 'LABEL'])('blanks within the value of an old %s are kept', (keyword) => {
  const file = Dockerfile.parse(`${FROM}${keyword} A a \\\n   b\n`);
  const { logical } = file.instructions[1]!;
  expect(readKeyValues(file.instructions[1]!, logical.text, file.escape)).toMatchObject([
    { name: 'A', value: 'a    b' },
  ]);
});

test('where both parsers agree, nothing is declined', () => {
  const text =
    '# syntax=docker/dockerfile:1\nARG V=1\nFROM a:$V AS b\n\n# c\nRUN a \\\n  # c\n\n  b\nCOPY --from=x a b\nRUN <<EOF\nhi\nEOF\n';
  expect(firstDisagreement(Dockerfile.parse(text))).toBeUndefined();
});

test.each([
  ['characters', `${FROM}${'RUN echo a\\\\\n'.repeat(20_000)}`],
  ['stages with comments', `# c\n${FROM}`.repeat(201) + 'RUN echo a\\\\\nRUN b\n'],
])('a file of too many %s for the second parser is read by the first alone', (_name, text) => {
  expect(firstDisagreement(Dockerfile.parse(text))).toBeUndefined();
});
