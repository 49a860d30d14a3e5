import colours from 'picocolors';
import { printable } from '../errors.js';
import type { AppliedChange, Level, RunResult } from '../transform/index.js';
import { type FileOutcome, reasonLeftAlone, statusOf, type Summary } from './outcome.js';

export interface TextOptions {
  readonly colour: boolean;
  /** A person reads it on a terminal: control characters of the file are escaped, also in the diff. */
  readonly terminal: boolean;
  /** Leaves out the reasons and the summary. */
  readonly quiet: boolean;
  readonly write: boolean;
}

type Paint = ReturnType<typeof colours.createColors>;

/** The report of one file for a person; empty when there is nothing to say. The diff in it is still a patch. */
export function textReport(outcome: FileOutcome, options: TextOptions): string {
  const paint = colours.createColors(options.colour);
  const path = printable(outcome.path);
  const reason = reasonLeftAlone(outcome);
  if (reason !== undefined) return options.quiet ? '' : `${paint.bold(path)}: left alone: ${printable(reason)}\n\n`;
  if (outcome.kind !== 'done') return '';
  const { result, diff, written } = outcome;
  const lists = options.quiet ? [] : [...changeList(result, paint), ...leftList(result, paint)];
  if (diff === '' && lists.length === 0) return '';
  const head = written ? [`wrote ${path}`] : [];
  if (options.quiet) return options.write ? lines(head) : diffText(diff, options);
  const title = written ? `${paint.bold(path)}: written` : paint.bold(path);
  const between = diff === '' || lists.length === 0 ? '' : '\n';
  return `${lines([title])}${diffText(diff, options)}${between}${lines(lists)}\n`;
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('');
}

/** A patch for the eyes: coloured as Git does, and escaped on a terminal; otherwise unchanged. */
export function diffText(diff: string, { colour, terminal }: Pick<TextOptions, 'colour' | 'terminal'>): string {
  if (diff === '' || !(colour || terminal)) return diff;
  const paint = colours.createColors(colour);
  return diff
    .split('\n')
    .map((line) => {
      const text = terminal ? escaped(line) : line;
      if (line.startsWith('--- ') || line.startsWith('+++ ')) return paint.bold(text);
      if (line.startsWith('@@')) return paint.cyan(text);
      if (line.startsWith('+')) return paint.green(text);
      return line.startsWith('-') ? paint.red(text) : text;
    })
    .join('\n');
}

/** Nothing of a file may give a terminal orders; tabs and the `\r` of a CRLF line end do no harm. */
function escaped(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.split('\t').map(printable).join('\t');
}

function changeList({ changes, withheld, settled }: RunResult, paint: Paint): readonly string[] {
  const made = settled ? changes : [];
  return [
    ...table(made.length === 0 ? [] : [`${paint.bold('changes')}`], made, paint),
    ...table(withheld.length === 0 ? [] : [`${paint.bold('above the allowed level')} (see --allow)`], withheld, paint),
  ];
}

function table(head: readonly string[], changes: readonly AppliedChange[], paint: Paint): readonly string[] {
  const sorted = [...changes].sort((a, b) => a.line - b.line);
  const place = Math.max(...sorted.map(({ line }) => String(line).length));
  const name = Math.max(...sorted.map(({ transform }) => transform.length));
  const level = Math.max(...sorted.map((change) => change.level.length));
  const explained = new Set<string>();
  const rows = sorted.map((change) => {
    // Said once for changes that have it in common.
    const why = explained.has(change.why) ? '' : ` ${paint.dim(`— ${printable(change.why)}`)}`;
    explained.add(change.why);
    return (
      `  line ${String(change.line).padEnd(place)}  ${paint.cyan(change.transform.padEnd(name))}  ` +
      `${levelText(change.level, level, paint)}  ${printable(change.what)}${why}`
    );
  });
  return [...head, ...new Set(rows)];
}

function levelText(level: Level, width: number, paint: Paint): string {
  const text = level.padEnd(width);
  if (level === 'safe') return paint.green(text);
  return level === 'review' ? paint.yellow(text) : paint.red(text);
}

function leftList({ refusals, faults }: RunResult, paint: Paint): readonly string[] {
  if (refusals.length + faults.length === 0) return [];
  const rows = new Map<string, { transform: string; reason: string; lines: Set<number> }>();
  const add = (transform: string, reason: string, line: number | undefined): void => {
    const key = `${transform}\n${reason}`;
    const row = rows.get(key) ?? { transform, reason, lines: new Set() };
    if (line !== undefined) row.lines.add(line);
    rows.set(key, row);
  };
  for (const { transform, reason, line } of refusals) add(transform, reason, line);
  for (const { transform, message, line } of faults) add(transform, message, line);
  const list = [...rows.values()]
    .map((row) => ({ ...row, place: places(row.lines), first: Math.min(...row.lines) }))
    .sort((a, b) => (a.first === b.first ? 0 : a.first - b.first));
  const place = Math.max(...list.map((row) => row.place.length));
  const name = Math.max(...list.map(({ transform }) => transform.length));
  return [
    paint.bold('left alone'),
    ...list.map(
      (row) => `  ${row.place.padEnd(place)}  ${paint.cyan(row.transform.padEnd(name))}  ${printable(row.reason)}`,
    ),
  ];
}

function places(numbers: ReadonlySet<number>): string {
  if (numbers.size === 0) return 'file';
  return `line${numbers.size > 1 ? 's' : ''} ${[...numbers].sort((a, b) => a - b).join(', ')}`;
}

/**
 * The last line of a report about several files; empty for one that was all right.
 * @param last the file that the summary counts, where it is one
 */
export function textSummary(summary: Summary, last: FileOutcome | undefined, options: TextOptions): string {
  if (options.quiet) return '';
  if (summary.files > 1) return `${summaryLine(summary, options.write)}\n`;
  if (last === undefined) return '';
  const silent = statusOf(last) === 'unchanged' && textReport(last, options) === '';
  return silent ? `${printable(last.path)}: nothing to change\n` : '';
}

function summaryLine({ files, changed, changes, refusals, leftAlone, errors }: Summary, write: boolean): string {
  const parts = [
    `${files} files`,
    `${changed} ${write ? 'changed' : 'would change'} (${count(changes, 'change')})`,
    `${count(refusals, 'place')} left alone`,
    ...(leftAlone === 0 ? [] : [`${count(leftAlone, 'whole file')} left alone`]),
    ...(errors === 0 ? [] : [count(errors, 'error')]),
  ];
  return parts.join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
