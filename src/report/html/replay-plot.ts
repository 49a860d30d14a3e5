import type { ReplayReport } from '../replay.js';
import { seconds } from './bars.js';
import { type Html, html } from './escape.js';

const [WIDTH, HEIGHT] = [720, 200];

/** What each commit would have cost to rebuild, before and after, from `dfix replay`; the totals stand there as text. */
export function replayPlot({ commits, before, after, assumptions }: ReplayReport): Html {
  if (commits.length === 0) return html``;
  const most = Math.max(...commits.flatMap((one) => [one.before.upper, one.after.upper]), Number.MIN_VALUE);
  const points = (side: 'before' | 'after'): string =>
    commits
      .map((one, i) => {
        const x = commits.length === 1 ? WIDTH / 2 : (i / (commits.length - 1)) * WIDTH;
        return `${x.toFixed(1)},${(HEIGHT - (one[side].upper / most) * HEIGHT).toFixed(1)}`;
      })
      .join(' ');
  const basis = assumptions.measuredSteps > 0 ? 'times of a build log where it has them' : 'estimated step times';
  const total = `${seconds(before.totalSeconds.upper)} before, ${seconds(after.totalSeconds.upper)} after`;
  return html`<figure class="plot">
    <figcaption>
      <strong>Seconds to rebuild at each of ${commits.length} commits</strong>
      <span class="dim">replayed (${basis}): ${total}</span>
    </figcaption>
    <svg viewBox="-4 -4 ${WIDTH + 8} ${HEIGHT + 8}" role="img" aria-label="${`Rebuild cost by commit: ${total}`}">
      <polyline class="l-before" points="${points('before')}" />
      <polyline class="l-after" points="${points('after')}" />
    </svg>
    <p class="legend">
      <span class="k-before">before</span> <span class="k-after">after</span>, oldest commit first; highest
      ${seconds(most)}
    </p>
  </figure>`;
}
