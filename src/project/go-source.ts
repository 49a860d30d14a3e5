import { onceForEach } from '../once.js';
import type { ContextFiles } from './context.js';

/** What one Go file makes the compiler read beside itself. */
export interface GoSource {
  /** Import paths, in order; `C` for cgo. */
  readonly imports: readonly string[];
  /** Patterns of `//go:embed`, from the file's folder, without `all:`. */
  readonly embeds: readonly string[];
}

/** A word, a string, or a sign. */
const TOKEN = /"[^"\\\n]*"|`[^`]*`|[^\s"'();`/]+|[^]/y;
/** The lines that Go takes for a directive: only blanks stand before it (go/build, "findEmbed"). */
const EMBED = /^[ \t]*\/\/go:embed[ \t](.*)$/gm;

/** Reads a Go file of a build context, once; undefined where it cannot be read or its head is not understood. */
export const goFile = onceForEach((context: ContextFiles, path: string): GoSource | undefined => {
  const text = context.read(path);
  return text === undefined ? undefined : readGoSource(text);
});

/** Reads the imports and the embedded files of a Go file; undefined where its head is not understood. */
export function readGoSource(text: string): GoSource | undefined {
  let at = 0;
  const next = (): string => {
    at = afterSpace(text, at);
    TOKEN.lastIndex = at;
    const [token] = TOKEN.exec(text) ?? [''];
    at += token.length;
    return token;
  };
  if (next() !== 'package' || next() === '') return undefined;
  const imports: string[] = [];
  for (let token = next(); token === 'import'; token = next()) {
    let spec = next();
    const isList = spec === '(';
    if (isList) spec = next();
    while (!isList || spec !== ')') {
      // A name may stand before the path.
      const path = isString(spec) ? spec : next();
      if (!isString(path)) return undefined;
      imports.push(path.slice(1, -1));
      if (!isList) break;
      spec = next();
    }
  }
  return { imports, embeds: [...text.matchAll(EMBED)].flatMap(([, words]) => patternsIn(words!)) };
}

function isString(token: string): boolean {
  return token.length > 1 && /^["`]/.test(token);
}

/** The offset of the next thing that is neither blank, semicolon nor comment. */
function afterSpace(text: string, start: number): number {
  for (let at = start; ;) {
    const end = text.startsWith('//', at) ? '\n' : text.startsWith('/*', at) ? '*/' : undefined;
    if (end !== undefined) {
      const close = text.indexOf(end, at + 2);
      if (close < 0) return text.length;
      at = close + end.length;
    } else if (/[\s;\ufeff]/.test(text[at] ?? 'x')) at++;
    else return at;
  }
}

function patternsIn(words: string): readonly string[] {
  const found = [...words.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g)];
  return found.map(([, quoted, raw, plain]) => (quoted ?? raw ?? plain!).replace(/^all:/, ''));
}
