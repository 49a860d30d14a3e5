import type { Instruction } from './instruction.js';
import { readKeyValues } from './key-values.js';
import { type Lines, SyntaxProblem } from './read-lines.js';

const KEYWORDS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** Rejects what BuildKit would reject after splitting: unknown instructions, a missing FROM, malformed ENV and LABEL. */
export function checkInstructions({ instructions, escape }: Lines): void {
  let stages = 0;
  for (const instruction of instructions) {
    const { keyword, span, logical } = instruction;
    const fail = (message: string): never => {
      throw new SyntaxProblem(message, span.start);
    };
    const written = logical.text.slice(instruction.keywordSpan.start, instruction.keywordSpan.end);
    if (!KEYWORDS.has(keyword)) fail(`unknown instruction ${JSON.stringify(written.slice(0, 40))}`);
    if (keyword === 'FROM') {
      stages++;
      checkFrom(instruction, fail);
    } else if (stages === 0 && keyword !== 'ARG') fail(`${keyword} before the first FROM: only ARG may stand there`);
    if (keyword === 'ENV' || keyword === 'LABEL') {
      const pairs = readKeyValues(instruction, logical.text, escape);
      if (typeof pairs === 'string') fail(pairs);
    }
    const { trigger } = instruction;
    if (keyword === 'ONBUILD') {
      if (trigger === undefined) fail('ONBUILD requires at least one argument');
      else if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.keyword)) {
        fail(`${trigger.keyword} isn't allowed as an ONBUILD trigger`);
      } else if (!KEYWORDS.has(trigger.keyword)) fail(`unknown instruction ${JSON.stringify(trigger.keyword)}`);
    }
  }
  if (stages === 0)
    throw new SyntaxProblem('no FROM: there is no build stage in this file', instructions[0]!.span.start);
}

function checkFrom(instruction: Instruction, fail: (message: string) => never): void {
  const words = instruction.logical.text
    .slice(instruction.args.start, instruction.args.end)
    .split(/[\t\v\f\r ]+/)
    .filter((word) => word !== '');
  if (words.length !== 1 && !(words.length === 3 && words[1]!.toLowerCase() === 'as')) {
    fail('FROM requires either one argument, or three: FROM <image> [AS <name>]');
  }
}
