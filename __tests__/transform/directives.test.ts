import { describe, expect, test } from '@jest/globals';
import { runTransforms } from '../../src/transform/index.js';
import { at, replacing, testTransform } from '../support/transforms.js';

const change = replacing('change-it', 'RUN', 'b', 'z', {
  meta: { sameAs: ['DL3009', 'tally/some-rule', 'JSONArgsRecommended'] },
});
const run = (text: string, ...others: Parameters<typeof runTransforms>[1]['transforms'][number][]) =>
  runTransforms(text, { transforms: [change, ...others] });
const messages = (text: string): readonly string[] =>
  run(text).directiveProblems.map(({ line, message }) => `${line}: ${message}`);

describe('comments that rule a change out', () => {
  test.each([
    ['by name', '# dfix-ignore change-it the mirror is slow\n'],
    ['among other names', '# dfix-ignore all , change-it because\n'],
    ['every transform', '# dfix-ignore all because\n'],
    ['in other case', '# DFIX-IGNORE Change-It because\n'],
    ['above other comments', '# dfix-ignore change-it because\n# more\n'],
    ['of hadolint', '# hadolint ignore=DL3008,DL3009\n'],
    ['of hadolint, for the file', '# hadolint global ignore=DL3009\n'],
    ['of tally', '# tally ignore=tally/some-rule;reason=slow\n'],
    ['of tally, for the file', '# tally global ignore=tally/some-rule\n'],
  ])('%s', (_name, comment) => {
    const text = `FROM a\n${comment}RUN b\n`;
    expect(run(text)).toMatchObject({ output: text, directiveProblems: [] });
  });
  test.each(['# check=skip=JSONArgsRecommended\n', '# check=error=true;skip=A,JSONArgsRecommended\n'])(
    'BuildKit: %s',
    (comment) => {
      const text = `${comment}FROM a\nRUN b\n`;
      expect(run(text).output).toBe(text);
    },
  );
  test('of a transform that does not run here: neither wrong nor unused', () => {
    const text = 'FROM a\n# dfix-ignore other because\nRUN c\n';
    const { directiveProblems } = runTransforms(text, { transforms: [change], otherNames: ['other'] });
    expect(directiveProblems).toEqual([]);
    expect(messages(text)).toContain('2: dfix-ignore names no transform: other');
  });
  test('inside the instruction', () => {
    const text = 'FROM a\nRUN c \\\n  # dfix-ignore change-it because\n  b\n';
    expect(run(text).output).toBe(text);
  });
  test('only for the instruction below', () => {
    expect(run('FROM a\n# dfix-ignore change-it because\nRUN b\nRUN b 2\n').output).toBe(
      'FROM a\n# dfix-ignore change-it because\nRUN b\nRUN z 2\n',
    );
  });
  test('below what another transform has put in before', () => {
    const more = replacing('add-one', 'RUN', 'c', 'd\nRUN e');
    expect(run('FROM a\nRUN c\n# dfix-ignore change-it because\nRUN b\n', more).output).toBe(
      'FROM a\nRUN d\nRUN e\n# dfix-ignore change-it because\nRUN b\n',
    );
  });
  test('wherever another transform has moved it', () => {
    const insert = testTransform(
      'insert',
      (file, context) => {
        if (file.text.includes('ENV')) return;
        const { start } = at(file, 1).span;
        context.propose({
          at: at(file, 1).span,
          edits: [{ span: { start, end: start }, text: 'ENV A=1\n' }],
          what: 'insert',
          level: 'safe',
        });
      },
      { phase: 'base' },
    );
    const result = run('FROM a\nRUN c\n# dfix-ignore change-it because\nRUN b\nRUN b 2\n', insert);
    expect(result.output).toBe('FROM a\nENV A=1\nRUN c\n# dfix-ignore change-it because\nRUN b\nRUN z 2\n');
    expect(result.directiveProblems).toEqual([]);
  });
});

test('an edit at the end of an instruction, or just behind it, is of none that a comment holds', () => {
  const insert = testTransform('change-it', (file, context) => {
    if (file.text.includes('ENV')) return;
    const { start, end } = at(file, 1).span;
    context.propose({
      at: at(file, 2).span,
      edits: [
        { span: { start, end: start }, text: 'ENV A=1\n' },
        { span: { start: end, end }, text: '\nENV B=1' },
      ],
      what: 'insert',
      level: 'safe',
    });
  });
  expect(run('FROM a\n# dfix-ignore change-it because\nRUN b\nRUN c\n', insert).output).toContain('ENV');
  const within = testTransform('change-it', (file, context) => {
    const { start } = at(file, 1).span;
    if (!file.text.includes('RUN b')) return;
    context.propose({
      at: at(file, 2).span,
      edits: [{ span: { start: start + 4, end: start + 5 }, text: 'z' }],
      what: 'edit',
      level: 'safe',
    });
  });
  expect(run('FROM a\n# dfix-ignore change-it because\nRUN b\nRUN c\n', within).output).toContain('RUN b');
});

describe('comments that do not', () => {
  test.each([
    '# dfix-ignore other-one because\n',
    '# hadolint ignore=DL3008\n',
    '# tally ignore=tally/other\n',
    '# do not dfix-ignore change-it here\n',
  ])('%s', (comment) => {
    expect(run(`FROM a\n${comment}RUN b\n`).output).toBe(`FROM a\n${comment}RUN z\n`);
  });
});

describe('dfix-ignore-file', () => {
  test.each(['# dfix-ignore-file generated\nFROM a\nRUN b\n', 'FROM a\nRUN b\n# dfix-ignore-file generated\n'])(
    '%j',
    (text) => {
      expect(run(text)).toMatchObject({
        output: text,
        leftAlone: '# dfix-ignore-file',
        directiveProblems: [],
        passes: 0,
      });
    },
  );
});

describe('what is wrong with a comment', () => {
  test.each([
    ['FROM a\n# dfix-ignore change-it\nRUN b\n', ['2: dfix-ignore change-it needs a reason after the name']],
    ['FROM a\n# dfix-ignore chang-it because\nRUN b\n', ['2: dfix-ignore names no transform: chang-it']],
    ['FROM a\n# dfix-ignore change-it because\nRUN c\n', ['2: this dfix-ignore rules nothing out; remove it']],
    ['# dfix-ignore-file\nFROM a\n', ['1: dfix-ignore-file needs a reason after it']],
    ['FROM a\n# hadolint ignore=DL3009\nRUN c\n', []],
  ])('%j', (text, expected) => {
    expect(messages(text)).toEqual(expected);
  });
});
