import colours from 'picocolors';
import { printable } from '../errors.js';
import { editedFiles, fileDiff } from '../report/diff.js';
import { diffText, type TextOptions } from '../report/text.js';
import { wrapText } from '../report/wrap.js';
import { type RunResult, type Unit, unitsOf } from '../transform/index.js';
import { answers } from './answers.js';
import type { Io } from './io.js';
import type { Rewritten } from './rewrite.js';

const HELP = [
  'y - make this change',
  'n - leave this change out',
  'a - make this change and all later ones in this file',
  's - skip the rest of this file',
  'q - quit; leave out this change and all later ones',
  '? - this help',
];
const WIDTH = 80;

type Answer = 'y' | 'n' | 'a' | 's' | 'q';

/**
 * Asks about each group of changes, as `git add -p` does. The end of the input is `q`.
 * @returns what writes the files of which something was taken, for the end
 */
export async function review(
  files: readonly Rewritten[],
  io: Io,
  options: Pick<TextOptions, 'colour' | 'terminal'>,
): Promise<readonly (() => Promise<void>)[]> {
  const lines = answers(io);
  const asked = asker(lines, io, options.colour);
  const writes: (() => Promise<void>)[] = [];
  for (const { outcome, choice } of files) {
    if (outcome.kind !== 'done' || choice === undefined || outcome.diff === '') continue;
    const { taken, quit } = await reviewFile(outcome.path, outcome.result, choice, asked, io, options);
    if (taken !== undefined) {
      writes.push(async () => {
        await choice.write(taken);
        io.stdout.write(`wrote ${printable(outcome.path)}\n`);
      });
    }
    if (quit) break;
  }
  // Lets go of standard input, which would keep the process waiting.
  await lines.return(undefined);
  if (writes.length === 0) io.stdout.write('nothing written\n');
  return writes;
}

async function reviewFile(
  path: string,
  result: RunResult,
  { take }: NonNullable<Rewritten['choice']>,
  ask: () => Promise<Answer>,
  io: Io,
  options: Pick<TextOptions, 'colour' | 'terminal'>,
): Promise<{ readonly taken: RunResult | undefined; readonly quit: boolean }> {
  const units = unitsOf(result);
  const kept: Unit[] = [];
  let now = take([]);
  let answer: Answer = 'n';
  for (const [i, unit] of units.entries()) {
    const next = take([...kept, unit]);
    if (sameTexts(now, next)) {
      const name = unit.changes[0]!.what;
      io.stdout.write(
        `${wrapText(`left out: ${printable(name)}: it stands on a change that you left out`, WIDTH)}\n\n`,
      );
      continue;
    }
    if (answer !== 'a') {
      io.stdout.write(described(path, unit, `(${i + 1}/${units.length})`, now, next, options));
      if (kept.length > 0 && sameTexts(take([]), take([unit]))) {
        io.stdout.write('It stands on changes that you took before.\n');
      }
      answer = await ask();
      io.stdout.write('\n');
    }
    if (answer === 'q' || answer === 's') break;
    if (answer === 'n') continue;
    kept.push(unit);
    now = next;
  }
  return { taken: kept.length === 0 ? undefined : now, quit: answer === 'q' };
}

function described(
  path: string,
  unit: Unit,
  count: string,
  before: RunResult,
  after: RunResult,
  options: Pick<TextOptions, 'colour' | 'terminal'>,
): string {
  const paint = colours.createColors(options.colour);
  const first = unit.changes[0]!;
  const others = editedFiles(after)
    .filter((edit) => !before.files.some((old) => old.path === edit.path && old.after === edit.after))
    .map((edit) => fileDiff(edit.path, edit.before, edit.after));
  const diff = [fileDiff(path, before.output, after.output), ...others].join('');
  const whats = [...new Set(unit.changes.map(({ line, what }) => `line ${line}: ${printable(what)}`))];
  const lines = [
    paint.bold(wrapText(`${printable(path)} ${count}, ${first.transform}, ${first.level}`, WIDTH)),
    ...whats.map((what) => wrapText(what, WIDTH)),
    ...(whats.length > 1 ? ['These stand or fall together.'] : []),
    wrapText(printable(first.why), WIDTH),
  ];
  return `${diffText(diff, options)}${lines.join('\n')}\n`;
}

function sameTexts(one: RunResult, other: RunResult): boolean {
  const files = (result: RunResult): string =>
    JSON.stringify(editedFiles(result).map(({ path, after }) => [path, after]));
  return one.output === other.output && files(one) === files(other);
}

/** Asks until there is an answer. */
function asker(lines: AsyncIterator<string>, io: Io, colour: boolean): () => Promise<Answer> {
  const paint = colours.createColors(colour);
  return async () => {
    for (;;) {
      io.stdout.write(`${paint.bold(paint.blue('Make this change [y,n,a,s,q,?]?'))} `);
      const line = await lines.next();
      if (line.done === true) return 'q';
      const word = line.value.trim().toLowerCase();
      if (word === 'y' || word === 'n' || word === 'a' || word === 's' || word === 'q') return word;
      io.stdout.write(`${HELP.join('\n')}\n`);
    }
  };
}
