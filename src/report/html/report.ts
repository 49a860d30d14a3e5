import { formatError, type DfixError } from '../../errors.js';
import { timingTitle } from '../../verify/timing-title.js';
import { editedFiles } from '../diff.js';
import { type FileOutcome, reasonLeftAlone, statusOf, summarise } from '../outcome.js';
import type { ReplayReport } from '../replay.js';
import { bars, megabytes, seconds } from './bars.js';
import { changeList, refusalList } from './changes.js';
import { type Html, html } from './escape.js';
import { page } from './page.js';
import { replayPlot } from './replay-plot.js';
import { sideBySide } from './side-by-side.js';
import { stepBars, type StepFigure } from './step-bars.js';
import { estimatedSteps, labelOf } from './step-times.js';

/** An image that was built; sizes in bytes. */
interface MeasuredImage {
  readonly size: number;
  readonly layers: number;
  readonly layerSizes?: readonly { readonly by: string; readonly size: number }[] | undefined;
}

interface MeasuredBuild {
  readonly seconds: number;
  readonly steps?: readonly { readonly name: string; readonly seconds: number }[] | undefined;
}

/** What real builds had. */
export interface MeasuredBuilds {
  readonly before?: MeasuredImage | undefined;
  readonly after?: MeasuredImage | undefined;
  readonly timings: readonly {
    readonly kind: string;
    readonly file?: string | undefined;
    readonly before: MeasuredBuild;
    readonly after: MeasuredBuild;
  }[];
}

/** What is known of a file beyond its rewrite. */
export interface Figures {
  readonly proof?: MeasuredBuilds | undefined;
  readonly replay?: ReplayReport | undefined;
}

/**
 * The report as one page that loads nothing and works from disk.
 * @param problems errors that belong to no file that was looked at
 * @param figures gives what was measured about a file
 */
export function htmlReport(
  outcomes: readonly FileOutcome[],
  problems: readonly DfixError[],
  figures: (outcome: FileOutcome) => Figures = () => ({}),
): string {
  const { files, changed, changes, refusals } = summarise(outcomes);
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error] : []));
  const failed = [...problems, ...errors].map((error) => html`<li>${formatError(error)}</li>`);
  const contents = outcomes.map((outcome, i) => {
    return html`<li>
      <a href="#f${i}"><code>${outcome.path}</code></a
      >: ${statusOf(outcome)}
    </li>`;
  });
  const body = html`<header>
      <h1>dfix report</h1>
      <p>
        ${changed} of ${files} ${files === 1 ? 'file' : 'files'} would change, with ${changes}
        ${changes === 1 ? 'change' : 'changes'}; ${refusals} ${refusals === 1 ? 'place' : 'places'} left alone.
      </p>
    </header>
    <main>
      ${
        failed.length > 0 &&
        html`<h2>Errors</h2>
          <ul>
            ${failed}
          </ul>`
      }
      ${
        outcomes.length > 1 &&
        html`<nav aria-label="Files">
          <ul>
            ${contents}
          </ul>
        </nav>`
      }
      ${outcomes.map((outcome, i) => section(outcome, i, figures(outcome)))}
    </main>`;
  return page('dfix report', body);
}

function section(outcome: FileOutcome, index: number, figures: Figures): Html {
  const head = html`<h2 id="f${index}"><code>${outcome.path}</code></h2>`;
  const reason = reasonLeftAlone(outcome);
  if (reason !== undefined)
    return html`<section>
      ${head}
      <p>Left alone: ${reason}</p>
    </section>`;
  if (outcome.kind !== 'done')
    return html`<section>
      ${head}
      <p>Not read: see the errors above.</p>
    </section>`;
  const { result, diff, path } = outcome;
  const others = editedFiles(result).map(
    ({ path: name, before, after }) =>
      html`<h3><code>${name}</code></h3>
        ${sideBySide(name, before ?? '', after)}`,
  );
  return html`<section>
    ${head} ${diff === '' ? html`<p>Nothing to change.</p>` : sideBySide(path, result.input, result.output)}${others}
    ${changeList('Changes', result.changes)}${changeList('Above the allowed level', result.withheld)}${refusalList(result)}
    ${diff !== '' && figuresOf(result.input, result.output, figures)}
  </section>`;
}

function figuresOf(input: string, output: string, { proof, replay }: Figures): Html {
  return html`<h3>Figures</h3>
    ${proof === undefined ? estimatedSteps(input, output) : measured(proof)}
    ${replay !== undefined && replayPlot(replay)}`;
}

function measured({ before, after, timings }: MeasuredBuilds): Html {
  const size =
    before === undefined || after === undefined
      ? html``
      : html`${bars('Image size', 'measured', [{ label: 'Image', before: before.size, after: after.size }], megabytes)}
        ${bars('Layers', 'measured', [{ label: 'Layers', before: before.layers, after: after.layers }], String)}`;
  const rows = timings.map(({ before: old, after: now, ...which }) => {
    return { label: timingTitle(which), before: old.seconds, after: now.seconds };
  });
  return html`${size}${before !== undefined && after !== undefined && layers(before, after)}
  ${rows.length > 0 && bars('Build time', 'measured', rows, seconds)}${steps(timings)}`;
}

function layers(before: MeasuredImage, after: MeasuredImage): Html {
  const figures = ({ layerSizes = [] }: MeasuredImage): readonly StepFigure[] =>
    layerSizes.map(({ by, size }) => ({ label: by === '' ? 'base image' : labelOf(by), value: size }));
  return stepBars('Size of each layer', 'measured', figures(before), figures(after), megabytes);
}

/** Of the build on nothing: in later ones most steps are cached. */
function steps(timings: MeasuredBuilds['timings']): Html {
  const cold = timings.find(({ kind }) => kind === 'cold');
  // The number and the stage in front differ where steps were added: `[build 2/5] RUN make`.
  const figures = (build: MeasuredBuild | undefined): readonly StepFigure[] =>
    (build?.steps ?? []).map(({ name, seconds: value }) => ({
      label: labelOf(name.replace(/^\[[^\]]*\] /, '')),
      value,
    }));
  const title = 'Seconds of each step in a build on nothing';
  return stepBars(title, 'measured', figures(cold?.before), figures(cold?.after), seconds);
}
