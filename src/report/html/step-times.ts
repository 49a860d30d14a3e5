import { Dockerfile } from '../../dockerfile/index.js';
import { NO_INPUTS } from '../../facts/index.js';
import { NO_TIMINGS, planBuild } from '../../replay/index.js';
import { compareCosts } from '../../replay/compare-costs.js';
import { type Bar, bars, seconds } from './bars.js';
import { type Html, html } from './escape.js';

const MOST_STEPS = 14;

/** What each step that makes a layer is taken to cost when it runs again, before and after; nothing was built for it. */
export function estimatedSteps(input: string, output: string): Html {
  const plans = [input, output].map((text) => planBuild(Dockerfile.parse(text), NO_INPUTS));
  const [before, after] = compareCosts([plans[0]!, plans[1]!], NO_TIMINGS);
  const steps = (side: number, costs: typeof before) =>
    plans[side]!.stages.flatMap((stage) =>
      stage.steps.map(({ instruction }) => ({
        label: labelOf(plans[side]!.file.slice(instruction.span)),
        seconds: costs!.get(instruction.index)?.seconds ?? 0,
      })),
    );
  const [old, now] = [steps(0, before), steps(1, after)];
  const rows: Bar[] = old.map(({ label, seconds: value }) => ({ label, before: value, after: undefined }));
  // A step keeps its row when the rewrite only mounts a cache or moves it; others have rows of their own.
  for (const { label, seconds: value } of now) {
    const at = rows.findIndex((row) => row.after === undefined && row.label === label);
    if (at >= 0) rows[at] = { ...rows[at]!, after: value };
    else rows.push({ label, before: undefined, after: value });
  }
  if (rows.length === 0) return html``;
  const most = rows.toSorted((a, b) => Math.max(b.before ?? 0, b.after ?? 0) - Math.max(a.before ?? 0, a.after ?? 0));
  const kept = new Set(most.slice(0, MOST_STEPS));
  const title = 'Seconds of each step when it runs again';
  return bars(
    title,
    'estimated',
    rows.filter((row) => kept.has(row)),
    seconds,
  );
}

function labelOf(source: string): string {
  const line = source
    .replace(/\s--mount=\S+/g, '')
    .replace(/\\?\s+/g, ' ')
    .trim();
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}
