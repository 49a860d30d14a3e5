import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { runTransforms } from '../../src/transform/index.js';
import { transforms as all } from '../../transforms/index.js';
import { dfix, type Folder, folderWith } from './harness.js';

const transforms = all.filter(({ meta }) => meta.name === 'order-by-change');
let folder: Folder | undefined;
afterEach(() => folder?.remove());

const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder!.root });
const TEXT =
  'FROM node:22\nCOPY names.txt /srv/names.txt\nCOPY site/package.json /srv/site/\nRUN npm i --prefix /srv/site\n';

test('the order is weighed by the history of the repository, counted from the build context', async () => {
  folder = folderWith({ 'web/Dockerfile': TEXT, 'web/names.txt': '', 'web/site/package.json': '{}' });
  git('init', '-q');
  for (let i = 0; i < 30; i++) {
    appendFileSync(path.join(folder.root, 'web/names.txt'), 'a\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'names');
  }
  const { out } = await dfix(folder.root, ['--format', 'json', 'web'], { transforms });
  expect(out).toContain('changes in 30 of the last 30 commits');
});

test.each([
  ['above files that it reads', 'COPY package.json ./\nRUN npm install\nCOPY . .\nRUN npm run build\n', 0],
  ['above files that it does not read', TEXT.slice(TEXT.indexOf('COPY')), 1],
])('the history is asked for where a step may go %s', (_, text, times) => {
  let asked = 0;
  const history = (): undefined => void asked++;
  runTransforms(`FROM node:22\n${text}`, { transforms, history });
  expect(asked).toBe(times);
});
