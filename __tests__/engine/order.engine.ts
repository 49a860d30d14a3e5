import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnyTransform, runTransforms } from '../../src/transform/index.js';
import installFirst from '../../transforms/install-system-packages-first/index.js';
import sinkArgs from '../../transforms/sink-volatile-args/index.js';
import { differingPaths, isCached } from './support/compare-builds.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';

/** What two builds of one file differ in by themselves. */
const NOISE = /^\.\/(var\/(log|cache)(\/|$)|tmp(\/|$)|\.dockerenv|etc\/(hostname|hosts|resolv\.conf|mtab))/;

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_, response) => void response.end('#!/bin/sh\necho tool\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

interface Case {
  readonly name: string;
  readonly transform: AnyTransform;
  readonly dockerfile: () => string;
  /** What a build changes: a file of the context, or a default in the text. */
  readonly edit: (bench: Bench, text: string) => string;
  /** The step that is cached after the edit only in the rewritten file. */
  readonly step: string;
}

const source = (bench: Bench, text: string): string => {
  bench.write('src/a.js', 'console.log(2);\n');
  return text;
};
const commit = (_: Bench, text: string): string => text.replace('=unknown', '=dev');

const cases: readonly Case[] = [
  {
    name: 'a download with the directory and the user that it needs',
    transform: installFirst,
    dockerfile: () =>
      `FROM node:20\nWORKDIR /usr/src/app\nCOPY . .\nUSER root\nRUN curl -fsSL -o /opt/tool ${url}/tool && chmod +x /opt/tool\nUSER node\nCMD ["node", "src/a.js"]\n`,
    edit: source,
    step: 'RUN curl',
  },
  {
    name: 'a download below what another stage makes',
    transform: installFirst,
    dockerfile: () =>
      `FROM node:20 AS build\nWORKDIR /src\nCOPY . .\nRUN cp src/a.js /out.js\nFROM node:20\nCOPY --from=build /out.js /usr/local/bin/out\nRUN curl -fsSL -o /opt/tool ${url}/tool\nCMD ["node", "/usr/local/bin/out"]\n`,
    edit: source,
    step: 'RUN curl',
  },
  {
    name: 'a commit above what does not use it',
    transform: sinkArgs,
    dockerfile: () =>
      `FROM node:20\nARG VCS_REF=unknown\nENV APP_COMMIT=$VCS_REF\nLABEL revision=$VCS_REF\nRUN mkdir -p /srv/data && touch /srv/data/one\nCOPY . /app\nCMD ["node", "/app/src/a.js"]\n`,
    edit: commit,
    step: 'RUN mkdir',
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ transform, dockerfile, edit, step }) => {
  let bench: Bench;
  beforeAll(() => void (bench = openBench({ '.dockerignore': 'Dockerfile.test\n', 'src/a.js': 'console.log(1);\n' })));
  afterAll(() => bench.close());

  test('gives the same image, and the step stays cached after an edit', async () => {
    const original = dockerfile();
    const result = runTransforms(original, { transforms: [transform] });
    expect(result.faults).toEqual([]);
    expect(result.changes).toHaveLength(1);
    const before = await bench.build(original, 'a');
    const after = await bench.build(result.output, 'b');
    const [a, b] = [await bench.tree(before.tag), await bench.tree(after.tag)];
    expect(differingPaths(a, b, NOISE)).toEqual([]);
    const [oldText, newText] = [edit(bench, original), edit(bench, result.output)];
    expect(isCached((await bench.build(newText, 'b')).log, step)).toBe(true);
    expect(isCached((await bench.build(oldText, 'a')).log, step)).toBe(false);
  }, 300_000);
});
