import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Io } from '../../src/cli.js';
import { batch } from '../../src/commands/batch.js';
import { readArguments } from '../../src/commands/command-line.js';
import { readLedger } from '../../src/ports/campaign/ledger.js';
import { caught, type Folder, folderWith, testTransforms } from './harness.js';

jest.setTimeout(60_000);

let folder: Folder;
afterEach(() => folder.remove());

/**
 * Stands in for dfix where a step is a process of its own: it keeps when it began and ended, and obeys the
 * repository's name: those of a pair wait for one another.
 */
const PROGRAM = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
const words = process.argv.slice(2);
const name = basename(process.cwd());
const phase = words[0] === 'verify' ? 'verify' : words.includes('--dry-run') ? 'preview' : 'publish';
const tell = (what) => appendFileSync(new URL('../log', import.meta.url), [Date.now(), what, phase, name].join(' ') + '\\n');
const value = (option) => words.find((word) => word.startsWith(option + '='))?.slice(option.length + 1);
tell('begun');
if (name === 'slow') {
  const ticks = "setInterval(() => require('fs').appendFileSync('ticks', '.'), 50)";
  spawn(process.execPath, ['-e', ticks], { stdio: 'inherit' });
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
const hasCompany = () => readFileSync(new URL('../log', import.meta.url), 'utf8').split('begun ' + phase + ' pair').length > 2;
const start = Date.now();
do await new Promise((resolve) => setTimeout(resolve, 300));
while (name.startsWith('pair') && !hasCompany() && Date.now() - start < 20_000);
tell('ended');
if (name.startsWith('bad') || (name === 'refused' && phase === 'publish')) {
  console.error('the disk is full');
  process.exitCode = 2;
} else if (phase === 'verify') {
  writeFileSync(value('--save'), JSON.stringify({ files: [{ path: 'Dockerfile', outcome: 'proven' }] }));
} else if (phase === 'preview') {
  const body = value('--proof') === undefined ? 'no proof' : readFileSync(value('--proof'), 'utf8');
  console.log(JSON.stringify({ title: 'build: faster', body }));
} else console.log(JSON.stringify({ outcome: 'opened', pull: { url: 'https://git.example/' + name } }));
`;

function campaign(...names: readonly string[]): void {
  const text = 'FROM debian:12\nRUN echo hi\n';
  const files = Object.fromEntries(names.map((name) => [`repos/${name}/Dockerfile`, text]));
  folder = folderWith({
    'dfix/bin/dfix.js': PROGRAM,
    'dfix/package.json': '{"type":"module"}',
    'dfix/log': '',
    ...files,
  });
}

async function run(step: string, ...given: readonly (string | Partial<Io>)[]) {
  const { io: plain, said } = caught(folder.root);
  const words = given.filter((one) => typeof one === 'string');
  const io: Io = Object.assign(plain, ...given.filter((one) => typeof one !== 'string'));
  const request = await readArguments(['batch', step, 'repos/*', ...words], io);
  if (request.command !== 'batch') throw new Error(request.command);
  const root = pathToFileURL(`${join(folder.root, 'dfix')}/`);
  const code = await batch(request.args, io, { transforms: testTransforms, root });
  const { out, err } = said();
  return {
    code,
    ...(err === '' ? {} : { err }),
    lines: out
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replaceAll(`${folder.root}/repos/`, '')),
  };
}

interface Event {
  readonly at: number;
  readonly what: string;
  readonly name: string;
}

function events(phase: string): readonly Event[] {
  const lines = readFileSync(join(folder.root, 'dfix/log'), 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => line.split(' '))
    .filter(([, , of]) => of === phase)
    .map(([at, what, , name]) => ({ at: Number(at), what: what!, name: name! }));
}

/** How many were at work at the same time, at most. */
function mostAtOnce(phase: string): number {
  let [now, most] = [0, 0];
  for (const { what } of events(phase)) most = Math.max(most, (now += what === 'begun' ? 1 : -1));
  return most;
}

test('builds have a concurrency of their own', async () => {
  campaign('a', 'b', 'c');
  await run('plan');
  expect((await run('verify', '-C', '3', '--canary', '2')).code).toBe(0);
  expect(mostAtOnce('verify')).toBe(1);
  folder.remove();
  campaign('pair1', 'pair2');
  await run('plan');
  await run('verify', '-C', '1', '--build-concurrent', '3');
  expect(mostAtOnce('verify')).toBeGreaterThan(1);
});

test('a step that takes too long fails alone, and what it started is ended', async () => {
  campaign('a', 'slow');
  await run('plan');
  const { code, lines } = await run('verify', '--timeout', '3');
  expect({ code, lines }).toEqual({ code: 1, lines: ['done  a', 'failed  slow  takes longer than 3 s'] });
  const ticks = (): number => folder.read('repos/slow/ticks').length;
  const before = ticks();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(ticks()).toBe(before);
});

test('failures are told and counted, skipped for the exit code, tried again alone, or the end of the run', async () => {
  campaign('a', 'bad1', 'bad2', 'c');
  await run('plan');
  const failed = ['failed  bad1  the disk is full', 'failed  bad2  the disk is full'];
  expect(await run('verify', '--fail-fast')).toEqual({ code: 1, lines: ['done  a', failed[0]] });
  expect(await run('verify', '--skip-errors')).toEqual({ code: 0, lines: [...failed, 'done  c'] });
  expect(await run('verify', '--failed')).toEqual({ code: 1, lines: failed });
  const status = await run('status');
  expect(status).toMatchObject({ code: 1, lines: expect.arrayContaining(['  2 failed: the disk is full']) });
});

test('so many pull requests in a run, those that failed last, and none without a preview', async () => {
  campaign('a', 'refused', 'x', 'y');
  await run('plan');
  expect(await run('publish')).toEqual({ code: 0, lines: [], err: '4 left out: dfix batch preview comes first\n' });
  await run('preview');
  const opened = (name: string): string => `done  ${name}  opened: https://git.example/${name}`;
  const refused = 'failed  refused  the disk is full';
  expect((await run('publish', '--max-prs', '2')).lines).toEqual([opened('a'), refused]);
  expect((await run('publish', '--max-prs', '1')).lines).toEqual([opened('x')]);
  expect((await run('publish')).lines).toEqual([refused, opened('y')]);
});

test('the proof goes from the build to the preview, which is done again for it', async () => {
  campaign('a');
  await run('plan');
  await run('preview');
  const body = (): string => {
    const { artefacts } = readLedger(join(folder.root, '.dfix-batch')).find(join(folder.root, 'repos/a'), 'preview')!;
    return folder.read(join('.dfix-batch', artefacts['body']!));
  };
  expect(body()).toBe('no proof');
  await run('verify');
  expect((await run('publish')).lines).toEqual([]);
  await run('preview');
  expect(body()).toContain('proven');
  expect((await run('publish')).lines).toHaveLength(1);
});

test('no more begin in a span of time than the rate says, over runs too', async () => {
  campaign('a', 'b', 'c');
  await run('plan');
  await run('preview');
  await run('publish', '-C', '3', '--rate', '2-PT4S', '--max-prs', '1');
  await run('publish', '-C', '3', '--rate', '2-PT4S');
  const begun = events('publish')
    .filter(({ what }) => what === 'begun')
    .map(({ at }) => at)
    .sort();
  expect(begun).toHaveLength(3);
  expect(begun[2]! - begun[0]!).toBeGreaterThan(3500);
});

test('asks the platform about as many repositories at a time as -C says; about one unless said', async () => {
  campaign('pair1', 'pair2');
  await run('plan');
  await run('preview');
  await run('publish', '-C', '3');
  expect(mostAtOnce('publish')).toBeGreaterThan(1);
  folder.remove();
  campaign('a', 'b');
  await run('plan');
  await run('preview');
  await run('publish');
  expect(mostAtOnce('publish')).toBe(1);
});

test('a table on a terminal tells how far it is, and is gone in the end', async () => {
  campaign('a');
  await run('plan');
  let shown = '';
  const stderr = { write: (text: string) => (shown += text), isTTY: true, columns: 60 };
  await run('verify', { stderr });
  expect(shown).toMatch(
    /verify {2}0 of 1 {2}0\.0\/s\n {2}0 done {2}0 skipped {2}0 failed {2}0 unchanged\n {2}… .*repos\/a\n/,
  );
  expect(shown).toMatch(/\u001b\[\dA\r\u001b\[0J$/);
});

test('--format json prints a record a line, in ASCII', async () => {
  campaign('\u202ea');
  await run('plan');
  const { lines } = await run('verify', '--format', 'json');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(lines[0]!)).toMatchObject({ repository: expect.stringMatching(/\u202ea$/), outcome: 'done' });
});
