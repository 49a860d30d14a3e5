import type { Span } from './text.js';

/** One string of a JSON-form instruction. */
export interface JsonWord {
  readonly value: string;
  /** Its place in the logical text, quotes included. */
  readonly span: Span;
}

/** `strings`: a JSON array of strings; `invalid`: an array that BuildKit rejects; undefined: not JSON, so shell form. */
type JsonForm = { readonly kind: 'strings'; readonly words: readonly JsonWord[] } | { readonly kind: 'invalid' };

/** Reads the arguments at `from` the way BuildKit decides between JSON form and shell form. */
export function readJsonForm(text: string, from: number): JsonForm | undefined {
  if (text[from] !== '[') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.slice(from));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  if (!parsed.every((item) => typeof item === 'string')) return { kind: 'invalid' };
  const words: JsonWord[] = [];
  let at = from;
  for (const value of parsed as readonly string[]) {
    const start = text.indexOf('"', at);
    let end = start + 1;
    while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    words.push({ value, span: { start, end: end + 1 } });
    at = end + 1;
  }
  return { kind: 'strings', words };
}
