import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, root } from '../support/paths.js';

const built = existsSync(join(root, 'dist/rewrite-worker.js'));
if (!built) console.log('skipped: dist is not built');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfix-jobs-'));
  for (const repository of ['one', 'two', 'three']) {
    cpSync(join(root, 'examples'), join(folder, repository), { recursive: true });
    mkdirSync(join(folder, repository, '.git'));
  }
  writeFileSync(join(folder, 'one/Dockerfile.bad'), 'FROM a\nNO such\n');
  writeFileSync(join(folder, 'two/Dockerfile.template'), 'FROM {{ base }}\n');
  mkdirSync(join(folder, 'three/Dockerfile'));
  writeFileSync(join(folder, 'dfix.config.json'), '{ "transforms": { "no-such-thing": true } }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dfix = (...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/dfix.js'), ...argv], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return { status, stdout, stderr };
};
const contents = () => filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);

(built ? describe : describe.skip)('dfix --jobs', () => {
  test.each([
    ['text', 'three/Dockerfile'],
    ['text', 'one', 'two'],
    ['diff', '.'],
    ['json', '.'],
    ['sarif', 'two', 'one'],
  ])('prints the same, in the same order, as one thread: %s %s', (format, ...paths) => {
    rmSync(join(folder, 'dfix.config.json'));
    const one = dfix('--format', format, ...paths);
    expect(dfix('--format', format, '--jobs', '3', ...paths)).toEqual(one);
    expect(one.stdout + one.stderr).not.toBe('');
  });

  test('says what is wrong with a configuration as one thread does', () => {
    const one = dfix();
    expect(one.status).toBe(2);
    expect(dfix('--jobs', '2')).toEqual(one);
  });

  test('ends with 1 for --check', () => {
    rmSync(join(folder, 'dfix.config.json'));
    expect(dfix('--check', '--jobs', '2', 'two').status).toBe(1);
  });

  test('writes the same as one thread', () => {
    rmSync(join(folder, 'dfix.config.json'));
    const before = contents();
    const written = dfix('--write', '--jobs', '3', '.');
    const after = contents();
    expect(after).not.toEqual(before);
    for (const [path, text] of before) writeFileSync(join(folder, path!), text!);
    for (const [path] of after) if (!before.some(([other]) => other === path)) rmSync(join(folder, path!));
    expect(dfix('--write', '.')).toEqual(written);
    expect(contents()).toEqual(after);
  });

  test.each(['0', '-1', 'many', '1.5', '65'])('takes no %s', (jobs) => {
    expect(dfix(`--jobs=${jobs}`)).toMatchObject({ status: 2, stdout: '' });
  });
});
