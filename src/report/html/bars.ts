import { type Html, html } from './escape.js';

interface Bar {
  readonly label: string | Html;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** How the figures of bars were had: said beside them. */
export type Basis = 'measured' | 'estimated';

/** Pairs of bars, before and after, on one scale; every figure also stands there as text. */
export function bars(title: string, basis: Basis, rows: readonly Bar[], show: (value: number) => string): Html {
  const most = Math.max(...rows.flatMap(({ before, after }) => [before ?? 0, after ?? 0]), Number.MIN_VALUE);
  const bar = (side: 'before' | 'after', value: number | undefined): Html =>
    value === undefined
      ? html`<td class="bar">not there</td>`
      : html`<td class="bar">
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="${`b-${side}`}" width="${((value / most) * 100).toFixed(2)}" height="10" />
          </svg>
          <span>${show(value)}</span>
        </td>`;
  return html`<table class="bars">
    <caption>
      ${title}
      <em class="${basis}">${basis}</em>
    </caption>
    <thead>
      <tr>
        <th scope="col">what</th>
        <th scope="col">before</th>
        <th scope="col">after</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ label, before, after }) =>
          html`<tr>
            <th scope="row">${label}</th>
            ${bar('before', before)}${bar('after', after)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
