import { describe, expect, test } from '@jest/globals';
import { compareRuns, hasCommand, normalise } from '../../src/verify/behaviour.js';
import type { Run } from '../../src/verify/types.js';

const run: Run = {
  what: 'command',
  exitCode: 0,
  stdout: 'hello\nat 2026-01-02T03:04:05Z on port 8080\n',
  stderr: 'warning\n',
  ready: true,
  open: [80, 8080],
  answers: [{ path: '/', status: 200, body: 'hi' }],
};

describe('a planted difference in what containers do is caught:', () => {
  const cases: readonly (readonly [string, Partial<Run>, number])[] = [
    ['exit code', { exitCode: 1 }, 1],
    ['still running', { exitCode: undefined as never }, 1],
    ['standard output', { stdout: run.stdout.replace('hello', 'bye') }, 2],
    ['standard error', { stderr: '' }, 1],
    ['not ready', { ready: false }, 1],
    ['open ports', { open: [8080] }, 1],
    ['not started', { problem: 'no such file' }, 1],
    ['status', { answers: [{ path: '/', status: 500, body: 'hi' }] }, 1],
    ['body', { answers: [{ path: '/', status: 200, body: 'ho' }] }, 1],
  ];
  test.each(cases)('%s', (_name, changed, count) => {
    expect(compareRuns([run], [{ ...run, ...changed }])).toHaveLength(count);
  });
  test('and times are none', () => {
    expect(compareRuns([run], [{ ...run, stdout: 'hello\nat 2027-02-03T04:05:06Z on port 8080\n' }])).toEqual([]);
  });
});

test.each([
  ['took 12.5 ms', 'took <duration>'],
  ['id 0f8fad5b-d9cb-469f-a165-70867728950e', 'id <id>'],
  ['at 0x7ffd12345678', 'at <address>'],
  ['pid=17', 'pid=<pid>'],
  ['127.0.0.1:45678', '127.0.0.1:<port>'],
  ['127.0.0.1:8080', '127.0.0.1:8080'],
  ['Tue, 24 Nov 2026 11:17:16 GMT', '<time>'],
  ['[9:05:03.25] up', '[<time>] up'],
  ['since 1767225600', 'since <time>'],
  [`commit ${'ab12'.repeat(10)}`, 'commit <id>'],
  ['container 0123456789ab', 'container <id>'],
  ['\u001b[32mgreen\u001b[0m', 'green'],
])('%j is normalised', (text, expected) => {
  expect(normalise(text)).toBe(expected);
});

test.each([
  [{}, false],
  [{ Cmd: ['bash'] }, false],
  [{ Cmd: ['python3'] }, false],
  [{ Cmd: ['node', 'server.js'] }, true],
  [{ Entrypoint: ['/app'] }, true],
])('whether %j has something to run', (config, expected) => {
  expect(hasCommand(config)).toBe(expected);
});
