import { describe, expect, test } from '@jest/globals';
import { DfixError } from '../../src/errors.js';
import { jsonReport } from '../../src/report/json.js';
import { type FileOutcome, statusOf, summarise } from '../../src/report/outcome.js';
import { diffText, textReport, textSummary } from '../../src/report/text.js';
import type { AppliedChange, Refusal, RunResult } from '../../src/transform/index.js';

const plain = { colour: false, terminal: false, quiet: false, write: false };

const result: RunResult = {
  input: 'FROM a\n',
  output: 'FROM b\n',
  changes: [],
  refusals: [],
  withheld: [],
  faults: [],
  directiveProblems: [],
  leftAlone: undefined,
  files: [],
  passes: 1,
  settled: true,
};

function change(line: number, fields: Partial<AppliedChange> = {}): AppliedChange {
  return {
    transform: 'do-it',
    level: 'safe',
    at: { start: 0, end: 1 },
    edits: [],
    files: [],
    what: `do ${line}`,
    why: 'It pays.',
    evidence: [{ fact: 'seen' }],
    announces: [],
    group: `g${line}`,
    line,
    column: 1,
    pass: 1,
    ...fields,
  };
}

function refusal(line: number, reason: string): Refusal {
  return { transform: 'do-it', reason, line, column: 1, instruction: 'RUN x' };
}

function done(fields: Partial<RunResult>, diff = '--- a/x\n+++ b/x\n'): FileOutcome {
  return { kind: 'done', path: 'Dockerfile', result: { ...result, ...fields }, diff, written: false };
}

const failed: FileOutcome = {
  kind: 'error',
  path: 'bad',
  error: new DfixError('syntax', 'wrong', { file: 'bad', position: { line: 3, column: 4 } }),
};
const alone: FileOutcome = { kind: 'left-alone', path: 'x.j2', reason: 'a template' };

describe('text', () => {
  test('orders changes by line, lines columns up and gives a reason once', () => {
    const changes = [change(12), change(3, { transform: 'and-that', level: 'review', why: 'Other.' }), change(4)];
    expect(textReport(done({ changes }), plain).split('\n').slice(3)).toEqual([
      '',
      'changes',
      '  line 3   and-that  review  do 3 — Other.',
      '  line 4   do-it     safe    do 4 — It pays.',
      '  line 12  do-it     safe    do 12',
      '',
      '',
    ]);
  });

  test('joins refusals for the same reason and keeps faults beside them', () => {
    const refusals = [refusal(9, 'late'), refusal(2, 'no'), refusal(5, 'no'), refusal(2, 'no')];
    const faults = [{ transform: 'do-it', message: 'rolled back: lost a comment', line: 7 }];
    expect(textReport(done({ refusals, faults }, ''), plain)).toBe(
      'Dockerfile\nleft alone\n' +
        '  lines 2, 5  do-it  no\n  line 7      do-it  rolled back: lost a comment\n  line 9      do-it  late\n\n',
    );
  });

  test('names what is above the allowed level', () => {
    expect(textReport(done({ withheld: [change(1)] }, ''), plain)).toContain(
      'above the allowed level (see --allow)\n  line 1',
    );
  });

  test('a whole file left alone is one line', () => {
    expect(textReport(alone, plain)).toBe('x.j2: left alone: a template\n\n');
    expect(textReport(done({ settled: false, passes: 10 }, ''), plain)).toMatch(/left alone: .* did not come to rest/);
  });

  test('escapes what a transform or a name could hide', () => {
    const text = textReport(done({ changes: [change(1, { what: 'a\u001b[31mb', why: 'c\u202ed' })] }), plain);
    expect(text).toContain('a\\x1b[31mb — c\\u202ed');
  });

  test('an error has no report: it goes where errors go', () => {
    expect(textReport(failed, plain)).toBe('');
  });

  test('colour changes nothing but colour', () => {
    const diff = '--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-FROM a\n+FROM b\n';
    const coloured = diffText(diff, { colour: true, terminal: false });

    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(diff);
    expect(coloured).toContain('\u001b[31m-FROM a');
    expect(diffText(diff, { colour: false, terminal: false })).toBe(diff);
  });
});

describe('summary', () => {
  const outcomes = [
    done({ changes: [change(1), change(2)], refusals: [refusal(1, 'no')] }),
    done({ output: 'FROM a\n' }, ''),
    failed,
    alone,
  ];

  test('counts files by status', () => {
    expect(outcomes.map(statusOf)).toEqual(['changed', 'unchanged', 'error', 'left-alone']);
    expect(summarise(outcomes)).toEqual({ files: 4, changed: 1, changes: 2, refusals: 1, leftAlone: 1, errors: 1 });
  });

  test.each([
    [false, '4 files, 1 would change (2 changes), 1 place left alone, 1 whole file left alone, 1 error\n'],
    [true, '4 files, 1 changed (2 changes), 1 place left alone, 1 whole file left alone, 1 error\n'],
  ])('write %p', (write, expected) => {
    expect(textSummary(summarise(outcomes), outcomes.at(-1), { ...plain, write })).toBe(expected);
  });

  test('one file needs none, unless nothing was said of it', () => {
    expect(textSummary(summarise(outcomes.slice(0, 1)), outcomes[0], plain)).toBe('');
    expect(textSummary(summarise(outcomes.slice(1, 2)), outcomes[1], plain)).toBe('Dockerfile: nothing to change\n');
    expect(textSummary(summarise(outcomes), outcomes.at(-1), { ...plain, quiet: true })).toBe('');
  });
});

test('JSON has the documented shape', () => {
  const text = jsonReport(
    [done({ changes: [change(1)], refusals: [refusal(2, 'no')] }), failed],
    [new DfixError('usage', 'what')],
  );
  expect(JSON.parse(text)).toEqual({
    version: 1,
    files: [
      {
        path: 'Dockerfile',
        status: 'changed',
        written: false,
        changes: [
          {
            transform: 'do-it',
            level: 'safe',
            line: 1,
            column: 1,
            what: 'do 1',
            why: 'It pays.',
            evidence: ['seen'],
            announces: [],
            group: 'g1',
            files: [],
          },
        ],
        refusals: [{ transform: 'do-it', line: 2, column: 1, reason: 'no', instruction: 'RUN x' }],
        withheld: [],
        faults: [],
        warnings: [],
        diff: '--- a/x\n+++ b/x\n',
        output: 'FROM b\n',
      },
      {
        path: 'bad',
        status: 'error',
        written: false,
        changes: [],
        refusals: [],
        withheld: [],
        faults: [],
        warnings: [],
        diff: '',
      },
    ],
    errors: [
      { code: 'usage', message: 'what' },
      { code: 'syntax', message: 'wrong', file: 'bad', line: 3, column: 4 },
    ],
    summary: { files: 2, changed: 1, changes: 1, refusals: 1, leftAlone: 0, errors: 1 },
  });
});
