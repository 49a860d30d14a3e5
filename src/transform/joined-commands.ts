import { type Dockerfile, type Edit, type Instruction, toSource } from '../dockerfile/index.js';
import { type BuildInputs, readFacts } from '../facts/index.js';
import type { Body, ShellCommand, ShellScript } from '../shell/index.js';

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
  const rewritten = after.instructions.filter(({ keyword, logical }) => keyword === 'RUN' && !known.has(logical.text));
  if (rewritten.length === 0) return undefined;
  const owners = new Map<number, ShellCommand>();
  const earlier = readFacts(before, inputs);
  const later = readFacts(after, inputs, before);
  const origin = originsOf(edits);
  const changed = rewritten.filter((run) => {
    const place = origin(run.span.start);
    const [then] = place === undefined ? [] : before.instructionsIn({ start: place, end: place });
    return then === undefined || !sameScript(earlier.body(then), later.body(run));
  });
  if (changed.length === 0) return undefined;
  let unread = false;
  for (const run of touchedRuns(before, edits)) {
    const body = earlier.body(run);
    if (body.kind === 'script') forEachWord(body.script, (start, command) => owners.set(start, command));
    else unread ||= body.kind === 'opaque';
  }
  for (const run of changed) {
    const body = later.body(run);
    if (body.kind === 'opaque' && !unread)
      return `line ${run.lines.first}: the shell script would not be read: ${body.why}`;
    if (body.kind !== 'script') continue;
    const parts = new Map<ShellCommand, ShellCommand>();
    let joined = false;
    forEachWord(body.script, (start, command) => {
      const place = origin(start);
      const owner = place === undefined ? undefined : owners.get(place);
      if (owner === undefined) return;
      joined ||= (parts.get(command) ?? owner) !== owner;
      parts.set(command, owner);
    });
    if (joined) return `line ${run.lines.first}: two shell commands would become one`;
  }
  return undefined;
}

/** Whether only what stands around the script has changed, such as the flags. */
function sameScript(then: Body, now: Body): boolean {
  return then.kind === 'script' && now.kind === 'script' && then.script.source.text === now.script.source.text;
}

function touchedRuns(file: Dockerfile, edits: readonly Edit[]): readonly Instruction[] {
  const touched = new Set(edits.flatMap(({ span }) => file.instructionsIn(span)));
  return [...touched].filter(({ keyword }) => keyword === 'RUN');
}

/** Tells of each word of a command where it starts in the source. */
function forEachWord({ commands, source }: ShellScript, tell: (start: number, command: ShellCommand) => void): void {
  for (const command of commands) for (const { span } of command.words) tell(toSource(source, span.start), command);
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
