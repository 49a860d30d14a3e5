import { Dockerfile, DockerfileError } from '../dockerfile/index.js';
import { lineStarts, positionAt } from '../dockerfile/text.js';
import { editsBetween } from '../report/edits-between.js';
import { type Fix, fixesOf, type RunOptions, runTransforms, type RunResult } from '../transform/index.js';

/** Line and column of a place, both counted from 0, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly character: number;
}
interface PlaceRange {
  readonly start: Place;
  readonly end: Place;
}
interface TextChange {
  readonly range: PlaceRange;
  readonly newText: string;
}

/** What is marked in an editor. */
export interface Finding {
  readonly range: PlaceRange;
  readonly message: string;
  readonly severity: 'error' | 'information' | 'hint';
  /** The transform; undefined for a syntax error. */
  readonly transform: string | undefined;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  /** Undefined for a text that is not a Dockerfile. */
  readonly result: RunResult | undefined;
  /** Each group of changes by itself; computed when first asked for. */
  fixes(): readonly Fix[];
}

/** Runs the transforms over a text as an editor holds it: possibly half-written. */
export function analyse(text: string, options: RunOptions): Analysis {
  let result: RunResult;
  try {
    result = runTransforms(text, options);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const { line, column } = error.position;
    const place = { line: line - 1, character: column - 1 };
    const finding: Finding = {
      range: { start: place, end: place },
      message: error.message,
      severity: 'error',
      transform: undefined,
    };
    return { findings: [finding], result: undefined, fixes: () => [] };
  }
  const file = Dockerfile.parse(text);
  const finding =
    (severity: 'information' | 'hint') =>
    (change: RunResult['changes'][number]): Finding => ({
      range: rangeOf(file, change.line),
      message: `${change.what}. ${change.why}`,
      severity,
      transform: change.transform,
    });
  let fixes: readonly Fix[] | undefined;
  return {
    findings: [...result.changes.map(finding('information')), ...result.withheld.map(finding('hint'))],
    result,
    fixes: () => (fixes ??= fixesOf(result, options)),
  };
}

/** The first line of the instruction that starts in a line. */
function rangeOf(file: Dockerfile, line: number): PlaceRange {
  const source = file.text.split('\n')[line - 1] ?? '';
  const end = source.trimEnd().length;
  return { start: { line: line - 1, character: 0 }, end: { line: line - 1, character: end } };
}

/** What turns one text into another, as an editor applies it. */
export function textChanges(before: string, after: string): readonly TextChange[] {
  const starts = lineStarts(before);
  const place = (offset: number): Place => {
    const { line, column } = positionAt(starts, offset);
    return { line: line - 1, character: column - 1 };
  };
  return editsBetween(before, after).map(({ span, text }) => ({
    range: { start: place(span.start), end: place(span.end) },
    newText: text,
  }));
}
