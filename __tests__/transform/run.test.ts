import { describe, expect, test } from '@jest/globals';
import { DockerfileError } from '../../src/dockerfile/index.js';
import { type AnyTransform, inOrder, type RunOptions, runTransforms } from '../../src/transform/index.js';
import { at, replacing, testTransform } from '../support/transforms.js';

const run = (text: string, transforms: readonly AnyTransform[], options: Partial<RunOptions> = {}) =>
  runTransforms(text, { transforms, ...options });
const text = 'FROM a\nRUN b\nRUN c\n';

describe('order', () => {
  const names = (list: readonly AnyTransform[]): readonly string[] => inOrder(list).map(({ meta }) => meta.name);
  const named = (name: string, meta: Parameters<typeof testTransform>[2]) => testTransform(name, () => undefined, meta);

  test('by phase, then after, then name', () => {
    expect(
      names([
        named('d', { phase: 'clean' }),
        named('c', { phase: 'base' }),
        named('a', { phase: 'clean', after: ['d'] }),
        named('b', { phase: 'clean' }),
      ]),
    ).toEqual(['c', 'b', 'd', 'a']);
  });
  test('names that are not there do not matter', () => {
    expect(names([named('a', { after: ['z'] })])).toEqual(['a']);
  });
  test('a circle is an error', () => {
    expect(() => names([named('a', { after: ['b'] }), named('b', { after: ['a'] })])).toThrow('in a circle: a, b');
  });
});

describe('passes', () => {
  test('nothing to do: one pass, the same text, settled', () => {
    expect(run(text, [replacing('x', 'RUN', 'z', 'y')])).toMatchObject({
      output: text,
      changes: [],
      passes: 1,
      settled: true,
      leftAlone: undefined,
    });
  });
  test('an earlier transform sees what a later one made', () => {
    const result = run(text, [replacing('one', 'RUN', 'd', 'e'), replacing('two', 'RUN', 'c', 'd')]);
    expect(result.output).toBe('FROM a\nRUN b\nRUN e\n');
    expect(result.changes.map(({ transform, pass, line }) => [transform, pass, line])).toEqual([
      ['two', 1, 3],
      ['one', 2, 3],
    ]);
    expect(result.passes).toBe(3);
  });
  test.each([
    ['is not shown', true, 1],
    ['is shown', false, 2],
  ])('an early transform that rested %s what a later one made that is local: %s', (_, local, looks) => {
    let looked = 0;
    const early = testTransform('early', () => void looked++, { phase: 'order' });
    const late = replacing('late', 'RUN', 'c', 'd', { meta: { phase: 'install', ...(local ? { local } : {}) } });
    expect(run(text, [early, late]).output).toBe('FROM a\nRUN b\nRUN d\n');
    expect(looked).toBe(looks);
  });
  test.each([
    ['asked again', false, 2],
    ['left alone', true, 1],
  ])('a transform that says when it has more is %s after its own changes: %s', (_, saysMore, passes) => {
    let looked = 0;
    const one = replacing('one', 'RUN', 'c', 'd');
    const counted = testTransform(
      'one',
      (file, context) => {
        looked++;
        one.find(file, context);
      },
      { ...(saysMore ? { saysMore } : {}) },
    );
    expect(run(text, [counted]).output).toBe('FROM a\nRUN b\nRUN d\n');
    expect(looked).toBe(passes);
  });
  test('what it left for the next pass is done then', () => {
    const one = replacing('one', 'RUN', 'b', 'd');
    const two = replacing('two', 'RUN', 'c', 'd');
    const inTurns = testTransform(
      'turns',
      (file, context) => {
        if (!file.text.includes('b')) return two.find(file, context);
        one.find(file, context);
        context.more();
      },
      { saysMore: true },
    );
    expect(run(text, [inTurns]).output).toBe('FROM a\nRUN d\nRUN d\n');
  });
  test('two that undo each other: the text stays, both are named', () => {
    const result = run(text, [
      replacing('one', 'RUN', 'c', 'd'),
      replacing('two', 'RUN', 'd', 'c', { meta: { phase: 'runtime' } }),
    ]);
    expect(result).toMatchObject({ output: text, changes: [], settled: false });
    expect(result.faults.map(({ transform, message }) => [transform, message])).toEqual([
      ['one', 'does not come to rest (with one, two)'],
      ['two', 'does not come to rest (with one, two)'],
    ]);
  });
  test('one that goes back and forth between passes', () => {
    const cycle = run(text, [
      testTransform('turn', (file, context) => {
        const instruction = at(file, 2);
        const [from, to] = file.text.includes('RUN c') ? ['c', 'd'] : ['d', 'c'];
        const start = instruction.span.start + file.slice(instruction.span).indexOf(from);
        context.propose({
          at: instruction.span,
          edits: [{ span: { start, end: start + 1 }, text: to }],
          what: 'turn',
          level: 'safe',
        });
      }),
    ]);
    expect(cycle).toMatchObject({ output: text, changes: [], files: [], settled: false, passes: 2 });
    expect(cycle.faults).toEqual([{ transform: 'turn', message: 'does not come to rest (with turn)' }]);
  });
  test('one that always adds is given up after ten passes', () => {
    const result = run(text, [replacing('grow', 'RUN', 'c', 'cc')]);
    expect(result).toMatchObject({ output: text, passes: 10, settled: false });
    expect(result.faults.map(({ transform }) => transform)).toEqual(['grow']);
  });
});

describe('levels and groups', () => {
  const three = [
    replacing('s', 'RUN', 'b', 'safe'),
    replacing('r', 'RUN', 'c', 'review', { level: 'review' }),
    replacing('u', 'FROM', 'a', 'u', { level: 'unsafe' }),
  ];
  test.each([
    ['safe', 'FROM a\nRUN safe\nRUN c\n', ['u', 'r']],
    ['review', 'FROM a\nRUN safe\nRUN review\n', ['u']],
    ['unsafe', 'FROM u\nRUN safe\nRUN review\n', []],
  ] as const)('--allow %s', (allow, output, withheld) => {
    const result = run(text, three, { allow });
    expect(result.output).toBe(output);
    expect(new Set(result.withheld.map(({ transform }) => transform))).toEqual(new Set(withheld));
  });
  test('review is the default', () => {
    expect(run(text, three).output).toBe('FROM a\nRUN safe\nRUN review\n');
  });
  test('what was withheld is no refusal when a change of another comes to stand in its way', () => {
    const first = testTransform('first', (file, context) => {
      const { span } = at(file, 2);
      if (file.slice(span) !== 'RUN c') return context.decline('something else stands there', span);
      context.propose({ at: span, edits: [{ span, text: 'RUN z' }], what: 'z', level: 'review' });
    });
    const second = replacing('second', 'RUN', 'c', 'd');
    expect(run(text, [first, second], { allow: 'safe' })).toMatchObject({
      output: 'FROM a\nRUN b\nRUN d\n',
      withheld: [{ transform: 'first', line: 3 }],
      refusals: [],
    });
    expect(run(text, [first, second]).output).toBe('FROM a\nRUN b\nRUN z\n');
  });
  test('a group stands or falls together', () => {
    const pair = testTransform('pair', (file, context) => {
      for (const [index, level] of [
        [1, 'safe'],
        [2, 'unsafe'],
      ] as const) {
        const { span } = at(file, index);
        if (file.slice(span) === 'RUN z') continue;
        context.propose({ at: span, edits: [{ span, text: 'RUN z' }], what: 'z', level, group: 'both' });
      }
    });
    const result = run(text, [pair]);
    expect(result.output).toBe(text);
    expect(result.withheld.map(({ line }) => line)).toEqual([2, 3]);
    expect(run(text, [pair], { allow: 'unsafe' }).output).toBe('FROM a\nRUN z\nRUN z\n');
  });
});

describe('faults', () => {
  test('a transform that throws is isolated', () => {
    const throwing = testTransform('broken', () => {
      throw new TypeError('no such thing');
    });
    const result = run(text, [throwing, replacing('x', 'RUN', 'c', 'd')]);
    expect(result.output).toBe('FROM a\nRUN b\nRUN d\n');
    expect(result.settled).toBe(true);
    expect(result.faults).toEqual([{ transform: 'broken', message: 'failed: no such thing' }]);
  });
  test('what it proposed before it threw is dropped', () => {
    const throwing = testTransform('broken', (file, context) => {
      context.propose({
        at: at(file, 1).span,
        edits: [{ span: at(file, 1).span, text: 'RUN z' }],
        what: 'z',
        level: 'safe',
      });
      throw new Error('late');
    });
    expect(run(text, [throwing])).toMatchObject({ output: text, changes: [] });
  });
  test('an edit that overruns its instruction is rolled back alone and reported', () => {
    const overrun = testTransform('overrun', (file, context) => {
      const [one, two] = [at(file, 1).span, at(file, 2).span];
      if (!file.text.includes('RUN b')) return;
      context.propose({
        at: one,
        edits: [{ span: { start: one.start, end: two.start + 2 }, text: 'RUN x' }],
        what: 'bad',
        level: 'safe',
      });
      if (file.text.includes('RUN c'))
        context.propose({ at: two, edits: [{ span: two, text: 'RUN z' }], what: 'good', level: 'safe' });
    });
    const result = run(text, [overrun]);
    expect(result.faults).toEqual([
      { transform: 'overrun', line: 2, message: 'rolled back: line 3: an edit runs over into this instruction' },
    ]);
    expect(result.changes.map(({ what }) => what)).toContain('good');
    expect(result.output).toBe('FROM a\nRUN b\nRUN z\n');
  });
  test('what is not a Dockerfile is thrown back', () => {
    expect(() => run('RUN a\n', [])).toThrow(DockerfileError);
  });
});

test('a file on which the two parsers disagree is left alone, with the reason', () => {
  const result = run('FROM a\nRUN echo a\\\\\nRUN b\n', [replacing('x', 'RUN', 'b', 'd')]);
  expect(result).toMatchObject({ output: result.input, changes: [], settled: true });
  expect(result.leftAlone).toBe('two parsers disagree about where the instruction at line 2 ends');
});

test('refusals carry the place and the first line', () => {
  const refusing = testTransform('no', (file, context) => context.decline('because', at(file, 1).span));
  expect(run('FROM a\n  RUN b \\\n  c\n', [refusing]).refusals).toEqual([
    { transform: 'no', reason: 'because', line: 2, column: 3, instruction: 'RUN b \\' },
  ]);
});

test('a change after another keeps the line of the input', () => {
  const insert = testTransform('insert', (file, context) => {
    const { span } = at(file, 1);
    if (file.text.includes('ENV')) return;
    context.propose({
      at: span,
      edits: [{ span: { start: span.start, end: span.start }, text: 'ENV A=1\nENV B=2\n' }],
      what: 'insert',
      level: 'safe',
    });
  });
  const result = run(text, [insert, replacing('replace', 'RUN', 'c', 'd', { meta: { phase: 'runtime' } })]);
  expect(result.changes.map(({ transform, line }) => [transform, line])).toEqual([
    ['insert', 2],
    ['replace', 3],
  ]);
});

describe('reasons after a change of another', () => {
  const insert = replacing('insert', 'RUN', 'b', 'b\nRUN x', { meta: { phase: 'base' } });
  const once = testTransform(
    'insert',
    (file, context) => void (file.text.includes('x') || insert.find(file, context)),
    {
      phase: 'base',
    },
  );
  const lines = (file: Parameters<typeof at>[0]): string =>
    file.instructions.map(({ lines: { first } }) => first).join(', ');

  test('name the lines of the input', () => {
    const refusing = testTransform('no', (file, context) => context.decline(`lines ${lines(file)}`, at(file, 0).span));
    const proposing = testTransform('yes', (file, context) => {
      if (file.text.includes('FROM z')) return;
      const { span } = at(file, 0);
      const what = `for line ${at(file, 3).lines.first}`;
      const edits = [{ span: { start: span.end - 1, end: span.end }, text: 'z' }];
      context.propose({
        at: span,
        edits,
        what,
        level: 'safe',
        evidence: [{ fact: `line ${at(file, 2).lines.first}` }],
      });
    });
    const result = run(text, [once, proposing, refusing]);
    expect(result.refusals.map(({ reason }) => reason)).toEqual(['lines 1, 2, 3 of the new file, 3']);
    expect(result.changes.map(({ what, evidence }) => [what, evidence]).at(-1)).toEqual([
      'for line 3',
      [{ fact: 'line 3 of the new file' }],
    ]);
  });
  test('stay the first that were given for a line, while it is refused', () => {
    const refusing = testTransform(
      'no',
      (file, context) => context.decline(file.text.includes('x') ? 'of the driver' : 'of the input', at(file, 0).span),
      { phase: 'base' },
    );
    const late = replacing('late', 'RUN', 'c', 'x');
    expect(run(text, [refusing, late]).refusals.map(({ reason }) => reason)).toEqual(['of the input']);
  });
  test('are the first of the lines that are refused still, and those of new lines', () => {
    const refusing = testTransform(
      'no',
      (file, context) => {
        const late = file.text.includes('x');
        for (const index of late ? [0, 1] : [1, 2])
          context.decline(late ? 'of the driver' : 'of the input', at(file, index).span);
      },
      { phase: 'base' },
    );
    const { refusals } = run(text, [refusing, replacing('late', 'RUN', 'c', 'x')]);
    expect(refusals.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'of the input'],
      [1, 'of the driver'],
    ]);
  });
  test('are none where the instruction is of another transform', () => {
    const refusing = testTransform('no', (file, context) => {
      for (const { span, keyword } of file.instructions) if (keyword === 'RUN') context.decline(file.slice(span), span);
    });
    expect(run(text, [once, refusing]).refusals.map(({ reason }) => reason)).toEqual(['RUN b', 'RUN c']);
  });
  test('are told where the instruction is of the transform itself', () => {
    const both = testTransform('both', (file, context) => {
      once.find(file, context);
      if (file.text.includes('x')) context.decline('because', at(file, 2).span);
    });
    expect(run(text, [both]).refusals.map(({ reason }) => reason)).toEqual(['because']);
  });
  test('stay where the one refusal would move to another line', () => {
    const refusing = testTransform(
      'no',
      (file, context) => context.decline('because', at(file, file.text.includes('x') ? 1 : 2).span),
      { phase: 'base' },
    );
    expect(run(text, [refusing, replacing('late', 'RUN', 'c', 'x')]).refusals.map(({ line }) => line)).toEqual([3]);
  });
  test('go with the refusal', () => {
    const refusing = testTransform(
      'no',
      (file, context) => void (file.text.includes('x') || context.decline('because', at(file, 0).span)),
      { phase: 'base' },
    );
    expect(run(text, [refusing, replacing('late', 'RUN', 'c', 'x')]).refusals).toEqual([]);
  });
});

test('options: what is given, else the default', () => {
  const seen: unknown[] = [];
  const transform = testTransform('o', (_file, { options }) => void seen.push(options), {
    options: { one: { default: 1, describe: 'a number' }, two: { default: 'x', describe: 'a word' } },
  });
  run(text, [transform], { options: { o: { one: 2 } } });
  expect(seen).toEqual([{ one: 2, two: 'x' }]);
});

test('what cleans up waits until what comes before it has come to rest', () => {
  const seen: string[] = [];
  const install = testTransform(
    'install-twice',
    (file, { propose }) => {
      const { span } = file.instructions[1]!;
      if (file.slice(span) === 'RUN a__') return;
      propose({
        at: span,
        edits: [{ span: { start: span.end, end: span.end }, text: '_' }],
        level: 'safe',
        what: 'add',
      });
    },
    { phase: 'install' },
  );
  const clean = testTransform('clean-it', (file) => void seen.push(file.slice(file.instructions[1]!.span)), {
    phase: 'clean',
  });
  expect(run('FROM a\nRUN a\n', [clean, install]).output).toBe('FROM a\nRUN a__\n');
  expect(seen).toEqual(['RUN a__']);
});
