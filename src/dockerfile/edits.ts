import type { Span } from './text.js';

/** Replaces the source text of `span` by `text`; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/**
 * Sorts edits by place (insertions at one place keep their order).
 * @throws Error when two of them overlap: that is a fault of the caller.
 */
export function sortEdits(edits: readonly Edit[]): readonly Edit[] {
  const isSorted = edits.every((edit, i) => i === 0 || compare(edits[i - 1]!, edit) <= 0);
  const sorted = isSorted ? edits : [...edits].sort(compare);
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1]!.span, sorted[i]!.span];
    if (after.start < before.end) {
      throw new Error(
        `edits overlap at ${after.start} (${before.start}-${before.end} and ${after.start}-${after.end})`,
      );
    }
  }
  return sorted;
}

function compare(a: Edit, b: Edit): number {
  return a.span.start - b.span.start || a.span.end - b.span.end;
}

/** Splices edits into a text; bytes outside them never change. */
export function splice(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of sortEdits(edits)) {
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}

/** Tells where an offset outside every edit lies after the edits; an insertion at the offset itself pushes it on. */
export function offsetsAfter(sorted: readonly Edit[]): (offset: number) => number {
  const shifts = [0];
  for (const { span, text } of sorted) shifts.push(shifts.at(-1)! + text.length - (span.end - span.start));
  return (offset) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.span.end > offset) high = middle;
      else low = middle + 1;
    }
    return offset + shifts[low]!;
  };
}
