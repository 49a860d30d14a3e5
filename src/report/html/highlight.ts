import { Dockerfile } from '../../dockerfile/index.js';
import { escapeHtml, type Html } from './escape.js';

type Kind = 'keyword' | 'comment' | 'string' | 'variable' | 'flag';

const WORDS = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\$\{[^}\n]*\}|\$\w+|(?<=\s|^)--?[A-Za-z][\w-]*/g;

/** The lines of a text as HTML with its keywords, comments, strings, variables and flags marked; plain when it is no Dockerfile. */
export function highlightLines(text: string): readonly Html[] {
  const kinds = kindsOf(text);
  let at = 0;
  return text.split('\n').map((line) => {
    const start = at;
    at += line.length + 1;
    const shown = line.endsWith('\r') ? line.slice(0, -1) : line;
    let result = '';
    for (let i = 0; i < shown.length;) {
      const kind = kinds[start + i];
      let end = i + 1;
      while (end < shown.length && kinds[start + end] === kind) end++;
      const piece = escapeHtml(shown.slice(i, end));
      result += kind === undefined ? piece : `<span class="t-${kind}">${piece}</span>`;
      i = end;
    }
    return { html: result };
  });
}

/** The kind of each character; undefined for plain ones. */
function kindsOf(text: string): readonly (Kind | undefined)[] {
  const kinds = new Array<Kind | undefined>(text.length);
  let file: Dockerfile;
  try {
    file = Dockerfile.parse(text);
  } catch {
    return kinds;
  }
  const mark = (start: number, end: number, kind: Kind): void => void kinds.fill(kind, start, end);
  for (const { span } of file.instructions) {
    const source = file.slice(span);
    for (const found of source.matchAll(WORDS)) {
      const kind = found[0].startsWith('$') ? 'variable' : found[0].startsWith('-') ? 'flag' : 'string';
      mark(span.start + found.index, span.start + found.index + found[0].length, kind);
    }
    mark(span.start, span.start + /^\S*/.exec(source)![0].length, 'keyword');
  }
  for (const { span } of [...file.comments, ...file.directives]) mark(span.start, span.end, 'comment');
  return kinds;
}
