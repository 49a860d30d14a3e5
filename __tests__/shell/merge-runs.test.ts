import { describe, expect, test } from '@jest/globals';
import { isShipped, runsOf } from '../../src/cache-mounts/index.js';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { readFacts } from '../../src/facts/index.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { joinRuns, moveRun } from '../../src/shell/merge-runs.js';

function read(text: string) {
  const file = Dockerfile.parse(text);
  const runs = runsOf(readFacts(file));
  return { file, runs: runs.map(({ instruction, script }) => ({ instruction, script: script! })) };
}

describe('joinRuns', () => {
  const joined = (text: string): string => {
    const { file, runs } = read(text);
    return file.with(joinRuns(file, runs)).text;
  };
  test('follows the layout of the first RUN that has more lines than one', () => {
    expect(joined('FROM a\nRUN a\nRUN b && \\\n  c\n')).toBe('FROM a\nRUN a && \\\n  b && \\\n  c\n');
  });
  test('keeps comments, drops empty lines and a keyword on a line of its own', () => {
    expect(joined('FROM a\nRUN a  \n\n# why\nRUN \\\n  b\n')).toBe('FROM a\nRUN a \\\n# why\n  && b\n');
  });
  test('keeps a list that stops at failures apart with semicolons', () => {
    expect(joined('FROM a\nRUN set -e; a; b\nRUN c\n')).toBe('FROM a\nRUN set -e; a; b; \\\n    c\n');
    expect(joined('FROM a\nRUN set -e; a; b && x\nRUN c\n')).toBe('FROM a\nRUN set -e; a; b && x \\\n    && c\n');
  });
});

describe('moveRun', () => {
  test('takes the comments above along and closes the gap', () => {
    const { file, runs } = read('FROM a\nRUN a\nCOPY x /\n\n# why\nRUN b\n\nCMD c\n');
    const moved = file.with(moveRun(file, runs[0]!, runs[1]!)).text;
    expect(moved).toBe('FROM a\nRUN a \\\n# why\n    && b\nCOPY x /\n\nCMD c\n');
  });
});

describe('insertAfter', () => {
  const inserted = (body: string, command: number, errexit = false): string => {
    const { file, runs } = read(`FROM a\nRUN ${body}\n`);
    const { instruction, script } = runs[0]!;
    const edit = insertAfter(file, instruction, script, script.commands[command]!, 'rm x', errexit);
    return typeof edit === 'string' ? edit : file.with([edit]).text.slice('FROM a\nRUN '.length, -1);
  };
  test.each([
    ['a && b && c', 1, false, 'a && b && rm x && c'],
    ['a; b; c', 1, false, 'a; b && rm x; c'],
    ['a; b; c', 1, true, 'a; b; rm x; c'],
    ['set -e; a && b; c', 2, false, 'set -e; a && b; rm x; c'],
    ['a \\\n  && b \\\n  && c', 1, false, 'a \\\n  && b \\\n  && rm x \\\n  && c'],
    ['a && \\\n  b && \\\n  c', 1, false, 'a && \\\n  b && \\\n  rm x && \\\n  c'],
  ] as const)('%j after %i, errexit %s', (body, command, errexit, expected) => {
    expect(inserted(body, command, errexit)).toBe(expected);
  });
  test.each([
    ['a || b', 0],
    ['a || b', 1],
    ['a | b', 0],
    ['a & b', 0],
  ] as const)('%j after %i: nothing can follow', (body, command) => {
    expect(inserted(body, command)).toMatch(/^(it|something) /);
  });
});

test('layers count where a stage ends in an image', () => {
  const file = Dockerfile.parse(
    'FROM a AS base\nFROM base AS build\nFROM a AS dev\nFROM base\nCOPY --from=build /x /\n',
  );
  const facts = readFacts(file);
  expect(file.stages.map((stage) => isShipped(facts, stage))).toEqual([true, false, true, true]);
});
