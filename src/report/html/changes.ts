import type { AppliedChange, RunResult } from '../../transform/index.js';
import { type Html, html } from './escape.js';

/** Each change with its reason, what it rests on and what the image will show of it. */
export function changeList(title: string, changes: readonly AppliedChange[]): Html {
  if (changes.length === 0) return html``;
  const items = [...changes].sort((a, b) => a.line - b.line).map(item);
  return html`<h3>${title}</h3>
    <ul class="changes">
      ${items}
    </ul>`;
}

function item({ line, transform, level, what, why, evidence, announces }: AppliedChange): Html {
  const announced = announces.map((one) => {
    if (one.kind === 'config') return `configuration ${[one.field, ...(one.names ?? [])].join(' ')}: ${one.why}`;
    if (one.kind === 'packages') return `${one.manager} packages ${one.effect}: ${one.names.join(', ')}`;
    return `files ${one.effect}: ${one.paths.join(', ')} (${one.why})`;
  });
  const list = (head: string, texts: readonly string[]): Html =>
    texts.length === 0
      ? html``
      : html`<details>
          <summary>${head}</summary>
          <ul>
            ${texts.map((text) => html`<li>${text}</li>`)}
          </ul>
        </details>`;
  return html`<li class="${level}">
    <p><strong>line ${line}: ${what}</strong></p>
    <p><span class="level">${level}</span> <code>${transform}</code></p>
    <p>${why}</p>
    ${list('what it rests on', [...new Set(evidence.map(({ fact }) => fact))])}${list('what the image will show', [...new Set(announced)])}
  </li>`;
}

/** What was seen and left alone, and why. */
export function refusalList({ refusals, faults }: Pick<RunResult, 'refusals' | 'faults'>): Html {
  if (refusals.length + faults.length === 0) return html``;
  const rows = [...refusals]
    .sort((a, b) => a.line - b.line)
    .map(
      ({ line, transform, reason, instruction }) =>
        html`<li>
          <p>line ${line}: ${reason}</p>
          <p class="dim"><code>${transform}</code> at <code>${instruction}</code></p>
        </li>`,
    );
  const broken = faults.map(
    ({ transform, message }) =>
      html`<li>
        <p><code>${transform}</code> ${message}</p>
      </li>`,
  );
  return html`<h3>Left alone, and why</h3>
    <ul class="changes">
      ${rows}${broken}
    </ul>`;
}
