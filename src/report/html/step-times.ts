import { Dockerfile } from '../../dockerfile/index.js';
import { NO_INPUTS } from '../../facts/index.js';
import { NO_TIMINGS, planBuild } from '../../replay/index.js';
import { compareCosts } from '../../replay/compare-costs.js';
import { seconds } from './bars.js';
import type { Html } from './escape.js';
import { stepBars } from './step-bars.js';

/** What each step that makes a layer is taken to cost when it runs again, before and after; nothing was built for it. */
export function estimatedSteps(input: string, output: string): Html {
  const plans = [input, output].map((text) => planBuild(Dockerfile.parse(text), NO_INPUTS));
  const [before, after] = compareCosts([plans[0]!, plans[1]!], NO_TIMINGS);
  const steps = (side: number, costs: typeof before) =>
    plans[side]!.stages.flatMap((stage) =>
      stage.steps.map(({ instruction }) => ({
        label: labelOf(plans[side]!.file.slice(instruction.span)),
        value: costs!.get(instruction.index)?.seconds ?? 0,
      })),
    );
  const title = 'Seconds of each step when it runs again';
  return stepBars(title, 'estimated', steps(0, before), steps(1, after), seconds);
}

/** An instruction in one line, without what a rewrite adds to it. */
export function labelOf(source: string): string {
  const line = source
    .replace(/\s--mount=\S+/g, '')
    .replace(/\\?\s+/g, ' ')
    .trim();
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}
