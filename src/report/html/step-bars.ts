import { bars, type Basis } from './bars.js';
import { type Html, html } from './escape.js';

const MOST_STEPS = 14;

/** A figure of one step of a build, or of the layer that it makes. */
export interface StepFigure {
  readonly label: string;
  readonly value: number;
}

interface Row {
  readonly label: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Bars of steps before and after, the ones with the largest figures; a step that stays has one row. */
export function stepBars(
  title: string,
  basis: Basis,
  before: readonly StepFigure[],
  after: readonly StepFigure[],
  show: (value: number) => string,
): Html {
  const rows: Row[] = before.map(({ label, value }) => ({ label, before: value, after: undefined }));
  // A step keeps its row when the rewrite only mounts a cache or moves it; others have rows of their own.
  for (const { label, value } of after) {
    const at = rows.findIndex((row) => row.after === undefined && row.label === label);
    if (at >= 0) rows[at] = { ...rows[at]!, after: value };
    else rows.push({ label, before: undefined, after: value });
  }
  if (rows.length === 0) return html``;
  const largest = ({ before: old, after: now }: Row): number => Math.max(old ?? 0, now ?? 0);
  const kept = new Set(rows.toSorted((a, b) => largest(b) - largest(a)).slice(0, MOST_STEPS));
  const shown = rows.filter((row) => kept.has(row)).map((row) => ({ ...row, label: html`<code>${row.label}</code>` }));
  return bars(title, basis, shown, show);
}
