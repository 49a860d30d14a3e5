import { expect, test } from '@jest/globals';
import type { BatchRecord } from '../../src/batch/record.js';
import { summarisePhase } from '../../src/batch/summary.js';

function recorded(phase: BatchRecord['phase'], outcome: BatchRecord['outcome'], ...reasons: readonly string[]) {
  const common = { phase, outcome, inputs: '', artefacts: {}, at: '2026-01-01T00:00:00Z' };
  return reasons.map((reason, i): BatchRecord => ({ ...common, reason, repository: `${outcome}${i}` }));
}

test('failures with one cause are one group, whatever tells their repositories apart; one alone is told in full', () => {
  const failed = recorded(
    'plan',
    'failed',
    'Dockerfile:3:1: unknown instruction "FOO"',
    'takes longer than 60 s',
    'web/api.Dockerfile:14:1: unknown instruction "BAR"',
    'takes longer than 60 s',
    'Containerfile:1:9: unknown instruction "X"',
    'Dockerfile: is larger than 10 MB',
    'failed6: no git repository',
    'failed7: no git repository',
  );
  const records = [...failed, ...recorded('plan', 'done', ''), ...recorded('verify', 'failed', 'no engine')];
  const { failed: count, causes } = summarisePhase(records, 'plan');
  expect(count).toBe(8);
  expect(causes.map(({ reason, repositories }) => [repositories.length, reason])).toEqual([
    [3, 'unknown instruction "…"'],
    [2, 'takes longer than 60 s'],
    [2, '…: no git repository'],
    [1, 'Dockerfile: is larger than 10 MB'],
  ]);
});

test('pull requests are counted by their state', () => {
  const reasons = ['open: https://a/1', 'merged: https://b/2', 'open: https://c/3', 'closed: https://d/4'];
  const { causes } = summarisePhase(recorded('status', 'done', ...reasons), 'status');
  expect(causes.map(({ reason, repositories }) => [repositories.length, reason])).toEqual([
    [2, 'open'],
    [1, 'merged'],
    [1, 'closed'],
  ]);
});
