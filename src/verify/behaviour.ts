import { withoutSecrets } from './secrets.js';
import type { Noise } from './noise.js';
import type { Difference, ImageConfig, Run } from './types.js';

const SHELLS = /^(?:.*\/)?(?:sh|bash|ash|dash|zsh|node|python[\d.]*|irb|php|jshell|iex|erl|lua|R|perl|ghci)$/;

/** Scripts of official images that start what their arguments say. */
const STARTERS = /^docker-(?:php-entrypoint|entrypoint\.sh)$/;

/**
 * Whether an image declares something to run: a command, and not a shell or interpreter that waits for a person to type.
 */
export function hasCommand(config: ImageConfig): boolean {
  const words = [config['Entrypoint'], config['Cmd']]
    .flatMap((value) => (Array.isArray(value) ? value.map(String) : []))
    .filter((word, index) => word !== '-a' && word !== '-i' && !(index === 0 && STARTERS.test(word)));
  return words.length > 1 || (words.length === 1 && !SHELLS.test(words[0]!));
}

/** Differences between what two containers did, asked for the same, line by line after normalising. */
export function compareRuns(before: readonly Run[], after: readonly Run[]): readonly Difference[] {
  return before.flatMap((a, index) => compareRun(a, after[index]!));
}

function compareRun(a: Run, b: Run): readonly Difference[] {
  const found: Difference[] = [];
  const add = (effect: Difference['effect'], what: string, detail: string): void =>
    void found.push({ kind: 'behaviour', effect, what: `${a.what}: ${what}`, detail });
  if ((a.problem === undefined) !== (b.problem === undefined))
    add('changed', 'start', `${a.problem ?? 'started'} -> ${b.problem ?? 'started'}`);
  if (a.exitCode !== b.exitCode) add('changed', 'exit code', `${codeText(a)} -> ${codeText(b)}`);
  if (a.ready !== b.ready) add('changed', 'ready', `${String(a.ready)} -> ${String(b.ready)}`);
  if (a.open?.join() !== b.open?.join()) add('changed', 'open ports', `${portsText(a)} -> ${portsText(b)}`);
  for (const stream of ['stdout', 'stderr'] as const) {
    const [one, other] = [linesOf(a[stream]), linesOf(b[stream])];
    for (const line of one) if (!other.has(line)) add('removed', `${stream} ${line}`, 'no longer printed');
    for (const line of other) if (!one.has(line)) add('added', `${stream} ${line}`, 'newly printed');
  }
  for (const [index, answer] of a.answers.entries()) {
    const other = b.answers[index];
    if (other === undefined) continue;
    if (answer.status !== other.status)
      add('changed', `status of ${answer.path}`, `${answer.status} -> ${other.status}`);
    else if (normalise(answer.body) !== normalise(other.body)) add('changed', `body of ${answer.path}`, 'another body');
  }
  return found;
}

function portsText({ open = [] }: Run): string {
  return open.length === 0 ? 'none' : open.join(', ');
}

function codeText({ exitCode, problem }: Run): string {
  if (problem !== undefined) return problem;
  return exitCode === undefined ? 'still running' : String(exitCode);
}

function linesOf(text: string): ReadonlySet<string> {
  return new Set(
    normalise(text)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}

// Each has one run of a class or fixed lengths: no input makes them slow.
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\u001b\[[0-9;]{0,20}[A-Za-z]/g, ''],
  [/\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d\d? [A-Z][a-z]{2}|[A-Z][a-z]{2} {1,2}\d\d?)(?: \d{4})?(?: \d\d:\d\d:\d\d(?: (?:GMT|UTC))?(?: \d{4})?)?/g,
    '<time>',
  ],
  [/\b\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b0x[0-9a-f]{4,16}\b/gi, '<address>'],
  [/\b\d{1,12}(?:\.\d{1,9})? ?(?:ns|us|µs|ms|s|sec|seconds|milliseconds|minutes)\b/g, '<duration>'],
  [/\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{12})\b/g, '<id>'],
  [/\b1[5-9]\d{8}(?:\d{3})?\b/g, '<time>'],
  [/\b(pid|process|worker)([ =:#[]{1,2})\d{1,7}\b/gi, '$1$2<pid>'],
  [/(\b(?:\d{1,3}\.){3}\d{1,3}|\blocalhost|\[::1?\]):(?:3[2-9]\d{3}|[4-6]\d{4})\b/g, '$1:<port>'],
];

/** Takes out what differs from run to run: colours, times, durations, ids, addresses, process ids, passing ports. */
export function normalise(given: string): string {
  const text = withoutSecrets(given);
  return RULES.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    text.replaceAll('\r\n', '\n'),
  );
}

/** The differences that two runs of the original do not show as well. */
export function withoutNoise(differences: readonly Difference[], noise: Noise): readonly Difference[] {
  return differences.filter((difference) => !noise.excuses(difference));
}
