import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { argumentText, Dockerfile, DockerfileError, readArguments, readKeyValues } from '../../src/dockerfile/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';
import { KNOWN_INSTRUCTIONS } from '../support/invariants.js';
import { readLines } from '../../src/dockerfile/read-lines.js';

/** What BuildKit's own parser says of a text: `buildkit-edge-cases.json` was recorded from it. */
interface Recorded {
  readonly input: string;
  readonly error?: string;
  readonly escape?: string;
  readonly instructions?: readonly {
    readonly cmd: string;
    readonly start: number;
    readonly end: number;
    readonly flags: readonly string[];
    readonly json: boolean;
    readonly args: readonly string[];
    readonly logical: string;
    readonly heredocs?: readonly RecordedHeredoc[];
    readonly child?: { readonly cmd: string; readonly flags: readonly string[]; readonly json: boolean };
  }[];
}
interface RecordedHeredoc {
  readonly name: string;
  readonly fd: number;
  readonly chomp: boolean;
  readonly expand: boolean;
  readonly content: string;
}

const recorded = Object.entries(
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'buildkit-edge-cases.json'), 'utf8')) as Record<
    string,
    Recorded
  >,
);
const accepted = recorded.flatMap(([name, { input, escape, instructions }]) =>
  instructions === undefined ? [] : [{ name, input, escape, instructions }],
);
const rejected = recorded.flatMap(([name, { input, error }]) => (error === undefined ? [] : [{ name, input, error }]));

/** What BuildKit's parser lets pass and the step after it rejects; `Dockerfile.parse` does both at once. */
const rejectedLater: Readonly<Record<string, string>> = {
  'cr-only': 'FROM requires',
  'escape-unknown-first': 'unknown instruction "b"',
  'heredoc-glued-cat': 'unknown instruction "hi"',
  'json-comma-glued': 'unknown instruction "ENTRYPOINT',
  'kw-cont2': 'unknown instruction "RUNecho"',
  nbsp: 'unknown instruction "RUN\u00a0echo"',
  unknown: 'unknown instruction "FOO"',
  'unknown-copy': 'unknown instruction "INCLUDE"',
};

test('the recording holds both kinds', () => {
  expect([accepted.length, rejected.length]).toEqual([136, 10]);
});

describe.each(accepted)('as BuildKit reads it: $name', ({ name, input, escape, instructions }) => {
  test('same instructions', () => {
    const lines = readLines(input);
    expect(lines.escape).toBe(escape);
    const ours = lines.instructions.map((instruction) => ({
      cmd: instruction.keyword,
      start: instruction.lines.first,
      end: instruction.lines.last,
      flags: flagsOf(instruction),
      json: (instruction.trigger ?? instruction).json !== undefined,
      logical: instruction.logical.text,
      heredocs: instruction.heredocs.map((heredoc) => ({
        name: heredoc.name,
        fd: heredoc.fd,
        chomp: heredoc.chomp,
        expand: heredoc.expand,
        content: input.slice(heredoc.body.start, heredoc.body.end),
      })),
      args: hasArguments(instruction.keyword) ? argumentsOf(instruction, lines.escape) : [],
    }));
    expect(ours).toEqual(
      instructions.map(({ cmd, start, end, flags, json, logical, heredocs, args, child }) => ({
        cmd: cmd.toUpperCase(),
        start,
        end,
        flags: child?.flags ?? flags,
        json: child?.json ?? json,
        logical,
        heredocs: heredocs ?? [],
        args: child === undefined && hasArguments(cmd.toUpperCase()) ? shaped(cmd.toUpperCase(), json, args) : [],
      })),
    );
  });

  const later = rejectedLater[name];
  test(later === undefined ? 'is a Dockerfile' : `rejected by the next step: ${later}`, () => {
    if (later === undefined) expect(Dockerfile.parse(input).text).toBe(input);
    else expect(() => Dockerfile.parse(input)).toThrow(later);
  });
});

test.each(rejected)('rejected, as by BuildKit: $name ($error)', ({ input }) => {
  expect(() => Dockerfile.parse(input)).toThrow(DockerfileError);
});

/** BuildKit's parser gives unknown instructions no arguments. */
function hasArguments(keyword: string): boolean {
  return KNOWN_INSTRUCTIONS.has(keyword);
}

function flagsOf(instruction: Instruction): readonly string[] {
  return (instruction.trigger ?? instruction).flags.map(({ name, value }) =>
    value === undefined ? `--${name}` : `--${name}=${value}`,
  );
}

/** Our arguments in the shape of `shaped`. */
function argumentsOf(instruction: Instruction, escape: string): readonly string[] {
  const { keyword, json, trigger } = instruction;
  if (trigger !== undefined) return [];
  if (json !== undefined) return json.map(({ value }) => value);
  if (keyword === 'ENV' || keyword === 'LABEL') {
    const pairs = readKeyValues(instruction, instruction.logical.text, escape);
    if (typeof pairs === 'string') throw new Error(pairs);
    return pairs.map(({ name, value }) => `${name}=${value ?? ''}`);
  }
  if (keyword === 'ARG') {
    return readArguments(instruction, escape).map(({ name, value }) =>
      value === undefined ? name : `${name}=${value}`,
    );
  }
  return argumentText(instruction).split(/\s+/);
}

/** BuildKit's arguments as pairs, JSON strings, or words: its nodes hold shell-form text in one string, other words apart. */
function shaped(keyword: string, json: boolean, args: readonly string[]): readonly string[] {
  if (json) return keyword === 'HEALTHCHECK' ? args.slice(1) : args;
  if (keyword === 'ARG') return args;
  if (keyword !== 'ENV' && keyword !== 'LABEL') return args.join(' ').split(/\s+/);
  const pairs: string[] = [];
  for (let at = 0; at < args.length; at += 3) pairs.push(`${args[at]!}=${args[at + 1]!}`);
  return pairs;
}
