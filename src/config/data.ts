/** Configuration as data: YAML and JSON with the places of their keys. Loads yaml: import it only when needed. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Position, lineStarts, positionAt } from '../dockerfile/text.js';
import { messageOf } from '../errors.js';

/** Where a key or list item stands in the file; its nearest parent where it is absent. */
export type Locate = (path: readonly PropertyKey[]) => Position | undefined;

export type ParsedData =
  | { readonly value: unknown; readonly locate: Locate }
  | { readonly problem: string; readonly position: Position | undefined };

/** Parses YAML 1.2; nothing in it is executed, and aliases that would grow without bound are refused. */
export function parseYaml(text: string): ParsedData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent', merge: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const error = document.errors[0];
  if (error !== undefined) return { problem: firstLine(error.message), position: at(error.pos[0]) };
  const locate: Locate = (path) => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        if (pair === undefined) break;
        offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        const item = node.items[Number(key)] as { range?: [number, number, number] } | undefined;
        offset = item?.range?.[0] ?? offset;
        node = item;
      } else break;
    }
    return offset === undefined ? undefined : at(offset);
  };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), locate };
  } catch (thrown) {
    return { problem: firstLine(messageOf(thrown)), position: undefined };
  }
}

/** Parses strict JSON (a byte order mark is allowed); places come from reading it as YAML, which JSON is too. */
export function parseJson(text: string): ParsedData {
  const json = text.replace(/^\u{feff}/u, '');
  try {
    const value: unknown = JSON.parse(json);
    let located: ParsedData | undefined;
    const locate: Locate = (path) => {
      located ??= parseYaml(text);
      return 'locate' in located ? located.locate(path) : undefined;
    };
    return { value, locate };
  } catch (error) {
    const offset = /at position (\d+)/.exec(messageOf(error))?.[1];
    const position = positionAt(lineStarts(json), offset === undefined ? json.length : Number(offset));
    return { problem: 'not valid JSON', position };
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!;
}
