import type { Dockerfile, Instruction } from '../../src/dockerfile/index.js';
import {
  type AnyTransform,
  defineTransform,
  type Level,
  type TransformContext,
  type TransformMeta,
} from '../../src/transform/index.js';

/** A transform for tests of the driver. */
export function testTransform(
  name: string,
  find: (file: Dockerfile, context: TransformContext) => void,
  meta: Partial<TransformMeta> = {},
): AnyTransform {
  return defineTransform({
    meta: {
      name,
      summary: 'Change something for a test',
      why: 'The test needs it.',
      phase: 'clean',
      level: 'safe',
      assumes: [],
      needs: [],
      preset: 'default',
      sameAs: [],
      references: [],
      options: {},
      ...meta,
    },
    find,
  });
}

/** A transform that replaces one text by another in instructions of a keyword, each in a change of its own. */
export function replacing(
  name: string,
  keyword: string,
  from: string,
  to: string,
  settings: { readonly level?: Level; readonly group?: string; readonly meta?: Partial<TransformMeta> } = {},
): AnyTransform {
  return testTransform(
    name,
    (file, context) => {
      for (const instruction of file.instructions) {
        if (instruction.keyword !== keyword) continue;
        const place = file.slice(instruction.span).indexOf(from);
        if (place < 0) continue;
        const start = instruction.span.start + place;
        context.propose({
          at: instruction.span,
          edits: [{ span: { start, end: start + from.length }, text: to }],
          what: `replace ${from} by ${to}`,
          level: settings.level ?? 'safe',
          ...(settings.group === undefined ? {} : { group: settings.group }),
        });
      }
    },
    settings.meta,
  );
}

/** The nth instruction. */
export function at(file: Dockerfile, index: number): Instruction {
  const instruction = file.instructions[index];
  if (instruction === undefined) throw new Error(`there is no instruction ${index}`);
  return instruction;
}
