import { expect, test } from '@jest/globals';
import { readArguments } from '../../src/commands/command-line.js';
import type { Io } from '../../src/commands/io.js';
import { readSimpleLine } from '../../src/commands/simple-line.js';

const writer = { write: () => true };
const io: Io = {
  stdout: writer,
  stderr: writer,
  stdin: (async function* () {
    yield* await Promise.resolve([]);
  })(),
  cwd: '/',
  env: {},
  isTTY: false,
};

test.each([
  [[]],
  [['Dockerfile']],
  [['a', 'b/c', 'a']],
  [['--write', 'a']],
  [['a', '--check', '--quiet']],
  [['007', '1e3', 'true']],
  [['--write', '--write']],
])('%j means the same as to yargs', async (argv) => {
  const simple = readSimpleLine(argv);
  expect(simple).toBeDefined();
  expect(await readArguments(argv, io)).toEqual({ command: 'fix', args: simple });
});

test.each([
  [['list']],
  [['a', 'explain']],
  [['-']],
  [['--', 'a']],
  [['--format', 'diff']],
  [['--write', '--check']],
  [['']],
])('%j is left to yargs', (argv) => {
  expect(readSimpleLine(argv)).toBeUndefined();
});
