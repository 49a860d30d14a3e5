import { type Dockerfile, type Edit, type Instruction, toSource } from '../dockerfile/index.js';
import { type BuildInputs, readFacts } from '../facts/index.js';
import type { ShellCommand, ShellScript } from '../shell/index.js';

/**
 * Why edits have damaged a shell script, as the loss of a `;` or of a continuation does: a command of the result has words
 * of two commands that were there, or a script is none any more. Undefined when they have not.
 * @param edits sorted, as spans of the text before
 */
export function joinedCommands(
  before: Dockerfile,
  after: Dockerfile,
  edits: readonly Edit[],
  inputs: BuildInputs,
): string | undefined {
  const known = new Set(before.instructions.map(({ logical }) => logical.text));
  const changed = after.instructions.filter(({ keyword, logical }) => keyword === 'RUN' && !known.has(logical.text));
  if (changed.length === 0) return undefined;
  const owners = new Map<number, ShellCommand>();
  const earlier = readFacts(before, inputs);
  let unread = false;
  for (const run of touchedRuns(before, edits)) {
    const body = earlier.body(run);
    if (body.kind === 'script') for (const [start, command] of wordsOf(body.script)) owners.set(start, command);
    else unread ||= body.kind === 'opaque';
  }
  const later = readFacts(after, inputs, before);
  const origin = originsOf(edits);
  for (const run of changed) {
    const body = later.body(run);
    if (body.kind === 'opaque' && !unread)
      return `line ${run.lines.first}: the shell script would not be read: ${body.why}`;
    const parts = new Map<ShellCommand, ShellCommand>();
    for (const [start, command] of body.kind === 'script' ? wordsOf(body.script) : []) {
      const place = origin(start);
      const owner = place === undefined ? undefined : owners.get(place);
      if (owner === undefined) continue;
      if ((parts.get(command) ?? owner) !== owner)
        return `line ${run.lines.first}: two shell commands would become one`;
      parts.set(command, owner);
    }
  }
  return undefined;
}

function touchedRuns(file: Dockerfile, edits: readonly Edit[]): readonly Instruction[] {
  const touched = new Set(edits.flatMap(({ span }) => file.instructionsIn(span)));
  return [...touched].filter(({ keyword }) => keyword === 'RUN');
}

/** Where the words of commands start in the source. */
function wordsOf({ commands, source }: ShellScript): readonly (readonly [start: number, command: ShellCommand])[] {
  return commands.flatMap((command) =>
    command.words.map((word) => [toSource(source, word.span.start), command] as const),
  );
}

/** Tells where a character of the result was before; undefined for what an edit put in. */
function originsOf(edits: readonly Edit[]): (offset: number) => number | undefined {
  const kept: { readonly from: number; readonly until: number; readonly shift: number }[] = [];
  let from = 0;
  let shift = 0;
  for (const { span, text } of edits) {
    kept.push({ from, until: span.start + shift, shift });
    shift += text.length - (span.end - span.start);
    from = span.end + shift;
  }
  kept.push({ from, until: Infinity, shift });
  return (offset) => {
    let low = 0;
    let high = kept.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[middle]!.until <= offset) low = middle + 1;
      else high = middle;
    }
    const piece = kept[low]!;
    return offset < piece.from ? undefined : offset - piece.shift;
  };
}
