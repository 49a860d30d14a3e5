import type { Dockerfile, Instruction } from '../../src/dockerfile/index.js';
import type { TransformContext } from '../../src/transform/index.js';

type Lines = TransformContext['lines'];

/** A line that fewer commits changed, or a smaller part of them in percent, is as good as constant. */
const FEWEST = 5;
const LEAST_SHARE = 5;

/** Whether many of the last commits changed an ARG or ENV, as releases do with `ENV APP_VERSION=1.2.3`. */
export function changesOften(file: Dockerfile, instruction: Instruction, lines: Lines): boolean {
  const times = timesOf(file, instruction, lines);
  return times >= FEWEST && times * 100 >= LEAST_SHARE * lines!()!.commits;
}

/** How many commits changed an instruction that changes often, as the end of a sentence. */
export function howOften(file: Dockerfile, instruction: Instruction, lines: Lines): string {
  if (!changesOften(file, instruction, lines)) return '';
  return `; ${timesOf(file, instruction, lines)} of the last ${lines!()!.commits} commits changed it`;
}

/** Whether the history is worth a look: an ARG or ENV without a digit is no version. */
export function mayBeVersion({ keyword, logical }: Instruction): boolean {
  return /^(?:ARG|ENV)$/.test(keyword) && /\d/.test(logical.text);
}

/** By its text, which stays the same when it moves: the line of it that changed most. */
function timesOf(file: Dockerfile, instruction: Instruction, lines: Lines): number {
  if (!mayBeVersion(instruction)) return 0;
  const known = lines?.();
  if (known === undefined) return 0;
  const own = file.slice(instruction.span).split('\n');
  return Math.max(...own.map((line) => known.times.get(line.trim()) ?? 0));
}
