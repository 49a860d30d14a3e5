import type { Span } from './text.js';

/**
 * An instruction as BuildKit reads it: continuations joined, comment and blank lines inside it dropped.
 * Every segment is a verbatim slice of the source, so any place in it maps back exactly.
 */
export interface LogicalText {
  readonly text: string;
  /** Where each segment starts in `text`, ascending. */
  readonly starts: readonly number[];
  /** Where each segment starts in the source. */
  readonly sources: readonly number[];
}

function segmentAt(logical: LogicalText, offset: number): number {
  let low = 0;
  let high = logical.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (logical.starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The source offset of the character at a logical offset; at the very end, the offset after the last character. */
export function toSource(logical: LogicalText, offset: number): number {
  const segment = segmentAt(logical, offset);
  return logical.sources[segment]! + (offset - logical.starts[segment]!);
}

/** The source span from the first to the last character of a logical span; it may hold continuations and comments. */
export function toSourceSpan(logical: LogicalText, span: Span): Span {
  const start = toSource(logical, span.start);
  return { start, end: span.end > span.start ? toSource(logical, span.end - 1) + 1 : start };
}

/** A part of a logical text as a logical text of its own. */
export function sliceLogical(logical: LogicalText, start: number, end: number): LogicalText {
  const starts: number[] = [];
  const sources: number[] = [];
  const first = segmentAt(logical, start);
  for (let i = first; i < logical.starts.length && (i === first || logical.starts[i]! < end); i++) {
    const from = Math.max(logical.starts[i]!, start);
    starts.push(from - start);
    sources.push(logical.sources[i]! + (from - logical.starts[i]!));
  }
  return { text: logical.text.slice(start, end), starts, sources };
}

/** A logical text that is one verbatim slice of the source. */
export function verbatim(text: string, source: number): LogicalText {
  return { text, starts: [0], sources: [source] };
}
