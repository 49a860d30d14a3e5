import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { transforms as all } from '../../transforms/index.js';
import { dfix, type Folder, folderWith } from './harness.js';

const transforms = all.filter(({ meta }) => meta.name === 'sink-volatile-args');
let folder: Folder | undefined;
afterEach(() => folder?.remove());

const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder!.root });
const textOf = (version: number): string =>
  `FROM debian:12\nENV APP_VERSION=${version}\nRUN apt-get update\nRUN curl -O https://example.com/$APP_VERSION\n`;

test('a variable whose line the history shows to change often goes down', async () => {
  folder = folderWith({ 'web/Dockerfile': '' });
  git('init', '-q');
  for (let version = 0; version < 7; version++) {
    writeFileSync(path.join(folder.root, 'web/Dockerfile'), textOf(version));
    git('add', '-A');
    git('commit', '-q', '-m', 'release');
  }
  const { out } = await dfix(folder.root, ['--format', 'json', 'web'], { transforms });
  expect(out).toContain('7 of the last 7 commits changed it');
});
