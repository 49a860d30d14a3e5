import { describe, expect, test } from '@jest/globals';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { certainValue, homeOf, isRoot, readFacts, type State, variable } from '../../src/facts/index.js';

/** The state at the end of the last stage. */
function endOf(text: string, buildArgs: Readonly<Record<string, string>> = {}): State {
  const file = Dockerfile.parse(text);
  return readFacts(file, { target: undefined, buildArgs }).atEnd(file.stages.at(-1)!);
}

describe('ENV', () => {
  test.each([
    ['FROM scratch\nENV A=1\n', 'A', '1'],
    ['FROM scratch\nENV A 1 2\n', 'A', '1 2'],
    ['FROM scratch\nENV A=1\nENV B=$A/x A=2\n', 'B', '1/x'],
    ['FROM scratch\nENV A=1 B=$A\n', 'B', ''],
    ['FROM scratch\nENV A="x y"\n', 'A', 'x y'],
    ['FROM scratch\nENV A=${B:-c}\n', 'A', 'c'],
    ['FROM scratch\nARG V=1\nENV A=$V\n', 'A', undefined],
    ['FROM scratch\nENV A=1\nARG A=2\n', 'A', '1'],
  ])('%j: %s is for certain %j', (text, name, expected) => {
    expect(certainValue(endOf(text), name)).toBe(expected);
  });
  test('comes down through FROM stage, and not from one FROM to the next', () => {
    expect(certainValue(endOf('FROM scratch AS x\nENV A=1\nFROM X\n'), 'A')).toBe('1');
    expect(certainValue(endOf('FROM scratch AS x\nENV A=1\nFROM scratch\n'), 'A')).toBeUndefined();
  });
  test('an instruction sees the state before itself', () => {
    const file = Dockerfile.parse('FROM scratch\nENV A=1\nRUN b\nENV A=2\n');
    expect(certainValue(readFacts(file).before(file.instructions[2]!)!, 'A')).toBe('1');
    expect(readFacts(file).before(file.instructions[1]!)!.env.has('A')).toBe(false);
  });
});

describe('ARG', () => {
  test('is never certain, has its default, and belongs to its stage', () => {
    expect(variable(endOf('FROM scratch\nARG A=1\n'), 'A')).toMatchObject({ value: '1', overridable: true, from: 1 });
    expect(variable(endOf('FROM scratch\nARG A=1\nFROM scratch\n'), 'A')).toBeUndefined();
  });
  test('without a default takes that of the global one', () => {
    expect(variable(endOf('ARG A=1\nFROM scratch\nARG A\n'), 'A')?.value).toBe('1');
    expect(variable(endOf('ARG A=1\nFROM scratch\n'), 'A')).toBeUndefined();
  });
});

describe('the base image', () => {
  const root = (text: string, buildArgs: Readonly<Record<string, string>> = {}): string | undefined => {
    const file = Dockerfile.parse(text);
    return readFacts(file, { target: undefined, buildArgs }).rootImage(file.stages.at(-1)!);
  };
  test.each([
    ['FROM node:20\n', 'node:20'],
    ['ARG V=20\nFROM node:$V\n', 'node:20'],
    ['FROM node:20 AS a\nFROM a AS b\nFROM B\n', 'node:20'],
    ['ARG BASE=a\nFROM node:20 AS a\nFROM $BASE\n', 'node:20'],
  ])('%j is %s', (text, expected) => {
    expect(root(text)).toBe(expected);
  });
  test('with a build argument', () => {
    expect(root('ARG V=20\nFROM node:$V\n', { V: '22' })).toBe('node:22');
  });
  test('heirs of a stage', () => {
    const file = Dockerfile.parse('FROM x AS a\nFROM a AS b\nFROM x\nFROM b\n');
    expect(
      readFacts(file)
        .heirs(file.stages[0]!)
        .map(({ index }) => index),
    ).toEqual([0, 1, 3]);
  });
});

describe('USER and HOME', () => {
  test.each([
    ['FROM scratch\nUSER app\n', 'app', false],
    ['FROM scratch\nUSER app:staff\n', 'app', false],
    ['FROM scratch\nUSER 0:0\n', '0', true],
    ['FROM debian:12\n', 'root', true],
    ['FROM scratch\nENV U=app\nUSER $U\n', 'app', false],
    ['FROM scratch\nARG U=app\nUSER $U\n', undefined, undefined],
    ['FROM example.org/own\n', undefined, undefined],
    ['FROM debian:12 AS a\nUSER app\nFROM a\n', 'app', false],
  ])('%j: user %j, root %j', (text, user, expected) => {
    const state = endOf(text);
    expect(state.user).toBe(user);
    expect(isRoot(state)).toBe(expected);
  });
  test.each([
    ['FROM debian:12\n', '/root'],
    ['FROM debian:12\nENV HOME=/h\nUSER app\n', '/h'],
    ['FROM debian:12\nUSER app\n', undefined],
  ])('%j: home %j', (text, expected) => {
    expect(homeOf(endOf(text))).toBe(expected);
  });
});

describe('WORKDIR', () => {
  test.each([
    ['FROM debian:12\n', '/'],
    ['FROM debian:12\nWORKDIR /a\nWORKDIR b/../c\n', '/a/c'],
    ['FROM debian:12\nENV D=/d\nWORKDIR $D/x\n', '/d/x'],
    ['FROM debian:12\nARG D=/d\nWORKDIR $D\n', undefined],
    ['FROM debian:12\nARG D=/d\nWORKDIR $D\nWORKDIR x\n', undefined],
    ['FROM debian:12\nARG D=/d\nWORKDIR $D\nWORKDIR /x\n', '/x'],
    ['FROM example.org/own\nWORKDIR x\n', undefined],
  ])('%j: %j', (text, expected) => {
    expect(endOf(text).workdir).toBe(expected);
  });
});

describe('SHELL', () => {
  test('holds from here on, in heirs too, and not in the next stage', () => {
    const shell = 'SHELL ["/bin/bash", "-c"]\n';
    expect(endOf(`FROM debian:12\n${shell}`).shell).toEqual(['/bin/bash', '-c']);
    expect(endOf(`FROM debian:12 AS a\n${shell}FROM a\n`).shell).toEqual(['/bin/bash', '-c']);
    expect(endOf(`FROM debian:12\n${shell}FROM debian:12\n`).shell).toEqual(['/bin/sh', '-c']);
  });
});

test('a build argument that is given is certain, one that is not may be another', () => {
  const text = 'FROM scratch\nARG V=1\nENV A=$V\nWORKDIR /x/$V\n';
  expect(endOf(text, { V: '2' }).workdir).toBe('/x/2');
  expect(certainValue(endOf(text, { V: '2' }), 'A')).toBe('2');
  expect(endOf(text).workdir).toBeUndefined();
});

describe('ONBUILD of the stage that a stage is built FROM', () => {
  const base = 'FROM node:20 AS base\nENV A=1\nONBUILD ENV A=2 B=$A\nONBUILD USER node\nONBUILD RUN npm ci\n';
  test('runs first in that stage', () => {
    const file = Dockerfile.parse(`${base}FROM base\nRUN true\n`);
    const facts = readFacts(file);
    const state = facts.before(file.instructions.at(-1)!)!;
    expect([certainValue(state, 'A'), certainValue(state, 'B'), state.user]).toEqual(['2', '1', 'node']);
    expect(facts.triggers(file.stages[1]!).map(({ keyword }) => keyword)).toEqual(['ENV', 'USER', 'RUN']);
  });
  test('changes nothing in its own stage, nor again in a stage below', () => {
    expect(endOf(base).user).toBe('root');
    const text = `${base}FROM base AS next\nUSER root\nENV A=3\nFROM next\n`;
    expect([endOf(text).user, certainValue(endOf(text), 'A')]).toEqual(['root', '3']);
    const file = Dockerfile.parse(text);
    expect(readFacts(file).triggers(file.stages[2]!)).toEqual([]);
  });
});
