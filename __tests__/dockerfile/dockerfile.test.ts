import { describe, expect, test } from '@jest/globals';
import { Dockerfile, DockerfileError, sourceStage, toSourceSpan } from '../../src/dockerfile/index.js';

const read = (text: string): Dockerfile => Dockerfile.parse(text);

describe('what is not a Dockerfile', () => {
  test.each([
    ['', 'no instructions', 1, 1],
    ['# only a comment\n', 'no instructions', 1, 1],
    ['RUN a\n', 'before the first FROM', 1, 1],
    ['ARG A\n', 'no FROM', 1, 1],
    ['FROM a\n  fetch b\n', 'unknown instruction "fetch"', 2, 3],
    ['FROM a\nFROM a b\n', 'FROM requires', 2, 1],
    ['FROM a\nONBUILD FROM b\n', "isn't allowed as an ONBUILD trigger", 2, 1],
    ['FROM a\nONBUILD\n', 'ONBUILD requires', 2, 1],
    ['FROM a\n\nRUN <<EOF\nb\n', 'unterminated heredoc', 3, 1],
  ])('%j: %s at %d:%d', (text, message, line, column) => {
    let thrown: unknown;
    try {
      read(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DockerfileError);
    expect((thrown as DockerfileError).message).toContain(message);
    expect((thrown as DockerfileError).position).toEqual({ line, column });
  });
});

describe('spans', () => {
  const text =
    '\ufeff# syntax=docker/dockerfile:1\r\nFROM a AS b\r\n\r\n# one\r\nrun x \\\r\n  # two\r\n  y\r\nCOPY <<E /f\r\nhi\r\nE\r\nCMD ["z"]';
  const file = read(text);

  test('an instruction runs from its keyword to the end of its last line', () => {
    expect(file.instructions.map(({ span }) => file.slice(span))).toEqual([
      'FROM a AS b',
      'run x \\\r\n  # two\r\n  y',
      'COPY <<E /f\r\nhi\r\nE',
      'CMD ["z"]',
    ]);
  });
  test('comments, inside instructions too', () => {
    expect(file.comments.map(({ span, inside }) => [file.slice(span), inside])).toEqual([
      ['# syntax=docker/dockerfile:1', undefined],
      ['# one', undefined],
      ['# two', 1],
    ]);
  });
  test('directives after a byte order mark', () => {
    expect(file.directives.map(({ name, value }) => [name, value])).toEqual([['syntax', 'docker/dockerfile:1']]);
  });
  test('the body of a here-document', () => {
    const [heredoc] = file.instructions[2]!.heredocs;
    expect(file.slice(heredoc!.body)).toBe('hi\r\n');
    expect(file.slice(heredoc!.delimiter)).toBe('E');
  });
  test('the arguments, mapped back over a comment', () => {
    const { logical, args } = file.instructions[1]!;
    expect(logical.text.slice(args.start, args.end)).toBe('x   y');
    expect(file.slice(toSourceSpan(logical, args))).toBe('x \\\r\n  # two\r\n  y');
  });
  test('the strings of a JSON form', () => {
    const cmd = file.instructions[3]!;
    expect(cmd.json?.map(({ value, span }) => [value, file.slice(toSourceSpan(cmd.logical, span))])).toEqual([
      ['z', '"z"'],
    ]);
  });
  test('line endings and positions', () => {
    expect(file.eol).toBe('\r\n');
    expect(read('FROM a').eol).toBe('\n');
    expect(file.position(file.instructions[1]!.span.start)).toEqual({ line: 5, column: 1 });
  });
});

describe('blockOf', () => {
  const block = (text: string, index: number): string => {
    const file = read(text);
    return file.slice(file.blockOf(file.instructions[index]!));
  };
  test.each([
    ['the comments directly above', 'FROM a\n# one\n# two\nRUN b\nRUN c\n', 1, '# one\n# two\nRUN b\n'],
    ['not those above a blank line', 'FROM a\n# one\n\n# two\nRUN b\n', 1, '# two\nRUN b\n'],
    ['not the comments inside the instruction before', 'FROM a\nRUN b \\\n  # in\n  c\nRUN d\n', 2, 'RUN d\n'],
    ['not the parser directives', '# syntax=a/b\n# about the base\nFROM a\n', 0, '# about the base\nFROM a\n'],
    ['indented lines whole', 'FROM a\n  # one\n  RUN b\n', 1, '  # one\n  RUN b\n'],
    ['the here-document', 'FROM a\nRUN <<E\nb\nE\nRUN c\n', 1, 'RUN <<E\nb\nE\n'],
    ['a last line without a newline', 'FROM a\r\nRUN b', 1, 'RUN b'],
  ])('%s', (_name, text, index, expected) => {
    expect(block(text, index)).toBe(expected);
  });
});

describe('stages', () => {
  const file = read(
    'ARG V=1\nFROM --platform=$BUILDPLATFORM node:$V AS Build\nRUN a\nFROM build\nCOPY --from=0 a b\nFROM scratch as last\n',
  );
  test('names, bases, parents', () => {
    expect(file.stages.map(({ index, name, base, platform, parent }) => [index, name, base, platform, parent])).toEqual(
      [
        [0, 'build', 'node:$V', '$BUILDPLATFORM', undefined],
        [1, undefined, 'build', undefined, 0],
        [2, 'last', 'scratch', undefined, undefined],
      ],
    );
  });
  test('the place of the base', () => {
    const { from, baseSpan } = file.stages[0]!;
    expect(file.slice(toSourceSpan(from.logical, baseSpan))).toBe('node:$V');
  });
  test('an instruction belongs to the stage above it', () => {
    expect(file.instructions.map((instruction) => file.stageOf(instruction)?.index)).toEqual([
      undefined,
      0,
      0,
      1,
      1,
      2,
    ]);
    expect(file.stages[1]!.instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'COPY']);
  });
  test.each([
    ['BUILD', 0],
    ['0', 0],
    ['1', 1],
    ['2', undefined],
    ['last', undefined],
    ['alpine', undefined],
  ])('COPY --from=%s in the last stage is stage %s', (from, index) => {
    expect(sourceStage(file.stages, file.stages[2]!, from)?.index).toBe(index);
  });
  test('the later of two stages of one name', () => {
    const { stages } = read('FROM a AS x\nFROM b AS x\nFROM x\n');
    expect(stages[2]!.parent).toBe(1);
  });
});

describe('directives', () => {
  test('escape by a backtick', () => {
    const file = read('# escape=`\nFROM a\nRUN dir C:\\ `\n  b\n');
    expect(file.escape).toBe('`');
    expect(file.instructions.map(({ lines }) => [lines.first, lines.last])).toEqual([
      [2, 2],
      [3, 4],
    ]);
  });
  test('only at the top', () => {
    expect(read('FROM a\n# escape=`\nRUN b\n').escape).toBe('\\');
    expect(read('\n# escape=`\nFROM a\n').escape).toBe('\\');
    expect(read('# a comment\n# escape=`\nFROM a\n').escape).toBe('\\');
  });
});

test('ONBUILD has a trigger with flags and arguments of its own', () => {
  const { trigger, logical } = read('FROM a\nONBUILD COPY --from=b c d\n').instructions[1]!;
  expect(trigger?.keyword).toBe('COPY');
  expect(trigger?.flags.map(({ name, value }) => [name, value])).toEqual([['from', 'b']]);
  expect(logical.text.slice(trigger!.args.start, trigger!.args.end)).toBe('c d');
});

describe('with', () => {
  test('gives the same object without edits', () => {
    const file = read('FROM a\n');
    expect(file.with([])).toBe(file);
  });
  test('gives a new one and leaves the old one alone', () => {
    const file = read('FROM a\nRUN b\n');
    const { span } = file.instructions[1]!;
    expect(file.with([{ span, text: 'RUN c' }]).text).toBe('FROM a\nRUN c\n');
    expect(file.text).toBe('FROM a\nRUN b\n');
  });
  test('throws where the result is no Dockerfile', () => {
    const file = read('FROM a\nRUN b\n');
    expect(() => file.with([{ span: { start: 0, end: 6 }, text: 'FRM a' }])).toThrow(DockerfileError);
  });
});
