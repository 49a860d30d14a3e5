import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { folderWith, type Folder } from '../cli/harness.js';
import { root } from '../support/paths.js';
import { hasEngine } from './support/engine.js';
import { canStartEngine, openOwnEngine, type OwnEngine } from './support/own-engine.js';

const temporary = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('dfix-verify-'));

(hasEngine && canStartEngine ? describe : describe.skip)('verify with an engine that breaks', () => {
  let engine: OwnEngine;
  let folder: Folder;
  beforeAll(async () => void (engine = await openOwnEngine('300m', ['debian:bookworm-slim'])), 120_000);
  afterAll(() => engine.close());
  let before: readonly string[];
  // What a run that was killed has left on this machine is not of this test's making.
  beforeEach(() => void (before = temporary()));
  afterEach(() => {
    folder.remove();
    expect(temporary()).toEqual(before);
    expect(engine.docker('ps', '-aq')).toBe('');
    expect(engine.docker('volume', 'ls', '-q')).toBe('');
    expect(engine.docker('image', 'ls', '--format', '{{.Repository}}').trim().split('\n')).toEqual(['debian']);
  });

  interface Started {
    readonly ended: Promise<{ code: number | null; out: string; err: string }>;
    until(text: string): Promise<void>;
  }
  const start = (): Started => {
    const child = spawn(process.execPath, [path.join(root, 'bin', 'dfix.js'), 'verify', '--network=none'], {
      cwd: folder.root,
      // In CI nothing is told of the progress that the test waits for.
      env: { ...engine.env, CI: '' },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const until = async (text: string): Promise<void> => {
      while (!err.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without "${text}": ${out}${err}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    return { until, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))) };
  };
  const withSteps = (...steps: readonly string[]): Folder =>
    folderWith({
      Dockerfile: ['FROM debian:bookworm-slim', ...steps, ''].join('\n'),
    });
  const untilRuns = async (commandLine: string): Promise<void> => {
    const runs = (id: string): boolean => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8') === commandLine;
      } catch {
        return false;
      }
    };
    while (!readdirSync('/proc').some(runs)) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

  test('a full disk is one clear line, and no change is blamed', async () => {
    folder = withSteps('RUN head -c 400M /dev/zero > /large', 'RUN apt-get update && apt-get install -y less || true');
    const { code, out, err } = await start().ended;
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(lastLine(err)).toMatch(/^Dockerfile: .*the disk is full: .*no space left on device/i);
  });

  test('an engine that is killed in mid-build is one clear line', async () => {
    const duration = '29.125';
    folder = withSteps(`RUN sleep ${duration}`, 'RUN apt-get update && apt-get install -y less || true');
    const { ended, until } = start();
    // An image of the first build is there, and the second build is on its way.
    await until('build the original\n');
    await untilRuns(`sleep\0${duration}\0`);
    engine.kill();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await engine.start();
    const { code, out, err } = await ended;
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(lastLine(err)).toContain('the engine stopped answering');
  });
});
