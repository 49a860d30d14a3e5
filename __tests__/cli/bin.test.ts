import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../support/paths.js';

const built = existsSync(path.join(root, 'dist', 'cli.js'));
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
});
