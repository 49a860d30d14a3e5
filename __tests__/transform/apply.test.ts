import { describe, expect, test } from '@jest/globals';
import { Dockerfile, type Edit } from '../../src/dockerfile/index.js';
import { applyChanges, toEdits } from '../../src/transform/apply.js';
import type { Change, Move } from '../../src/transform/index.js';
import { forms, formsOf } from '../support/forms.js';

const change = (file: Dockerfile, ...edits: readonly (Edit | Move)[]): Change => ({
  transform: 'test',
  level: 'safe',
  at: file.instructions[0]!.span,
  edits,
  files: [],
  what: 'test',
  why: 'test',
  evidence: [],
  announces: [],
  group: 'test',
});

/** Replaces the first place where a text stands. */
const replace = (file: Dockerfile, from: string, to: string): Edit => {
  const start = file.text.indexOf(from);
  if (start < 0) throw new Error(`${from} is not in the file`);
  return { span: { start, end: start + from.length }, text: to };
};

const apply = (text: string, edits: (file: Dockerfile) => readonly (Edit | Move)[]) => {
  const file = Dockerfile.parse(text);
  return { before: file, ...applyChanges(file, [change(file, ...edits(file))]) };
};

describe('moves', () => {
  const moves = (text: string, ...list: readonly Move[]): string => {
    const { file, fault } = apply(text, () => list);
    expect(fault).toBeUndefined();
    return file.text;
  };
  const text = 'FROM a\n# about b\nRUN b \\\n  # in b\n  c\n\n# about d\nCOPY <<E /d\nx\nE\nRUN e\n';

  test.each(formsOf(text))('carry the comments above and the here-document $name', (form) => {
    expect(moves(form.write(text), { instruction: 2, before: 1 }).trimEnd()).toBe(
      form.write('FROM a\n# about d\nCOPY <<E /d\nx\nE\n# about b\nRUN b \\\n  # in b\n  c\n\nRUN e\n').trimEnd(),
    );
  });
  test.each(formsOf(text))('carry the last line, newline or not $name', (form) => {
    const result = moves(form.write(text), { instruction: 3, before: 2 });
    expect(result).toContain(form.write('\n\nRUN e\n# about d\nCOPY <<E /d\nx\n').trimEnd());
    expect(Dockerfile.parse(result).instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'RUN', 'COPY']);
  });
  test('go down as well as up', () => {
    expect(moves('FROM a\nRUN b\nRUN c\nRUN d\n', { instruction: 1, before: 3 })).toBe('FROM a\nRUN c\nRUN b\nRUN d\n');
  });
  test('to one place keep their order', () => {
    expect(moves('FROM a\nRUN b\nRUN c\nRUN d\n', { instruction: 2, before: 1 }, { instruction: 3, before: 1 })).toBe(
      'FROM a\nRUN c\nRUN d\nRUN b\n',
    );
  });
  test('to one place with a gap between them keep it', () => {
    const up = [2, 3].map((instruction) => ({ instruction, before: 1 }));
    expect(moves('FROM a\nCOPY b /\n\nRUN c\n\nRUN d\n', ...up)).toBe('FROM a\nRUN c\n\nRUN d\n\nCOPY b /\n');
  });
  test('that are set apart close the gap, going up', () => {
    expect(moves('FROM a\n\nRUN b\n\nRUN c\n\nRUN d\n', { instruction: 2, before: 1 })).toBe(
      'FROM a\n\nRUN c\n\nRUN b\n\nRUN d\n',
    );
  });
  test('that are set apart close the gap, going down', () => {
    const text = 'FROM a\n\nARG b\nARG c\n\nLABEL d=1\n\nRUN e\nCMD f\n';
    const all = [1, 2, 3].map((instruction) => ({ instruction, before: 5 }));
    expect(moves(text, ...all)).toBe('FROM a\n\nRUN e\n\nARG b\nARG c\n\nLABEL d=1\n\nCMD f\n');
  });
  test('of a group at the end of the file close the gap', () => {
    expect(moves('FROM a\nRUN b\n\nRUN c\n', { instruction: 2, before: 1 })).toBe('FROM a\nRUN c\n\nRUN b\n');
  });
  test.each(['\n', '\r\n'])('from the end of a file without a newline mind the kind of each line end %j', (end) => {
    expect(moves(`FROM a\nRUN b${end}\r\nRUN c\r`, { instruction: 2, before: 1 })).toBe(`FROM a\nRUN c\r\n\r\nRUN b`);
    expect(moves(`FROM a\nRUN b${end}\nRUN c`, { instruction: 2, before: 1 })).toBe(`FROM a\nRUN c\n\nRUN b`);
  });
  test('take the edits inside the instruction along', () => {
    const { file, fault } = apply('FROM a\nRUN b\nRUN c\n', (before) => [
      { instruction: 2, before: 1 },
      replace(before, 'RUN c', 'RUN --network=none c'),
    ]);
    expect(fault).toBeUndefined();
    expect(file.text).toBe('FROM a\nRUN --network=none c\nRUN b\n');
  });
});

describe('the last lines of a file without a final newline', () => {
  /** The first of some lines as one that goes, with its newline or, as the last one, with the newline above. */
  const without = (file: Dockerfile, line: string): Edit =>
    file.text.endsWith(line) ? replace(file, `${file.eol}${line}`, '') : replace(file, `${line}${file.eol}`, '');
  const ends = forms.filter(({ name }) => name.includes('no final') || name.includes('without'));

  test.each(ends)('go with a block that moves from above them $name', (form) => {
    const { file, fault } = apply(form.write('FROM a\nRUN b\n# c\nRUN c\nRUN d\n'), (before) => [
      { instruction: 2, before: 1 },
      without(before, 'RUN d'),
    ]);
    expect(fault).toBeUndefined();
    expect(file.text).toBe(form.write('FROM a\n# c\nRUN c\nRUN b\n'));
  });
  test.each(ends)('stay where another edit is made in them while a block moves $name', (form) => {
    const { file, fault } = apply(form.write('FROM a\nRUN b\nRUN c\nRUN d\n'), (before) => [
      { instruction: 2, before: 1 },
      replace(before, `${before.eol}RUN d`, `${before.eol}RUN e`),
    ]);
    expect(fault).toContain('overlap');
    expect(file.text).toBe(form.write('FROM a\nRUN b\nRUN c\nRUN d\n'));
  });
  test.each(ends)('go with those above them $name', (form) => {
    const { file, fault } = apply(form.write('FROM a\nRUN b\nRUN c\nRUN d\nRUN e\n'), (before) =>
      ['RUN c', 'RUN d', 'RUN e'].map((line) => without(before, line)),
    );
    expect(fault).toBeUndefined();
    expect(file.text).toBe(form.write('FROM a\nRUN b\n'));
  });
  test.each(ends)('go alone where only the end of the line above goes $name', (form) => {
    const { file, fault } = apply(form.write('FROM a\nRUN b\nRUN c d\nRUN e\n'), (before) => [
      replace(before, ' d', ''),
      without(before, 'RUN e'),
    ]);
    expect(fault).toBeUndefined();
    expect(file.text).toBe(form.write('FROM a\nRUN b\nRUN c\n'));
  });
  test.each(ends)('move together $name', (form) => {
    const up = [2, 3].map((instruction) => ({ instruction, before: 1 }));
    const { file, fault } = apply(form.write('FROM a\nRUN b\nRUN c\nRUN d\n'), () => up);
    expect(fault).toBeUndefined();
    expect(file.text).toBe(form.write('FROM a\nRUN c\nRUN d\nRUN b\n'));
  });
});

describe('edits that the net catches; the file is then as it was', () => {
  test.each([
    [
      'a deletion that overruns its instruction',
      'FROM a\nRUN apk add \\\n\tb \\\n\tc\n\nENV LANG C\nENV FOO bar\nEXPOSE 80\n',
      (file: Dockerfile) => [replace(file, 'add \\\n\tb \\\n\tc\n\nENV LANG C\nENV ', 'add b c')],
      'runs over into this instruction',
    ],
    [
      'a replacement that swallows whole instructions',
      'FROM a\nRUN b\nWORKDIR /app\nEXPOSE 80\n',
      (file: Dockerfile) => [replace(file, 'RUN b\nWORKDIR /app', 'RUN c')],
      'runs over into this instruction',
    ],
    [
      'a newline that is lost, so that the next line is glued on',
      'FROM a\nRUN b\nENV A=1\n',
      (file: Dockerfile) => [replace(file, 'RUN b\n', 'RUN c ')],
      'line 3: an instruction that no edit touches would change',
    ],
    [
      'a continuation that swallows the next instruction',
      'FROM a\nRUN b\nCOPY c d\n',
      (file: Dockerfile) => [replace(file, 'RUN b', 'RUN b \\')],
      'line 3: an instruction that no edit touches would change',
    ],
    [
      'a here-document that swallows what follows',
      'FROM a\nRUN b\nRUN c\n',
      (file: Dockerfile) => [replace(file, 'RUN b', 'RUN cat <<RUN')],
      'the result would not parse',
    ],
    [
      'a continuation that is cut',
      'FROM a\nRUN apt-get install \\\n  curl \\\n  zlib1g \\\n  && rm x\n',
      (file: Dockerfile) => [replace(file, '  zlib1g \\\n', '  zlib1g\n')],
      'unknown instruction "&&"',
    ],
    [
      'a comment that is lost',
      'FROM a\nRUN b \\\n  # why\n  c\n',
      (file: Dockerfile) => [replace(file, 'b \\\n  # why\n  c', 'b c')],
      'line 3: a comment would be lost',
    ],
    [
      'one of two equal comments',
      'FROM a\n# x\nRUN b\n# x\nRUN c\n',
      (file: Dockerfile) => [replace(file, '# x\nRUN b', 'RUN b')],
      'a comment would be lost',
    ],
    [
      'edits that overlap',
      'FROM a\nRUN b c\n',
      (file: Dockerfile) => [replace(file, 'b c', 'd'), replace(file, 'c', 'e')],
      'edits overlap',
    ],
    [
      'a missing FROM',
      'FROM a\nRUN b\n',
      (file: Dockerfile) => [replace(file, 'FROM a\n', '')],
      'the result would not parse',
    ],
  ] as const)('%s', (_name, text, edits, fault) => {
    const result = apply(text, edits);
    expect(result.fault).toContain(fault);
    expect(result.file).toBe(result.before);
  });
});

describe('edits that are fine', () => {
  test.each([
    [
      'inside an instruction',
      'FROM a\nRUN b c\n',
      (file: Dockerfile) => [replace(file, 'b', 'd')],
      'FROM a\nRUN d c\n',
    ],
    [
      'at its end',
      'FROM a\nRUN b\nRUN c\n',
      () => [{ span: { start: 12, end: 12 }, text: ' d' }],
      'FROM a\nRUN b d\nRUN c\n',
    ],
    [
      'an instruction inserted before one',
      'FROM a\nRUN b\n',
      () => [{ span: { start: 7, end: 7 }, text: 'ENV A=1\n' }],
      'FROM a\nENV A=1\nRUN b\n',
    ],
    [
      'an instruction removed with its line',
      'FROM a\nRUN b\nRUN c\n',
      (file: Dockerfile) => [replace(file, 'RUN b\n', '')],
      'FROM a\nRUN c\n',
    ],
    [
      'two instructions by an edit each',
      'FROM a\nRUN b\nRUN c\n',
      (file: Dockerfile) => [replace(file, 'RUN b', 'RUN b && c'), replace(file, '\nRUN c', '')],
      'FROM a\nRUN b && c\n',
    ],
    [
      'a comment kept elsewhere',
      'FROM a\nRUN b \\\n  # why\n  c\n',
      (file: Dockerfile) => [replace(file, 'RUN b \\\n  # why\n  c', '# why\nRUN b c')],
      'FROM a\n# why\nRUN b c\n',
    ],
  ] as const)('%s', (_name, text, edits, expected) => {
    const result = apply(text, edits);
    expect(result.fault).toBeUndefined();
    expect(result.file.text).toBe(expected);
  });
});

test('toEdits gives sorted splices, a move as a removal and an insertion', () => {
  const file = Dockerfile.parse('FROM a\nRUN b\nRUN c\n');
  expect(toEdits(file, [change(file, { instruction: 2, before: 1 })])).toEqual([
    { span: { start: 7, end: 7 }, text: 'RUN c\n' },
    { span: { start: 13, end: 19 }, text: '' },
  ]);
});

describe('shell commands', () => {
  const text = 'FROM a\nRUN apt-get install -y b; \\\n    rm -rf /c && echo "$(date)"\n';

  test.each(formsOf(text))('that would become one are a fault $name', (form) => {
    const { fault } = apply(form.write(text), (file) => [replace(file, ';', '')]);
    expect(fault).toBe('line 2: two shell commands would become one');
  });
  test('that would not parse are a fault', () => {
    const { fault } = apply(text, (file) => [replace(file, '"$', '$')]);
    expect(fault).toMatch(/^line 2: the shell script would not be read/);
  });
  test('may lose words, go, and have others around them', () => {
    const { fault, file } = apply(text, (old) => [
      replace(old, ' -y', ''),
      replace(old, 'apt-get', 'true && env A=b apt-get'),
      replace(old, 'rm -rf /c && ', ''),
    ]);
    expect(fault).toBeUndefined();
    expect(file.text).toBe('FROM a\nRUN true && env A=b apt-get install b; \\\n    echo "$(date)"\n');
  });
  test('of a RUN that was not read before are left to who edits it', () => {
    const { fault } = apply('FROM a\nRUN if x\n', (file) => [replace(file, 'x', 'y')]);
    expect(fault).toBeUndefined();
  });
});
