import type { Dockerfile, Span } from '../dockerfile/index.js';

interface SourceLine extends Span {
  /** Start of the next line. */
  readonly next: number;
}

export function lineAround(file: Dockerfile, start: number, end: number): SourceLine {
  const from = file.text.lastIndexOf('\n', start - 1) + 1;
  const newline = file.text.indexOf('\n', end);
  const next = newline < 0 ? file.text.length : newline + 1;
  let stop = newline < 0 ? file.text.length : newline;
  if (file.text[stop - 1] === '\r') stop--;
  return { start: from, end: Math.max(stop, end), next };
}

export function startsLine(file: Dockerfile, offset: number): boolean {
  const lineStart = file.text.lastIndexOf('\n', offset - 1) + 1;
  return lineStart > 0 && file.text.slice(lineStart, offset).trim() === '';
}
