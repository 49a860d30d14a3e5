import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { transforms } from '../transforms/index.js';
import { root } from './support/paths.js';

const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), 'utf8');

test('the diff at the top of the README is what dfix does', () => {
  const shown = /```diff\n([\s\S]*?)```/.exec(read('README.md'))![1]!.split('\n').slice(3);
  const lines = (mark: string): string[] => shown.filter((line) => line.startsWith(mark)).map((line) => line.slice(1));
  const [input, output] = [
    read('examples', 'python-web', 'Dockerfile'),
    read('examples', 'python-web', 'Dockerfile.dfix'),
  ];
  const [before, after] = [input.split('\n'), output.split('\n')];
  expect(lines('+').length).toBeGreaterThan(0);
  expect(after.filter((line) => !before.includes(line))).toEqual(lines('+').filter((line) => !before.includes(line)));
  expect(before.filter((line) => !after.includes(line))).toEqual(lines('-').filter((line) => !after.includes(line)));
});

test('the README names every transform', () => {
  const text = read('README.md');
  for (const { meta } of transforms) expect(text).toContain(`\`${meta.name}\``);
});
