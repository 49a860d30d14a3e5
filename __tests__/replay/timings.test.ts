import { describe, expect, test } from '@jest/globals';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { bodyText, parseTimings } from '../../src/replay/timings.js';

const vertex = (name: string, seconds: number, more: object = {}): object => ({
  digest: `sha256:${name}`,
  name,
  started: '2024-01-01T00:00:00.000Z',
  completed: new Date(Date.UTC(2024, 0, 1) + seconds * 1000).toISOString(),
  ...more,
});
const raw = (...vertexes: readonly object[]): string => JSON.stringify({ vertexes });

describe('times of a build log', () => {
  test.each([
    ['one object a line', (all: readonly string[]) => all.join('\n')],
    [
      'objects over many lines, other lines between',
      (all: readonly string[]) =>
        all.map((one) => JSON.stringify(JSON.parse(one), undefined, 2)).join('\nWARNING: "}\n'),
    ],
  ])('rawjson, %s', (_name, join) => {
    const log = join([
      raw(vertex('[internal] load .dockerignore', 9)),
      raw({ digest: 'sha256:x', name: '[build 2/3] RUN npm ci' }),
      raw(vertex('[build 2/3] RUN --mount=type=cache,target=/root/.npm npm ci', 12.5)),
      raw(vertex('[build 3/3] RUN npm run build', 4, { cached: true })),
      raw(vertex('[1/3] FROM node:20', 7)),
      raw(vertex('[linux/arm64 stage-1 3/4] COPY a {b} /', 1)),
    ]);
    const timings = parseTimings(log);
    expect(timings.secondsOf('RUN npm ci')).toBe(12.5);
    expect(timings.secondsOf('RUN npm run build')).toBeUndefined();
    expect(timings.secondsOf('COPY a {b} /')).toBe(1);
    expect(timings.size).toBe(2);
  });

  test('plain', () => {
    const log = [
      '#5 [build 2/3] RUN apt-get update &&     apt-get install -y git',
      '#5 0.345 Get:1 …',
      '#5 DONE 21.4s',
      '',
      '#6 [build 3/3] COPY . .',
      '#6 CACHED',
      '#7 [stage-1 2/2] RUN x',
      '#7 ERROR: failed',
    ].join('\r\n');
    const timings = parseTimings(log);
    expect(timings.secondsOf('RUN apt-get update && apt-get install -y git')).toBe(21.4);
    expect(timings.size).toBe(1);
  });

  test('of something else: none', () => {
    expect(parseTimings('').size).toBe(0);
    expect(parseTimings('{"vertexes": [3, {"name": 4}]} {').size).toBe(0);
  });
});

test('a step is found by its text, without flags, comments and layout', () => {
  const text = 'FROM a\nRUN --mount=type=cache,target=/x \\\n  # why\n  npm ci \\\n  && npm test\nADD ["a b", "/c"]\n';
  expect(Dockerfile.parse(text).instructions.slice(1).map(bodyText)).toEqual([
    'RUN npm ci && npm test',
    'ADD [a b, /c]',
  ]);
});
