import { diffLines } from 'diff';
import { type Html, html } from './escape.js';
import { highlightLines } from './highlight.js';

/** Equal lines that are shown around a difference; longer stretches are folded. */
const CONTEXT = 4;

interface Row {
  /** Index of the line on either side; undefined where it has none. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly same: boolean;
}

/** Two texts beside each other, line by line, as a table that says in words what is removed and added. */
export function sideBySide(name: string, before: string, after: string): Html {
  const rows = rowsOf(before, after);
  const [old, now] = [highlightLines(before), highlightLines(after)];
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ same }) => !same));
  const shown: Html[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (near[i]) shown.push(rowHtml(rows[i]!, old, now));
    else {
      const start = i;
      while (i + 1 < rows.length && !near[i + 1]) i++;
      const count = i - start + 1;
      shown.push(
        html`<tr class="fold">
          <td colspan="4">${count} unchanged ${count === 1 ? 'line' : 'lines'}</td>
        </tr>`,
      );
    }
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${`Differences in ${name}`}">
    <table class="diff">
      <caption class="unseen">
        ${`${name}, before and after`}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="n"><span class="unseen">line before</span></th>
          <th scope="col">before</th>
          <th scope="col" class="n"><span class="unseen">line after</span></th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        ${shown}
      </tbody>
    </table>
  </div>`;
}

function rowHtml({ before, after, same }: Row, old: readonly Html[], now: readonly Html[]): Html {
  const side = (index: number | undefined, lines: readonly Html[], sign: 'removed' | 'added'): Html => {
    if (index === undefined)
      return html`<td class="n"></td>
        <td class="none"></td>`;
    const line = lines[index]!;
    const content = same
      ? html`<code>${line}</code>`
      : sign === 'removed'
        ? html`<del><span class="unseen">removed: </span><code>${line}</code></del>`
        : html`<ins><span class="unseen">added: </span><code>${line}</code></ins>`;
    return html`<td class="n">${index + 1}</td>
      <td class="${same ? 'same' : sign}">${content}</td>`;
  };
  return html`<tr>
    ${side(before, old, 'removed')}${side(after, now, 'added')}
  </tr>`;
}

function rowsOf(before: string, after: string): readonly Row[] {
  const rows: Row[] = [];
  let [b, a] = [0, 0];
  const parts = (diffLines(before, after, { timeout: 1000 }) as ReturnType<typeof diffLines> | undefined) ?? [
    { value: before, count: lineCount(before), removed: true, added: false },
    { value: after, count: lineCount(after), removed: false, added: true },
  ];
  for (let i = 0; i < parts.length; i++) {
    const { added, removed, value } = parts[i]!;
    const count = lineCount(value);
    if (!added && !removed) {
      for (let k = 0; k < count; k++) rows.push({ before: b++, after: a++, same: true });
      continue;
    }
    const next = parts[i + 1];
    const paired = removed && next?.added === true;
    if (paired) i++;
    const [gone, come] = [removed ? count : 0, paired ? lineCount(next.value) : added ? count : 0];
    for (let k = 0; k < Math.max(gone, come); k++) {
      rows.push({ before: k < gone ? b++ : undefined, after: k < come ? a++ : undefined, same: false });
    }
  }
  return rows;
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
