import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { root } from '../support/paths.js';
import { type Folder, folderWith } from './harness.js';

jest.setTimeout(300_000);

const TEXT = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCMD ["curl"]\n';

/** An engine whose builds never end: they tick as long as they live. */
const DOCKER = `#!/bin/sh
case "$1 $2" in
  "version "*) echo 26.1.5 ;;
  "buildx version") echo github.com/docker/buildx v0.13.1 ;;
  "buildx build") while :; do printf . >> "$(dirname "$0")/ticks"; sleep 0.1; done ;;
esac
`;

let folder: Folder;
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  folder.remove();
});

interface Run {
  out(): string;
  err(): string;
  interrupt(): void;
  readonly ended: Promise<number | string>;
}

/** The command as it is installed, in a process of its own. */
function batch(...words: readonly string[]): Run {
  const env = { ...process.env, CI: '1', PATH: `${join(folder.root, 'bin')}:${process.env['PATH']}` };
  const own = spawn(process.execPath, [join(root, 'bin/dfix.js'), 'batch', ...words], { cwd: folder.root, env });
  child = own;
  let [out, err] = ['', ''];
  own.stdout.on('data', (text: Buffer) => (out += text.toString()));
  own.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const ended = new Promise<number | string>((resolve) => {
    own.on('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  return { out: () => out, err: () => err, interrupt: () => void own.kill('SIGINT'), ended };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 4000) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function recorded(): readonly string[] {
  const lines = folder.read('.dfix-batch/ledger.jsonl').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { phase, repository } = JSON.parse(line.slice(17)) as { phase: string; repository: string };
    return `${phase} ${repository}`;
  });
}

const STOPPING = /^stopping: [^\n]+; once more to stop at once\n/;

(existsSync(join(root, 'dist/cli.js')) ? describe : describe.skip)('Ctrl-C', () => {
  test('once: what was begun is recorded, nothing else begins, and the next run goes on', async () => {
    const names = Array.from({ length: 300 }, (_, i) => [`repos/r${i}/Dockerfile`, TEXT] as const);
    folder = folderWith(Object.fromEntries(names));
    const run = batch('plan', 'repos/*');
    await until(() => run.out() !== '');
    run.interrupt();
    expect(await run.ended).toBe(2);
    expect(run.err()).toMatch(STOPPING);
    expect(run.err()).toMatch(/\ninterrupted; run it again to go on\n$/);
    const before = recorded().length;
    expect([before, before < 300]).toEqual([run.out().split('\n').length - 1, true]);
    expect(await batch('plan', 'repos/*').ended).toBe(0);
    expect([recorded().length, new Set(recorded()).size]).toEqual([300, 300]);
  });

  test('twice: it ends at once, whatever a plan is at, and the campaign can be worked in again', async () => {
    const long = Array.from({ length: 150_000 }, (_, i) => `RUN apt-get update && apt-get install -y p${i} && $(date)`);
    folder = folderWith({
      'repos/a/Dockerfile': TEXT,
      'repos/slow/Dockerfile': `FROM debian:12\n${long.join('\n')}\n`,
    });
    const run = batch('plan', 'repos/*');
    await until(() => run.out() !== '');
    run.interrupt();
    await until(() => run.err() !== '');
    run.interrupt();
    expect(await run.ended).toBe('SIGINT');
    expect(recorded()).toHaveLength(1);
    expect(await batch('plan', 'repos/*', '--repo-exclude', 'repos/slow').ended).toBe(0);
  });

  test('ends builds with all that they started, and they are done again by the next run', async () => {
    folder = folderWith({ 'repos/a/Dockerfile': TEXT, 'bin/docker': DOCKER });
    chmodSync(join(folder.root, 'bin/docker'), 0o755);
    expect(await batch('plan', 'repos/*').ended).toBe(0);
    const ticks = (): number =>
      existsSync(join(folder.root, 'bin/ticks')) ? readFileSync(join(folder.root, 'bin/ticks')).length : 0;
    for (const _ of [1, 2]) {
      const begun = ticks();
      const run = batch('verify', 'repos/*');
      await until(() => ticks() > begun);
      run.interrupt();
      expect(await run.ended).toBe(2);
      const last = ticks();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(ticks()).toBe(last);
      expect(recorded()).toHaveLength(1);
    }
  });
});
