import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeDocker } from './fake-docker.js';
import { dfix, type Folder, folderWith } from './harness.js';

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('the HTML report of a proof', () => {
  let bin: string;
  let folder: Folder;
  const { PATH } = process.env;
  beforeEach(() => {
    bin = fakeDocker();
    process.env['PATH'] = `${bin}${path.delimiter}${PATH ?? ''}`;
  });
  afterEach(() => {
    folder.remove();
    process.env['PATH'] = PATH;
    rmSync(bin, { recursive: true });
  });
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder.root });

  test('shows layers and steps as measured, and what the history would have cost; without a proof estimates', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nARG A\nCOPY main.js /\nRUN echo hi\n', 'main.js': '' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    writeFileSync(path.join(folder.root, 'main.js'), '// two\n');
    git('commit', '-qam', 'two');
    const argument = ['--build-arg', 'A=secret-value'];
    await dfix(folder.root, ['verify', '--quiet', '--save', 'proof.json', ...argument]);
    expect(folder.read('proof.json')).not.toContain('secret-value');
    const { out } = await dfix(folder.root, ['replay', '--format', 'json']);
    writeFileSync(path.join(folder.root, 'history.json'), out);
    const report = async (...more: readonly string[]): Promise<string> =>
      (await dfix(folder.root, ['--format', 'html', ...more, ...argument])).out;
    const measured = await report('--proof', 'proof.json', '--history', 'history.json');
    for (const caption of [
      'Image size',
      'Size of each layer',
      'Build time',
      'Seconds of each step in a build on nothing',
    ])
      expect(measured).toMatch(new RegExp(`<caption>\\s*${caption}\\s*<em class="measured">measured</em>`));
    expect(measured).toMatch(/<code>RUN echo hi<\/code>[\s\S]*?7\.0 MB/);
    expect(measured).toMatch(/<code>base image<\/code>[\s\S]*?3\.0 MB/);
    expect(measured).toMatch(/<code>RUN echo<\/code>[\s\S]*?0\.5 s/);
    expect(measured).not.toContain('Seconds of each step when it runs again');
    expect(measured).toContain('<polyline');
    const plain = await report();
    expect(plain).toMatch(/Seconds of each step when it runs again\s*<em class="estimated">estimated<\/em>/);
    expect(plain).not.toContain('class="measured"');
  }, 120_000);
});
