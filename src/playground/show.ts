import { DockerfileError } from '../dockerfile/index.js';
import { optimize } from '../index.js';
import { changeList, refusalList } from '../report/html/changes.js';
import { html } from '../report/html/escape.js';
import { sideBySide } from '../report/html/side-by-side.js';
import type { AnyTransform, Level } from '../transform/index.js';

/** What the page shows for a text. */
interface Shown {
  readonly html: string;
  /** One line for who does not see the page. */
  readonly status: string;
  readonly output: string;
}

/** Runs the transforms over a text and makes the page's lower half of it. */
export function show(text: string, allow: Level, transforms: readonly AnyTransform[]): Shown {
  try {
    const result = optimize(text, { allow, transforms });
    const { changes, withheld, input, output, leftAlone } = result;
    const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
    const status = leftAlone ?? (input === output ? 'nothing to change' : count);
    const diff = input === output ? html`<p>${status}</p>` : sideBySide('Dockerfile', input, output);
    const lists = html`${changeList('Changes', changes)}${changeList('Above the allowed level', withheld)}${refusalList(result)}`;
    return { html: html`${diff}${lists}`.html, status, output };
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const { line, column } = error.position;
    const status = `line ${line}, column ${column}: ${error.message}`;
    return { html: html`<p role="alert">${status}</p>`.html, status, output: text };
  }
}
