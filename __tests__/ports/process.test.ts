import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { copyContext } from '../../src/ports/engine/context-copy.js';
import { runProcess } from '../../src/ports/engine/process.js';
import { type Folder, folderWith } from '../cli/harness.js';

const node = (script: string): readonly string[] => [process.execPath, '-e', script];
const cwd = process.cwd();

describe('a program', () => {
  test('that takes longer than it may is ended, and that is told', async () => {
    const { timedOut, code } = await runProcess(node('setTimeout(() => 0, 1e6)'), { cwd, timeout: 300 });
    expect({ timedOut, ended: code !== 0 }).toEqual({ timedOut: true, ended: true });
  });
  test('is ended when the user interrupts', async () => {
    const controller = new AbortController();
    const run = runProcess(node('setTimeout(() => 0, 1e6)'), { cwd, signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
    await expect(runProcess(node(''), { cwd, signal: controller.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
  test('that is not installed is one clear line', async () => {
    await expect(runProcess(['dfix-no-such-program'], { cwd })).rejects.toThrow(
      'dfix-no-such-program is not installed',
    );
  });
  test('that fails is told with its code and both of its streams', async () => {
    const ended = await runProcess(node('console.log("a"); console.error("b"); process.exit(3)'), { cwd });
    expect(ended).toEqual({ code: 3, stdout: 'a\n', stderr: 'b\n', timedOut: false });
  });
});

describe('a build context', () => {
  let folder: Folder;
  let to: Folder;
  afterEach(() => [folder, to].forEach((one) => one.remove()));
  test('is copied without what the ignore file keeps out, and the user’s own is never touched', () => {
    [folder, to] = [folderWith({ 'src/main.js': '//\n', 'keep.log': '', '.dockerignore': '*.log\n' }), folderWith({})];
    const copy = copyContext(folder.root, to.root, '*.log\n')!;
    expect([...copy.paths].sort()).toEqual(['.dockerignore', 'src/main.js']);
    copy.append('src/main.js', 'more\n');
    expect([to.read('src/main.js'), folder.read('src/main.js')]).toEqual(['//\nmore\n', '//\n']);
  });
  test('of more than 2 GiB is not copied', () => {
    [folder, to] = [folderWith({}), folderWith({})];
    writeFileSync(path.join(folder.root, 'large.bin'), '');
    truncateSync(path.join(folder.root, 'large.bin'), 2 * 1024 ** 3 + 1);
    expect(copyContext(folder.root, to.root, undefined)).toBeUndefined();
  });
});
