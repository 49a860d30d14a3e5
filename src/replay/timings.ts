import { argumentText, type Instruction } from '../dockerfile/index.js';

/** How long the steps of a build took. */
export interface Timings {
  /** Seconds by the text of a step, as `bodyText` gives it; undefined when the log does not have it. */
  secondsOf(text: string): number | undefined;
  /** How many steps the log has. */
  readonly size: number;
}

export const NO_TIMINGS: Timings = { secondsOf: () => undefined, size: 0 };

/**
 * Reads the progress of `docker buildx build`, as `--progress=rawjson` or `--progress=plain` print it. Steps that came from
 * the cache have no time. A step that is in it several times (several platforms) has its longest.
 */
export function parseTimings(log: string): Timings {
  const seconds = new Map<string, number>();
  const record = (name: string, time: number): void => {
    const text = stepText(name);
    if (text !== undefined && time >= 0) seconds.set(text, Math.max(time, seconds.get(text) ?? 0));
  };
  if (/^\s*\{/.test(log)) {
    for (const { name, cached, seconds: time } of readRawJson(log))
      if (!cached && time !== undefined) record(name, time);
  } else readPlain(log, record);
  return { secondsOf: (text) => seconds.get(text), size: seconds.size };
}

/** The text by which a step of a log is found: keyword and arguments, flags left out, white space as one blank. */
export function bodyText(instruction: Instruction): string {
  const { keyword, json } = instruction;
  const list = json === undefined || keyword === 'RUN' ? undefined : `[${json.map(({ value }) => value).join(', ')}]`;
  return `${keyword} ${list ?? argumentText(instruction)}`.replace(/\s+/g, ' ').trim();
}

/** `[build 2/5] RUN --mount=type=cache,target=/x npm ci`: what `bodyText` gives for it; undefined for what is no step. */
export function stepText(name: string): string | undefined {
  const match = /^\[[^\]]*\d\/\d+\] ([A-Z]+) (.*)$/s.exec(name.trim());
  if (match === null || match[1] === 'FROM') return undefined;
  let rest = match[2]!.replace(/\\\r?\n/g, ' ').trim();
  for (let flag; (flag = /^--[a-z]+(?:=(?:"[^"]*"|\S)*)?\s+/.exec(rest)) !== null;) rest = rest.slice(flag[0].length);
  return `${match[1]!} ${rest}`.replace(/\s+/g, ' ').trim();
}

/** A node of BuildKit's graph, as the log names it. */
interface Vertex {
  readonly name: string;
  readonly cached: boolean;
  /** Undefined when it did not end. */
  readonly seconds: number | undefined;
}

/** The nodes in a log of `--progress=rawjson`: one JSON object after the other, on one line each or on many. */
export function readRawJson(log: string): readonly Vertex[] {
  const vertexes = new Map<string, { name: string; cached: boolean; seconds: number | undefined }>();
  for (const text of jsonObjects(log)) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      continue;
    }
    for (const { digest, name, started, completed, cached } of listOf(parsed, 'vertexes')) {
      if (typeof digest !== 'string' || typeof name !== 'string') continue;
      const known = vertexes.get(digest) ?? { name, cached: false, seconds: undefined };
      known.cached ||= cached === true;
      if (typeof started === 'string' && typeof completed === 'string') {
        known.seconds = Math.max(known.seconds ?? 0, (Date.parse(completed) - Date.parse(started)) / 1000);
      }
      vertexes.set(digest, known);
    }
  }
  return [...vertexes.values()];
}

/** The texts of the objects that stand one after the other in a text. */
function* jsonObjects(text: string): Generator<string> {
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '{') {
      if (depth++ === 0) start = at;
    } else if (depth > 0 && character === '"') inString = true;
    else if (depth > 0 && character === '}' && --depth === 0) yield text.slice(start, at + 1);
  }
}

function listOf(value: unknown, name: string): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const list = (value as Readonly<Record<string, unknown>>)[name];
  return Array.isArray(list)
    ? list.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
    : [];
}

function readPlain(log: string, record: (name: string, seconds: number) => void): void {
  const names = new Map<string, string>();
  for (const line of log.split('\n')) {
    const match = /^#(\d+) (.*)$/.exec(line.trimEnd());
    if (match === null) continue;
    const [, id, text] = match;
    if (/^\[[^\]]*\d\/\d+\] /.test(text!)) names.set(id!, text!);
    const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(text!);
    const name = names.get(id!);
    if (done !== null && name !== undefined) record(name, Number(done[1]));
  }
}
