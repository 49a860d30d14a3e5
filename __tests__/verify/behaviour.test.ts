import { describe, expect, test } from '@jest/globals';
import { compareRuns, hasCommand, normalise, withoutNoise } from '../../src/verify/behaviour.js';
import { noiseOf } from '../../src/verify/noise.js';
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
  const cases: readonly (readonly [string, Partial<Run>, readonly string[]])[] = [
    ['exit code', { exitCode: 1 }, ['changed exit code: 0 -> 1']],
    ['still running', { exitCode: undefined as never }, ['changed exit code: 0 -> still running']],
    [
      'standard output',
      { stdout: run.stdout.replace('hello', 'bye') },
      ['removed stdout hello: no longer printed', 'added stdout bye: newly printed'],
    ],
    ['standard error', { stderr: '' }, ['removed stderr warning: no longer printed']],
    ['not ready', { ready: false }, ['changed ready: true -> false']],
    ['open ports', { open: [80, 443] }, ['changed open ports: 80, 8080 -> 80, 443']],
    ['no open port', { open: [] }, ['changed open ports: 80, 8080 -> none']],
    ['ports that were not looked at', { open: undefined as never }, ['changed open ports: 80, 8080 -> none']],
    [
      'not started',
      { problem: 'no such file', exitCode: undefined as never, answers: [] },
      ['changed start: started -> no such file', 'changed exit code: 0 -> no such file'],
    ],
    ['status', { answers: [{ path: '/', status: 500, body: 'ho' }] }, ['changed status of /: 200 -> 500']],
    ['body', { answers: [{ path: '/', status: 200, body: 'ho' }] }, ['changed body of /: another body']],
  ];
  test.each(cases)('%s', (_name, changed, expected) => {
    const other = { ...run, ...changed };
    const told = compareRuns([run], [other]).map(({ kind, effect, what, detail }) => {
      expect([kind, what.slice(0, 9)]).toEqual(['behaviour', 'command: ']);
      return `${effect} ${what.slice(9)}: ${detail}`;
    });
    expect(told).toEqual(expected);
    const back = compareRuns([other], [run]);
    if (changed.answers?.length !== 0) expect(back).toHaveLength(expected.length);
    else expect(back[0]!.detail).toBe('no such file -> started');
    expect(compareRuns([other], [other])).toEqual([]);
  });
  test('in any of several runs', () => {
    const smoke = { ...run, what: 'cat /x' };
    expect(compareRuns([run, smoke], [run, { ...smoke, exitCode: 2 }]).map(({ what }) => what)).toEqual([
      'cat /x: exit code',
    ]);
  });
  test('and times, passing ids in a body, blanks and line ends are none', () => {
    const stdout = '  hello\r\nat 2027-02-03T04:05:06Z on port 8080';
    const body = (seconds: number) => [{ path: '/', status: 200, body: `took ${seconds} s` }];
    expect(compareRuns([{ ...run, answers: body(1) }], [{ ...run, stdout, answers: body(2) }])).toEqual([]);
  });
  test('what two runs of the original differ in is set aside', () => {
    const [once, twice] = [
      compareRuns([run], [{ ...run, exitCode: 1 }]),
      compareRuns([run], [{ ...run, ready: false }]),
    ];
    expect(withoutNoise([...once, ...twice], noiseOf(once))).toEqual(twice);
  });
});

test.each([
  ...['12.5 ms', '3s', '7 ns', '1 us', '1µs', '12 sec', '1 seconds', '9.25 milliseconds', '2 minutes'].map((text) => [
    `took ${text}.`,
    'took <duration>.',
  ]),
  ['id 0f8fad5b-d9cb-469f-a165-70867728950e', 'id <id>'],
  ['at 0x7ffd12345678', 'at <address>'],
  ['pid=17', 'pid=<pid>'],
  ['Process #17', 'Process #<pid>'],
  ['worker: 17', 'worker: <pid>'],
  ['[PID:17]', '[PID:<pid>]'],
  ['127.0.0.1:45678', '127.0.0.1:<port>'],
  ['localhost:61000', 'localhost:<port>'],
  ['http://[::]:32768/', 'http://[::]:<port>/'],
  ['[::1]:50000', '[::1]:<port>'],
  ['localhost:31999', 'localhost:31999'],
  ['127.0.0.1:8080', '127.0.0.1:8080'],
  ...['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].flatMap((day) => [
    [`${day}, 24 Nov 2026 11:17:16 GMT`, '<time>'],
    [`${day} Nov  4 11:17:16 2026`, '<time>'],
    [`${day} Nov 24 2026`, '<time>'],
    [`${day}, 4 Nov 2026 11:17:16`, '<time>'],
    [`at ${day} Nov 24 11:17:16 UTC 2026.`, 'at <time>.'],
  ]),
  ['2026/01/02 03:04:05', '<time>'],
  ['2026-01-02T03:04:05.123456789+01:00', '<time>'],
  ['2026-01-02 03:04:05,123 x', '<time> x'],
  ['2026-01-02T03:04:05Z', '<time>'],
  ['2026-01-02T03:04:05-0800', '<time>'],
  ['[9:05:03.25] up', '[<time>] up'],
  ['9:05:03,25', '<time>'],
  ['19:05:03', '<time>'],
  ['since 1767225600', 'since <time>'],
  ['since 1767225600123', 'since <time>'],
  ['at 0X7FFD12345678', 'at <address>'],
  ['id 0F8FAD5B-D9CB-469F-A165-70867728950E', 'id <id>'],
  [`digest ${'ab12'.repeat(16)}`, 'digest <id>'],
  [`md5 ${'ab12'.repeat(8)}`, 'md5 <id>'],
  ['https://me:secret@host/', 'https://***@host/'],
  ['a\r\nb', 'a\nb'],
  // Figures that are no such thing stay.
  ...['version 1.2.3', '12:30', '200 OK', 'in 5 files', '1234567890123456', 'deadbeef'].map((text) => [text, text]),
  [`commit ${'ab12'.repeat(10)}`, 'commit <id>'],
  ['container 0123456789ab', 'container <id>'],
  ['\u001b[32mgreen\u001b[0m', 'green'],
])('%j is normalised', (text, expected) => {
  expect(normalise(text)).toBe(expected);
});

test.each<[Readonly<Record<string, unknown>>, boolean]>([
  [{}, false],
  [{ Entrypoint: null, Cmd: null }, false],
  ...'sh bash ash dash zsh node python python3 python3.11 irb php jshell iex erl lua R perl ghci'
    .split(' ')
    .flatMap((name): [Readonly<Record<string, unknown>>, boolean][] => [
      [{ Cmd: [name] }, false],
      [{ Cmd: [`/usr/bin/${name}`] }, false],
      [{ Cmd: [`my-${name}`] }, true],
      [{ Cmd: [name, 'server'] }, true],
    ]),
  [{ Cmd: ['bashful'] }, true],
  [{ Cmd: ['php', '-a'] }, false],
  [{ Cmd: ['bash', '-i'] }, false],
  // The official images of Node.js and PHP as they are.
  [{ Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'] }, false],
  [{ Entrypoint: ['docker-php-entrypoint'], Cmd: ['php', '-a'] }, false],
  [{ Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node', 'server.js'] }, true],
  [{ Entrypoint: ['docker-php-entrypoint'], Cmd: ['php-fpm'] }, true],
  [{ Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['bash'] }, true],
  [{ Entrypoint: ['docker-php-entrypoint-2'], Cmd: ['bash'] }, true],
  [{ Entrypoint: ['sh'], Cmd: ['docker-entrypoint.sh'] }, true],
  [{ Entrypoint: ['/app'] }, true],
])('whether %j has something to run', (config, expected) => {
  expect(hasCommand(config)).toBe(expected);
});
