import { printable } from '../../errors.js';

/** A piece of HTML; only what this folder makes is one. */
export interface Html {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML: no markup, and nothing that hides or reorders. Tabs stay. */
export function escapeHtml(text: string): string {
  return text
    .split('\t')
    .map(printable)
    .join('\t')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

type Value = Html | string | number | false | undefined | readonly Html[];

/** HTML from a template: every value that is not itself made by `html` is escaped; false and undefined are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part) };
}

function textOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}
