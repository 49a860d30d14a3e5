import { timingTitle } from '../../verify/timing-title.js';
import { bars, megabytes, seconds } from './bars.js';
import { type Html, html } from './escape.js';
import { page } from './page.js';
import type { MeasuredBuilds } from './report.js';

/** What became of one repository of a campaign. */
export interface CampaignRow {
  readonly repository: string;
  readonly phases: readonly { readonly phase: string; readonly outcome: string; readonly reason: string }[];
  /** A unified diff; empty where nothing changes. */
  readonly diff: string;
  /** What the builds of its Dockerfiles measured. */
  readonly proofs: readonly (MeasuredBuilds & { readonly path: string; readonly outcome: string })[];
  /** Seconds when every step runs again, from stated estimates; for what was not built. */
  readonly estimate: { readonly before: number; readonly after: number } | undefined;
}

/** A campaign as one page that loads nothing and works from disk. Each row is asked for once, when it is written. */
export function campaignReport(rows: Iterable<CampaignRow>): string {
  const totals = new Totals();
  const lines: Html[] = [];
  for (const row of rows) {
    totals.add(row);
    lines.push(rowHtml(row));
  }
  const body = html`<header>
      <h1>dfix campaign</h1>
      <p>${totals.sentence()}</p>
    </header>
    <main>
      <h2>Savings</h2>
      ${totals.figures()}
      <h2>Repositories</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Repositories">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">repository</th>
              <th scope="col">how far</th>
              <th scope="col">changes and proof</th>
            </tr>
          </thead>
          <tbody>
            ${lines}
          </tbody>
        </table>
      </div>
    </main>`;
  return page('dfix campaign', body);
}

interface Pair {
  before: number;
  after: number;
}

class Totals {
  readonly #size: Pair = { before: 0, after: 0 };
  readonly #estimate: Pair = { before: 0, after: 0 };
  readonly #times = new Map<string, Pair>();
  #repositories = 0;
  #changed = 0;
  #built = 0;
  #estimated = 0;
  #failed = 0;

  add({ phases, diff, proofs, estimate }: CampaignRow): void {
    this.#repositories++;
    if (diff !== '') this.#changed++;
    if (phases.some(({ outcome }) => outcome === 'failed')) this.#failed++;
    if (proofs.length > 0) this.#built++;
    for (const { before, after, timings } of proofs) {
      if (before !== undefined && after !== undefined) sum(this.#size, before.size, after.size);
      for (const { kind, before: old, after: now } of timings) {
        if (!this.#times.has(kind)) this.#times.set(kind, { before: 0, after: 0 });
        sum(this.#times.get(kind)!, old.seconds, now.seconds);
      }
    }
    if (proofs.length > 0 || estimate === undefined) return;
    this.#estimated++;
    sum(this.#estimate, estimate.before, estimate.after);
  }

  sentence(): string {
    const repositories = this.#repositories === 1 ? '1 repository' : `${this.#repositories} repositories`;
    return `${repositories}: ${this.#changed} would change, ${this.#built} built, ${this.#failed} failed.`;
  }

  figures(): Html {
    const size =
      this.#size.before > 0 && bars('Size of all images', 'measured', [{ label: 'Images', ...this.#size }], megabytes);
    const times = [...this.#times].map(([kind, pair]) => ({ label: timingTitle({ kind }), ...pair }));
    const built = times.length > 0 && bars('Time of all builds', 'measured', times, seconds);
    const rows = [{ label: `${this.#estimated} not built`, ...this.#estimate }];
    const guessed =
      this.#estimated > 0 &&
      bars('Time when every step runs again, with its caches filled', 'estimated', rows, seconds);
    if (size === false && built === false && guessed === false) return html`<p>None so far.</p>`;
    return html`${size}${built}${guessed}`;
  }
}

function sum(pair: Pair, before: number, after: number): void {
  pair.before += before;
  pair.after += after;
}

const CLASSES: Readonly<Record<string, string>> = { failed: 'unsafe', skipped: 'dim' };

/** Text with its addresses as links, such as that of a pull request. */
function linked(text: string): readonly Html[] {
  return text
    .split(/(https:\/\/[^\s()<>"']+)/)
    .map((part, i) => (i % 2 === 0 ? html`${part}` : html`<a href="${part}" rel="noreferrer">${part}</a>`));
}

function rowHtml({ repository, phases, diff, proofs, estimate }: CampaignRow): Html {
  const told = phases.map(
    ({ phase, outcome, reason }) =>
      html`<li>
        ${phase}: <span class="${CLASSES[outcome] ?? 'safe'}"><span class="level">${outcome}</span></span
        >${reason !== '' && html` (${linked(reason)})`}
      </li>`,
  );
  return html`<tr>
    <th scope="row"><code>${repository}</code></th>
    <td>
      <ul>
        ${told}
      </ul>
    </td>
    <td>
      ${
        diff !== '' &&
        html`<details>
          <summary>diff<span class="unseen"> of ${repository}</span></summary>
          ${diffTable(repository, diff)}
        </details>`
      }${proofs.map(proofList)}${
        proofs.length === 0 &&
        estimate !== undefined &&
        html`<p class="dim">estimated: ${seconds(estimate.before)} before, ${seconds(estimate.after)} after</p>`
      }
    </td>
  </tr>`;
}

function proofList({ path, outcome, before, after, timings }: CampaignRow['proofs'][number]): Html {
  const size =
    before !== undefined &&
    after !== undefined &&
    html`<li>Image: ${megabytes(before.size)} before, ${megabytes(after.size)} after</li>`;
  const times = timings.map(({ before: old, after: now, ...which }) => {
    return html`<li>${timingTitle(which)}: ${seconds(old.seconds)} before, ${seconds(now.seconds)} after</li>`;
  });
  return html`<details>
    <summary>measured: <code>${path}</code>, ${outcome}</summary>
    <ul>
      ${size}${times}
    </ul>
  </details>`;
}

/** A unified diff as a table that says in words what is removed and added. */
function diffTable(name: string, diff: string): Html {
  const lines = diff.split('\n').filter((line) => line !== '');
  const rows = lines
    // A line that begins with `-- ` is shown as removed by `--- ` too.
    .filter((line, i) => !(line.startsWith('--- ') && lines[i + 1]?.startsWith('+++ ') === true))
    .map((line) => {
      const code = html`<code>${line.slice(1)}</code>`;
      if (/^(?:\+\+\+ |@@ )/.test(line)) {
        return html`<tr class="fold">
          <td>${line.replace(/^\+\+\+ (?:b\/)?/, '')}</td>
        </tr>`;
      }
      if (line.startsWith('-')) return marked('removed', html`<del><span class="unseen">removed: </span>${code}</del>`);
      if (line.startsWith('+')) return marked('added', html`<ins><span class="unseen">added: </span>${code}</ins>`);
      return marked('same', code);
    });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${`Differences in ${name}`}">
    <table class="diff">
      <caption class="unseen">
        ${`${name}, what is removed and added`}
      </caption>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function marked(how: 'removed' | 'added' | 'same', content: Html): Html {
  return html`<tr>
    <td class="${how}">${content}</td>
  </tr>`;
}
