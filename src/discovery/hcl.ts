/** A small reader of HCL, as bake files use it: blocks, attributes, texts, lists, objects; the rest counts as computed. */
export type HclValue =
  | { readonly kind: 'text'; readonly parts: readonly (string | { readonly variable: string } | undefined)[] }
  | { readonly kind: 'list'; readonly items: readonly HclValue[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, HclValue> }
  | { readonly kind: 'null' }
  | { readonly kind: 'computed' };

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
  readonly attributes: ReadonlyMap<string, HclValue>;
}

type Token = { readonly line: number } & (
  | { readonly kind: 'name' | 'sign' | 'other'; readonly text: string }
  | { readonly kind: 'text'; readonly parts: Extract<HclValue, { kind: 'text' }>['parts'] }
);

const COMPUTED: HclValue = { kind: 'computed' };
const TOKEN =
  /[ \t\r]+|\/\/[^\n]*|#[^\n]*|(?<name>[A-Za-z_][\w-]*)|(?<number>\d[\w.]*)|(?<sign>[{}[\]=:,\n()])|(?<heredoc><<-?[\w-]+[ \t]*\r?\n)|./suy;

/** The top-level blocks of a text; what cannot be read is passed over. */
export function readHcl(text: string): readonly HclBlock[] {
  const tokens = tokenize(text);
  const blocks: HclBlock[] = [];
  let at = 0;
  while (at < tokens.length) {
    const start = tokens[at++]!;
    if (start.kind !== 'name') continue;
    const labels: string[] = [];
    for (let label = labelOf(tokens[at]); label !== undefined; label = labelOf(tokens[++at])) labels.push(label);
    if (!isSign(tokens[at], '{')) continue;
    const attributes = new Map<string, HclValue>();
    at = readBody(tokens, at + 1, attributes);
    blocks.push({ type: start.text, labels, line: start.line, attributes });
  }
  return blocks;
}

function labelOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'name') return token.text;
  return token?.kind === 'text' ? (plain(token.parts) ?? '') : undefined;
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}

function plain(parts: Extract<HclValue, { kind: 'text' }>['parts']): string | undefined {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

/** Reads `name = value` lines up to the closing brace, inner blocks passed over; returns the place after it. */
function readBody(tokens: readonly Token[], start: number, into: Map<string, HclValue>): number {
  let at = start;
  while (at < tokens.length && !isSign(tokens[at], '}')) {
    const token = tokens[at]!;
    const name = token.kind === 'name' ? token.text : token.kind === 'text' ? plain(token.parts) : undefined;
    if (name !== undefined && (isSign(tokens[at + 1], '=') || isSign(tokens[at + 1], ':'))) {
      const read = readExpression(tokens, at + 2, 0);
      into.set(name, read.value);
      at = read.end;
    } else if (isSign(token, '{')) at = skipNested(tokens, at);
    else at++;
  }
  return at + 1;
}

const MAX_DEPTH = 20;

function readExpression(tokens: readonly Token[], start: number, depth: number): { value: HclValue; end: number } {
  const token = tokens[start];
  const single = readOperand(tokens, start, token, depth);
  // Only an operand that fills the whole expression is known.
  const after = tokens[single.end];
  const ends = after === undefined || (after.kind === 'sign' && '\n,}])'.includes(after.text));
  if (ends) return single;
  let at = start;
  while (at < tokens.length) {
    const next = tokens[at]!;
    if (next.kind === 'sign' && '\n,}])'.includes(next.text)) break;
    at = next.kind === 'sign' && '{[('.includes(next.text) ? skipNested(tokens, at) : at + 1;
  }
  return { value: COMPUTED, end: at };
}

function readOperand(
  tokens: readonly Token[],
  start: number,
  token: Token | undefined,
  depth: number,
): { value: HclValue; end: number } {
  if (token === undefined) return { value: COMPUTED, end: start };
  if (token.kind === 'text') return { value: { kind: 'text', parts: token.parts }, end: start + 1 };
  if (token.kind === 'name') {
    const constants: Record<string, HclValue> = { null: { kind: 'null' } };
    if (Object.hasOwn(constants, token.text)) return { value: constants[token.text]!, end: start + 1 };
    const word = token.text === 'true' || token.text === 'false';
    return { value: { kind: 'text', parts: [word ? token.text : { variable: token.text }] }, end: start + 1 };
  }
  if (token.kind === 'other' && /^\d/.test(token.text)) {
    return { value: { kind: 'text', parts: [token.text] }, end: start + 1 };
  }
  if (depth > MAX_DEPTH || token.kind !== 'sign') return { value: COMPUTED, end: start + 1 };
  if (token.text === '[') {
    const items: HclValue[] = [];
    let at = start + 1;
    while (at < tokens.length && !isSign(tokens[at], ']')) {
      if (isSign(tokens[at], '\n') || isSign(tokens[at], ',')) at++;
      else {
        const item = readExpression(tokens, at, depth + 1);
        items.push(item.value);
        at = Math.max(item.end, at + 1);
      }
    }
    return { value: { kind: 'list', items }, end: at + 1 };
  }
  if (token.text !== '{') return { value: COMPUTED, end: skipNested(tokens, start) };
  const entries = new Map<string, HclValue>();
  return { value: { kind: 'object', entries }, end: readBody(tokens, start + 1, entries) };
}

/** The place after the bracket that closes the one at `start`. */
function skipNested(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind !== 'sign') continue;
    if ('{[('.includes(token.text)) depth++;
    else if ('}])'.includes(token.text) && --depth <= 0) return at + 1;
  }
  return tokens.length;
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      const end = close < 0 ? text.length : close + 2;
      line += newlines(text, at, end);
      at = end;
      continue;
    }
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      tokens.push({ kind: 'text', parts: quoted.parts, line });
      line += newlines(text, at, quoted.end);
      at = quoted.end;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text)!;
    const { name, number, sign, heredoc } = match.groups!;
    let end = TOKEN.lastIndex;
    if (heredoc !== undefined) {
      const body = readHeredoc(text, end, heredoc);
      tokens.push({ kind: 'text', parts: splitTemplate(body.text), line });
      end = body.end;
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name, line });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, line });
    else if (number !== undefined || !/^[\s#/]/.test(match[0])) tokens.push({ kind: 'other', text: match[0], line });
    line += newlines(text, at, end);
    at = end;
  }
  return tokens;
}

function newlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text[at] === '\n') count++;
  return count;
}

function readQuoted(text: string, start: number): { parts: ReturnType<typeof splitTemplate>; end: number } {
  let depth = 0;
  let at = start + 1;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && depth === 0) at++;
    else if (character === '{' && (depth > 0 || '$%'.includes(text[at - 1]!))) depth++;
    else if (character === '}' && depth > 0) depth--;
    else if ((character === '"' && depth === 0) || character === '\n') break;
  }
  const raw = text.slice(start + 1, at);
  const parts = splitTemplate(raw).map((part) => (typeof part === 'string' ? unescape(part) : part));
  return { parts, end: at + 1 };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_all, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character);
}

/** A text with `${NAME}` in it as constants and variables; any other `${…}` or `%{…}` is undefined. */
export function splitTemplate(text: string): readonly (string | { readonly variable: string } | undefined)[] {
  const parts: (string | { readonly variable: string } | undefined)[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if ((text[at] !== '$' && text[at] !== '%') || text[at + 1] !== '{') continue;
    if (text[at - 1] === text[at]) {
      // `$${` is a plain `${`.
      parts.push(text.slice(from, at));
      from = at + 1;
      continue;
    }
    parts.push(text.slice(from, at));
    const close = text.indexOf('}', at);
    const end = close < 0 ? text.length : close;
    const name = /^\w[\w-]*$/.exec(text.slice(at + 2, end).trim())?.[0];
    parts.push(name === undefined || text[at] === '%' ? undefined : { variable: name });
    from = end + 1;
    at = end;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== '' || parts.length === 1);
}

function readHeredoc(text: string, start: number, head: string): { text: string; end: number } {
  const name = head.replace(/^<<-?/, '').trim();
  const lines: string[] = [];
  let at = start;
  while (at < text.length) {
    const stop = text.indexOf('\n', at);
    const end = stop < 0 ? text.length : stop;
    const line = text.slice(at, end);
    if (line.trim() === name) return { text: lines.map((body) => `${body}\n`).join(''), end };
    lines.push(line);
    at = end + 1;
  }
  return { text: lines.join('\n'), end: text.length };
}
