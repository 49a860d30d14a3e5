import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
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

  test('damaged compiled code of an earlier run is made anew; without a place for it nothing is said', () => {
    const cache = mkdtempSync(path.join(tmpdir(), 'dfix-cache-'));
    const version = (folder: string) =>
      spawnSync(process.execPath, ['bin/dfix.js', '--version'], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: folder },
      });
    const first = version(cache);
    const [name] = readdirSync(path.join(cache, 'dfix'));
    const kept = path.join(cache, 'dfix', name!);
    const good = readFileSync(kept);
    writeFileSync(kept, Buffer.concat([good.subarray(0, 5000), Buffer.alloc(good.length - 5000, 0x5a)]));
    const runs = [version(cache), version(path.join(cache, 'no', 'such', 'place'))];
    for (const { status, stdout, stderr } of runs) expect([status, stdout, stderr]).toEqual([0, first.stdout, '']);
    expect(
      readFileSync(kept)
        .subarray(5000, 5400)
        .every((byte) => byte === 0x5a),
    ).toBe(false);
    rmSync(cache, { recursive: true });
  });
});
