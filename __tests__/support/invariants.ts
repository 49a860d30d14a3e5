import { Dockerfile } from '../../src/dockerfile/index.js';
import type { RunResult } from '../../src/transform/index.js';

/** Every instruction that BuildKit knows. */
export const KNOWN_INSTRUCTIONS: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/**
 * What holds for every rewrite, whatever the transforms: settled without faults, the output parses with no unknown
 * instruction, and every comment is still there.
 * @returns what does not hold, one sentence each.
 */
export function brokenRules(result: RunResult): readonly string[] {
  const broken = result.faults.map(({ transform, message }) => `${transform}: ${message}`);
  if (!result.settled) broken.push('the transforms did not come to rest');
  const before = Dockerfile.parse(result.input);
  let after: Dockerfile;
  try {
    after = Dockerfile.parse(result.output);
  } catch (error) {
    return [...broken, `the output does not parse: ${(error as Error).message}`];
  }
  for (const { keyword } of after.instructions)
    if (!KNOWN_INSTRUCTIONS.has(keyword)) broken.push(`new instruction ${keyword}`);
  const kept = commentsOf(after);
  for (const comment of commentsOf(before)) {
    const place = kept.indexOf(comment);
    if (place < 0) broken.push(`lost comment: ${comment}`);
    else kept.splice(place, 1);
  }
  return broken;
}

function commentsOf(file: Dockerfile): string[] {
  return file.comments.map(({ span }) => file.slice(span).trim());
}
