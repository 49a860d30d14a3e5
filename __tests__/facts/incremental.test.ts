import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, readFacts, type State } from '../../src/facts/index.js';

const LINES = [
  'ENV PATH=/opt/a/bin:$PATH',
  'ENV PATH=$X/bin:$PATH',
  'ENV A=1 B=$A',
  'ARG VERSION',
  'ARG VERSION=2',
  'ARG X=/opt/x',
  'ENV X=$VERSION',
  'WORKDIR /srv',
  'WORKDIR app/$VERSION',
  'USER node',
  'USER $X',
  'SHELL ["/bin/bash", "-ec"]',
  'COPY . .',
  'COPY --from=0 /a b/',
  'RUN cd web && npm ci && rm -rf /tmp/x',
  'RUN X=1 make "$VERSION" > log',
  'RUN <<EOF\ncd $X\ntouch file\nEOF',
  'LABEL a=b',
  'FROM alpine:3.20 AS next',
  'FROM base',
  'FROM node:$VERSION',
];
const HEADS = [[], ['ARG VERSION=20'], ['ARG VERSION', 'ARG X=/top'], ['# escape=`']];

const anyText = fc
  .tuple(fc.constantFrom(...HEADS), fc.array(fc.constantFrom(...LINES), { maxLength: 12 }))
  .map(([head, lines]) => [...head, 'FROM node:20 AS base', ...lines, ''].join('\n'));

/** One text made of another: some of its lines taken out, changed or put in. */
const anyEdit = fc.array(
  fc.record({ at: fc.nat(12), cut: fc.nat(2), put: fc.array(fc.constantFrom(...LINES), { maxLength: 2 }) }),
  { minLength: 1, maxLength: 3 },
);

function edited(text: string, edits: readonly { at: number; cut: number; put: readonly string[] }[]): string {
  const blocks = Dockerfile.parse(text).instructions.map(({ span }) => text.slice(span.start, span.end));
  const first = blocks.findIndex((block) => block.startsWith('FROM')) + 1;
  for (const { at, cut, put } of edits) blocks.splice(first + (at % (blocks.length - first + 1)), cut, ...put);
  return `${text.startsWith('#') ? '# escape=`\n' : ''}${blocks.join('\n')}\n`;
}

function parsed(text: string): Dockerfile | undefined {
  try {
    return Dockerfile.parse(text);
  } catch {
    return undefined;
  }
}

const plain = (state: State | undefined): unknown =>
  state === undefined ? undefined : { ...state, env: [...state.env], args: [...state.args] };

/** All that a transform can see of the facts of a file. */
function all(facts: Facts): unknown {
  const { instructions, stages } = facts.file;
  return {
    before: instructions.map((instruction) => plain(facts.before(instruction))),
    ends: stages.map((stage) => plain(facts.atEnd(stage))),
    effects: instructions.slice(stages[0]!.from.index).map((instruction) => ({ ...effectsOf(facts, instruction) })),
    roots: stages.map((stage) => [facts.rootImage(stage), facts.parent(stage)]),
  };
}

describe('facts that are taken from the text before', () => {
  test('are what they are from scratch', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), (start, steps) => {
        let before = parsed(start);
        if (before === undefined) return;
        const inputs = { target: undefined, buildArgs: { GIVEN: '1' } };
        all(readFacts(before, inputs));
        for (const step of steps) {
          const text = edited(before.text, step);
          const after = parsed(text);
          if (after === undefined) return;
          const taken = all(readFacts(after, inputs, before));
          // Other inputs, though they change nothing here, share no state.
          const scratch = all(readFacts(after, { target: undefined, buildArgs: { GIVEN: '2' } }));
          expect(taken).toEqual(scratch);
          readFacts(after, inputs, before);
          before = after;
        }
      }),
      { numRuns: 400 },
    );
  });

  test('are the same objects where nothing before them changed', () => {
    const inputs = { target: undefined, buildArgs: {} };
    const before = Dockerfile.parse('FROM node:20\nENV A=1\nRUN a\nUSER node\nRUN b\n');
    const after = before.with([{ span: before.instructions[2]!.span, text: 'RUN c' }]);
    const [one, other] = [readFacts(before, inputs), readFacts(after, inputs, before)];
    for (const index of [1, 2, 3, 4]) {
      expect(other.before(after.instructions[index]!)).toBe(one.before(before.instructions[index]!));
    }
  });

  test('know a variable that moved by its new place', () => {
    const inputs = { target: undefined, buildArgs: {} };
    const before = Dockerfile.parse('FROM node:20\nENV A=1\nRUN a\n');
    const after = before.with([{ span: { start: 13, end: 13 }, text: 'LABEL a=b\n' }]);
    readFacts(before, inputs);
    const state = readFacts(after, inputs, before).before(after.instructions[3]!)!;
    expect(state.env.get('A')).toMatchObject({ value: '1', from: 2 });
  });
});
