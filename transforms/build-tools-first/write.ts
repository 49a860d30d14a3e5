import type { Dockerfile, Edit, Instruction } from '../../src/dockerfile/index.js';
import { textOf } from './parts.js';
import type { Plan } from './plan.js';

/** The COPY below the builds, and in its place those of the parts that they read. */
export function editsOf(file: Dockerfile, { source, runs, firstBuild, cut, parts, late }: Plan): readonly Edit[] {
  const { eol } = file;
  const { instruction } = source;
  const block = file.blockOf(instruction);
  const last = runs.at(-1)!;
  const before = textOf({ lines: parts.lines.filter((line) => !late.includes(line)) }, source, eol);
  const isApart = blankAfter(file, instruction);
  const moved = file.text.slice(block.start, instruction.span.end);
  const gap = isApart ? eol : '';
  const end = isApart && !blankAfter(file, last) ? eol : '';
  const place =
    before === ''
      ? { span: { start: block.start, end: block.end + (isApart ? blankLength(file, instruction) : 0) }, text: '' }
      : { span: { start: block.start, end: instruction.span.end }, text: before };
  const start = file.blockOf(firstBuild).start;
  const edits =
    late.length === 0
      ? [place]
      : [place, { span: { start, end: start }, text: textOf({ lines: late }, source, eol) + eol }];
  if (cut !== undefined)
    return [...edits, { span: cut, text: `${eol}${gap}${moved}${eol}${gap}${restOf(file, last)}` }];
  return [...edits, { span: { start: last.span.end, end: last.span.end }, text: eol + gap + moved + end }];
}

function blankLength(file: Dockerfile, instruction: Instruction): number {
  return /^(?:[ \t]*\r?\n)*/.exec(file.text.slice(file.blockOf(instruction).end))![0].length;
}

function blankAfter(file: Dockerfile, instruction: Instruction): boolean {
  return blankLength(file, instruction) > 0;
}

/** What the rest of a RUN begins with. */
function restOf(file: Dockerfile, { span, flags, logical }: Instruction): string {
  const keyword = file.slice(span).startsWith('run') ? 'run' : 'RUN';
  return [keyword, ...flags.map(({ span: own }) => logical.text.slice(own.start, own.end)), ''].join(' ');
}
