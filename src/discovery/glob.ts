/** One element of a segment: a code unit, any character, any run of characters, or a set. */
type Element = number | 'any' | 'star' | CharacterSet;

interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

/** A pattern for one part of a path, between two slashes. */
export interface Segment {
  /** The text itself where the pattern has no wildcard. */
  readonly literal: string | undefined;
  readonly elements: readonly Element[];
}

/** A pattern for a whole path: its segments; `'**'` stands for any number of parts, also none. */
export type PathPattern = readonly (Segment | '**')[];

const POSIX: ReadonlyMap<string, readonly (readonly [number, number])[]> = new Map(
  Object.entries({
    alnum: ['09', 'AZ', 'az'],
    alpha: ['AZ', 'az'],
    digit: ['09'],
    lower: ['az'],
    upper: ['AZ'],
    xdigit: ['09', 'AF', 'af'],
    punct: ['!/', ':@', '[`', '{~'],
    space: ['  ', '\t\r'],
    blank: ['  ', '\t\t'],
  }).map(([name, pairs]) => [name, pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const)]),
);

/** Compiles `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]` and `\x`; undefined where a bracket or a backslash is left open. */
export function compileSegment(pattern: string): Segment | undefined {
  const elements: Element[] = [];
  let literal: string | undefined = '';
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at]!;
    if (character === '*') {
      if (elements.at(-1) !== 'star') elements.push('star');
      literal = undefined;
      at++;
    } else if (character === '?') {
      elements.push('any');
      literal = undefined;
      at++;
    } else if (character === '[') {
      const set = readSet(pattern, at);
      if (set === undefined) return undefined;
      elements.push(set.set);
      literal = undefined;
      at = set.end;
    } else {
      const escaped = character === '\\';
      if (escaped && at + 1 === pattern.length) return undefined;
      const code = pattern.charCodeAt(escaped ? at + 1 : at);
      elements.push(code);
      if (literal !== undefined) literal += String.fromCharCode(code);
      at += escaped ? 2 : 1;
    }
  }
  return { literal, elements };
}

function readSet(pattern: string, start: number): { set: CharacterSet; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; ; first = false) {
    if (at >= pattern.length) return undefined;
    if (pattern[at] === ']' && !first) return { set: { negated, ranges }, end: at + 1 };
    const named = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    if (named > 0) {
      const known = POSIX.get(pattern.slice(at + 2, named));
      if (known === undefined) return undefined;
      ranges.push(...known);
      at = named + 2;
      continue;
    }
    if (pattern[at] === '\\') at++;
    const low = pattern.charCodeAt(at++);
    let high = low;
    if (pattern[at] === '-' && pattern[at + 1] !== undefined && pattern[at + 1] !== ']') {
      at += pattern[at + 1] === '\\' ? 2 : 1;
      high = pattern.charCodeAt(at++);
    }
    if (Number.isNaN(high)) return undefined;
    ranges.push([low, high]);
  }
}

function accepts(element: Element, code: number): boolean {
  if (typeof element === 'number') return element === code;
  if (typeof element === 'string') return true;
  return element.ranges.some(([low, high]) => code >= low && code <= high) !== element.negated;
}

/** Whether a segment matches a name; at most elements × characters steps, whatever the pattern. */
export function matchSegment(segment: Segment, name: string): boolean {
  if (segment.literal !== undefined) return segment.literal === name;
  const { elements } = segment;
  return matchRuns(
    elements.length,
    name.length,
    (i) => elements[i] === 'star',
    (i, j) => accepts(elements[i]!, name.charCodeAt(j)),
  );
}

/** Whether a pattern matches a path given as its parts. */
export function matchPath(pattern: PathPattern, parts: readonly string[]): boolean {
  return matchRuns(
    pattern.length,
    parts.length,
    (i) => pattern[i] === '**',
    (i, j) => matchSegment(pattern[i] as Segment, parts[j]!),
  );
}

/**
 * Matches a row of elements, some of which stand for any run, against a row of items. Only the last run is ever made
 * longer: a later run can take over whatever an earlier one would have gained.
 */
function matchRuns(
  elements: number,
  items: number,
  isRun: (element: number) => boolean,
  fits: (element: number, item: number) => boolean,
): boolean {
  let element = 0;
  let item = 0;
  let run = -1;
  let runEnd = 0;
  while (item < items) {
    if (element < elements && isRun(element)) {
      run = element++;
      runEnd = item;
    } else if (element < elements && fits(element, item)) {
      element++;
      item++;
    } else if (run >= 0) {
      element = run + 1;
      item = ++runEnd;
    } else return false;
  }
  while (element < elements && isRun(element)) element++;
  return element === elements;
}

/** Any one part of a path. */
const ANY_SEGMENT: Segment = { literal: undefined, elements: ['star'] };

/** Compiles the segments of a path pattern; a last `**` asks for at least one part. */
export function compilePath(segments: readonly string[]): PathPattern | undefined {
  const compiled: (Segment | '**')[] = [];
  for (const [index, text] of segments.entries()) {
    if (text === '**') {
      if (compiled.at(-1) !== '**') compiled.push('**');
      if (index === segments.length - 1) compiled.push(ANY_SEGMENT);
      continue;
    }
    const segment = compileSegment(text);
    if (segment === undefined) return undefined;
    compiled.push(segment);
  }
  return compiled;
}

const MAX_BRACE_ALTERNATIVES = 256;

/**
 * Compiles a glob as people write it on a command line or in a configuration: `*`, `?`, `[…]`, `**`, `{a,b}`.
 * Returns a test for slash paths relative to the glob's own folder, or undefined for a pattern that cannot be read.
 */
export function compileGlob(glob: string): ((path: string) => boolean) | undefined {
  const plain = expandBraces(glob.replace(/^(?:\.\/)+/, ''));
  const patterns = plain?.map((pattern) => compilePath(pattern.split('/').filter((part) => part !== '')));
  if (patterns === undefined || patterns.some((pattern) => pattern === undefined)) return undefined;
  return (path) => {
    const parts = path.split('/');
    return patterns.some((pattern) => matchPath(pattern!, parts));
  };
}

/** The patterns that `{a,b}` stands for; undefined when there are more than 256. */
export function expandBraces(glob: string): readonly string[] | undefined {
  const done: string[] = [];
  const open = [glob];
  while (open.length > 0) {
    const text = open.pop()!;
    const brace = firstBrace(text);
    if (brace === undefined) done.push(text);
    else {
      const before = text.slice(0, brace.start);
      const after = text.slice(brace.end);
      for (const option of brace.options.toReversed()) open.push(before + option + after);
    }
    if (done.length + open.length > MAX_BRACE_ALTERNATIVES) return undefined;
  }
  return done;
}

/** The first `{…}` with a comma at its own depth. */
function firstBrace(text: string): { start: number; end: number; options: string[] } | undefined {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const options: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let at = start; at < text.length; at++) {
      const character = text[at];
      if (character === '\\') at++;
      else if (character === '{') depth++;
      else if (character === ',' && depth === 1) {
        options.push(text.slice(from, at));
        from = at + 1;
      } else if (character === '}' && --depth === 0) {
        if (options.length === 0) break;
        return { start, end: at + 1, options: [...options, text.slice(from, at)] };
      }
    }
  }
  return undefined;
}
