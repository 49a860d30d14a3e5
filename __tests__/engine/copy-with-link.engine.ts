import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import copyWithLink from '../../transforms/copy-with-link/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';

const files = { 'app.sh': '#!/bin/sh\necho app\n', 'data/one/two.txt': 'two\n', 'settings.txt': 'a=1\n' };

const cases = [
  [
    'folders that a WORKDIR and a COPY make',
    'FROM debian:bookworm-slim\nRUN mkdir /data\nWORKDIR /app\nCOPY app.sh settings.txt ./\nCOPY data ./data\nCOPY --chmod=700 app.sh /programs/own/app\nCOPY settings.txt /opt/own/settings\n',
  ],
  [
    'another stage and an owner',
    'FROM debian:bookworm-slim AS build\nRUN mkdir -m 700 -p /out/private && echo a > /out/private/a && chown -R 33:33 /out\n\nFROM debian:bookworm-slim\nCOPY --from=build --chown=1000:1000 /out /new/place\nCOPY --from=build /out /opt/kept\n',
  ],
] as const;

/** Folders whose times and nothing else a step may touch are in no tree; what an engine puts in by itself is left out. */
const NOISE = /^\.\/(?:etc\/(?:hostname|hosts|resolv\.conf|mtab)|\.dockerenv)/;

(hasEngine ? describe : describe.skip)('a linked COPY', () => {
  let bench: Bench;
  beforeAll(() => void (bench = openBench(files)));
  afterAll(() => bench.close());

  test.each(cases)('gives the same image: %s', async (_, text) => {
    const project = readProject(memoryContext(files));
    const result = runTransforms(text, { transforms: [copyWithLink], allow: 'safe', project });
    expect(result.refusals).toEqual([]);
    expect(result.output.match(/--link/g)).toHaveLength(text.match(/^COPY/gm)!.length);
    const [before, after] = [await bench.build(text, 'one'), await bench.build(result.output, 'one')];
    const tree = async (tag: string) => [...(await bench.tree(tag))].filter(([path]) => !NOISE.test(path));
    expect(await tree(after.tag)).toEqual(await tree(before.tag));
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
  });
});
