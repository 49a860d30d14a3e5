import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { FORMATS } from '../src/commands/arguments.js';
import { helpPage } from '../src/transform/index.js';
import * as library from '../src/index.js';
import { root } from './support/paths.js';

const page = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

test('docs/reports.md lists every format', () => {
  const listed = [...page('reports.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(listed).toEqual([...FORMATS]);
});

test('the example of docs/library.md does what it says, and what the page names is exported', () => {
  const text = page('library.md');
  const [, input] = /optimize\('(.*)'\)/.exec(text)!;
  expect(library.optimize(input!.replaceAll('\\n', '\n')).changes.length).toBeGreaterThan(0);
  for (const name of ['readProject', 'memoryContext', 'fixesOf', 'withUnits', 'DockerfileError', 'transforms']) {
    expect(text).toContain(name);
    expect(library).toHaveProperty(name);
  }
});

test('each transform names a page that a pull request can send its reader to', () => {
  expect(library.transforms.filter(({ meta }) => helpPage(meta) === undefined)).toEqual([]);
});

test('each line of SECURITY.md names tests that are there', () => {
  const text = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');
  const lines = text.split('\n').filter((line) => /^\| [a-z]/.test(line));
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const named = [...line.matchAll(/`(__tests__\/[^`]+)`/g)].map(([, file]) => file!);
    expect(named).not.toEqual([]);
    for (const file of named) expect(existsSync(path.join(root, file))).toBe(true);
  }
});
