import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { root } from '../support/paths.js';

const built = existsSync(path.join(root, 'dist', 'cli.cjs'));
if (!built) console.log('skipped: dist is not built (npm run build)');

const input = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n';

(built ? describe : describe.skip)('bin/dfix.js', () => {
  const run = (argv: readonly string[], stdin = '') =>
    spawnSync(process.execPath, ['bin/dfix.js', ...argv], { cwd: root, input: stdin, encoding: 'utf8' });

  test('rewrites standard input', () => {
    const { status, stdout, stderr } = run(['-'], input);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^FROM debian:12-slim\nRUN /);
    expect(stdout).not.toBe(input);
  });

  test.each([
    [['--check', 'examples/node-api/Dockerfile'], 1],
    [['list'], 0],
    [['--help'], 0],
    [['nowhere'], 2],
  ])('%j ends with %i', (argv, code) => {
    expect(run(argv).status).toBe(code);
  });

  (process.platform === 'win32' ? test.skip : test)('a reader that stops reading is no error', () => {
    const command = `"${process.execPath}" bin/dfix.js --format json examples | head -c 10`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{\n  "versi', stderr: '' });
  });

  describe('compiled code of earlier runs', () => {
    let cache: string;
    beforeEach(() => {
      cache = mkdtempSync(path.join(tmpdir(), 'dfix-cache-'));
    });
    afterEach(() => rmSync(cache, { recursive: true }));
    const runWith = (folder: string, argv: readonly string[]) =>
      spawnSync(process.execPath, ['bin/dfix.js', ...argv], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: folder },
      });
    const kept = () => {
      const [name, ...others] = readdirSync(path.join(cache, 'dfix'));
      expect(others).toEqual([]);
      return path.join(cache, 'dfix', name!);
    };

    test('is made anew when damaged; without a place for it nothing is said', () => {
      const first = runWith(cache, ['--version']);
      const good = readFileSync(kept());
      writeFileSync(kept(), Buffer.concat([good.subarray(0, 5000), Buffer.alloc(good.length - 5000, 0x5a)]));
      const runs = [runWith(cache, ['--version']), runWith(path.join(cache, 'no', 'such', 'place'), ['--version'])];
      for (const { status, stdout, stderr } of runs) expect([status, stdout, stderr]).toEqual([0, first.stdout, '']);
      const again = readFileSync(kept()).subarray(5000, 5400);
      expect(again.every((byte) => byte === 0x5a)).toBe(false);
    });

    test('grows by a run that needed much more, and stays as it is after one that needed less', () => {
      const file = path.join('examples', 'node-api', 'Dockerfile');
      const sizes = [['--version'], [file], ['--version'], [file]].map((argv) => {
        expect(runWith(cache, argv).status).toBe(0);
        return statSync(kept()).size;
      });
      expect(sizes[1]).toBeGreaterThan(sizes[0]! * 1.5);
      expect(sizes.slice(2)).toEqual([sizes[1], sizes[1]]);
    });

    test('of other versions is kept, four at most', () => {
      mkdirSync(path.join(cache, 'dfix'));
      for (const age of [1, 2, 3, 4, 5]) {
        const file = path.join(cache, 'dfix', `${age}.code`);
        writeFileSync(file, '');
        const seconds = Date.now() / 1000 - age * 1000;
        utimesSync(file, seconds, seconds);
      }
      expect(runWith(cache, ['--version']).status).toBe(0);
      const left = readdirSync(path.join(cache, 'dfix')).filter((name) => /^\d\.code$/.test(name));
      expect(left).toEqual(['1.code', '2.code', '3.code']);
    });
  });
});
