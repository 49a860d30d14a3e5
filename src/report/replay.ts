import colours from 'picocolors';
import { printable } from '../errors.js';
import type { ArmSummary, Range, StepSummary } from '../replay/index.js';

/** What `dfix replay` found for one Dockerfile; `--format json` prints it as it is. New fields may come. */
export interface ReplayReport {
  readonly path: string;
  /** The folder of the build context in the repository; `.` is the root. */
  readonly context: string;
  readonly target: string | null;
  /** Oldest first; the build before the first one is not counted. */
  readonly commits: readonly CommitReport[];
  readonly before: ArmSummary;
  readonly after: ArmSummary;
  /** 1 − after / before, of the seconds at most; 0 when nothing is rebuilt. */
  readonly gain: number;
  /** Transforms whose changes make the difference between before and after. */
  readonly transforms: readonly string[];
  readonly assumptions: {
    readonly estimatedSeconds: Readonly<Record<string, number>>;
    readonly cacheMountFactor: number;
    /** Steps of the log given with --timings. */
    readonly measuredSteps: number;
    /** Build arguments taken to have another value at each commit. */
    readonly varyingArguments: readonly string[];
  };
}

interface CommitReport {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly subject: string;
  readonly before: Range;
  readonly after: Range;
}

const COLUMNS = 60;
const MOST_STEPS = 10;
const BARS = '▁▂▃▄▅▆▇█';

/** The report for a person. */
export function replayText(report: ReplayReport, { colour }: { readonly colour: boolean }): string {
  const paint = colours.createColors(colour);
  const { path, commits, before, after, transforms, assumptions } = report;
  const last = commits.at(-1);
  if (last === undefined) return `${paint.bold(printable(path))}: only one commit, nothing to replay\n`;
  const where = report.context === '.' ? '' : `, context ${printable(report.context)}`;
  const head = `${paint.bold(printable(path))}: ${commits.length} commits up to ${last.id.slice(0, 10)}${where}`;
  const changed = transforms.length > 0;
  const highest = Math.max(...buckets(commits.map((one) => Math.max(one.before.upper, one.after.upper))));
  const lines = [
    head,
    '',
    row('', 'before', changed ? 'after' : ''),
    row(
      'rebuild time',
      seconds(before.totalSeconds),
      changed ? `${seconds(after.totalSeconds)}${gainText(report)}` : '',
    ),
    row('per commit', seconds(before.secondsPerCommit), changed ? seconds(after.secondsPerCommit) : ''),
    row('dependency installs', installs(before, 'dependency'), changed ? installs(after, 'dependency') : ''),
    row('system installs', installs(before, 'system'), changed ? installs(after, 'system') : ''),
    '',
    `cost of each commit, oldest first (█ is ${duration(highest)})`,
    `  before  ${sparkline(
      commits.map((one) => one.before.upper),
      highest,
    )}`,
    ...(changed
      ? [
          `  after   ${sparkline(
            commits.map((one) => one.after.upper),
            highest,
          )}`,
        ]
      : []),
    '',
    ...stepLines('steps by waste, before', before, commits.length, paint),
    ...(changed ? ['', ...stepLines('steps by waste, after', after, commits.length, paint)] : []),
    '',
    ...(changed ? [`after: ${transforms.join(', ')}`] : ['dfix changes nothing in this file']),
    ...notes(report, assumptions),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function row(name: string, before: string, after: string): string {
  return `  ${name.padEnd(20)} ${before.padEnd(28)} ${after}`;
}

function gainText({ gain }: ReplayReport): string {
  const percent = Math.round(gain * 100);
  return percent === 0 ? '' : `  (${percent > 0 ? '−' : '+'}${Math.abs(percent)} %)`;
}

function installs({ installs: all }: ArmSummary, which: 'dependency' | 'system'): string {
  const { runs, needless } = all[which];
  return `${range(runs)}, ${range(needless)} needless`;
}

function range({ lower, upper }: Range): string {
  return lower === upper ? String(upper) : `${lower} to ${upper}`;
}

function seconds({ lower, upper }: Range): string {
  return duration(lower) === duration(upper) ? duration(upper) : `${duration(lower)} to ${duration(upper)}`;
}

function duration(value: number): string {
  if (value < 100) return `${Number(value.toFixed(1))} s`;
  return value < 6000 ? `${Math.round(value / 6) / 10} min` : `${Math.round(value / 360) / 10} h`;
}

/** Averages of neighbours, so that there are at most 60. */
function buckets(values: readonly number[]): readonly number[] {
  const size = Math.max(1, Math.ceil(values.length / COLUMNS));
  const all: number[] = [];
  for (let i = 0; i < values.length; i += size) {
    const part = values.slice(i, i + size);
    all.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return all;
}

/** Bars of eighths of `highest`, one for each commit or some of them; at most 60. */
export function sparkline(values: readonly number[], highest: number): string {
  return buckets(values)
    .map((value) => BARS[highest === 0 ? 0 : Math.min(7, Math.floor((8 * value) / highest))]!)
    .join('');
}

function stepLines(
  title: string,
  { steps }: ArmSummary,
  commits: number,
  paint: ReturnType<typeof colours.createColors>,
): readonly string[] {
  const shown = steps.filter(({ totalSeconds }) => totalSeconds > 0).slice(0, MOST_STEPS);
  if (shown.length === 0) return [`${paint.bold(title)}: none runs again`];
  return [paint.bold(title), ...shown.map((step) => stepLine(step, commits, paint))];
}

function stepLine(step: StepSummary, commits: number, paint: ReturnType<typeof colours.createColors>): string {
  const { line, rebuilds, needless, seconds: each, basis, cacheMount } = step;
  const percent = `${Math.round((100 * rebuilds.upper) / commits)} %`;
  const cost = `${basis === 'measured' ? '' : '~'}${duration(each)}${cacheMount ? '*' : ''}`;
  const waste = needless.upper === 0 ? '' : `, ${range(needless)} needless`;
  const text = step.instruction.length > 60 ? `${step.instruction.slice(0, 59)}…` : step.instruction;
  const runs = `${range(rebuilds)} runs (${percent})${waste}, ${cost} each`;
  return `  line ${String(line).padEnd(4)} ${printable(text)}\n            ${paint.dim(runs)}`;
}

function notes({ before, after }: ReplayReport, assumptions: ReplayReport['assumptions']): readonly string[] {
  const estimates = before.steps.some(({ basis }) => basis === 'estimated');
  const table = Object.entries(assumptions.estimatedSeconds).map(([kind, value]) => `${kind} ${value} s`);
  const varying = assumptions.varyingArguments;
  return [
    'replayed by BuildKit’s cache rules, not built; a range where a stage ran again and its output may be the same',
    ...(estimates ? [`~ estimated, not measured: ${table.join(', ')}; --timings LOG gives measured times`] : []),
    ...(assumptions.measuredSteps > 0 ? [`measured: the times of ${assumptions.measuredSteps} steps in the log`] : []),
    ...(hasMount(before) || hasMount(after)
      ? [`* with a cache mount: ${assumptions.cacheMountFactor} of the time, an assumption`]
      : []),
    ...(varying.length > 0 ? [`another value at each commit: ${varying.map(printable).join(', ')}`] : []),
    ...(before.unbuildable > 0 ? [`at ${before.unbuildable} commits a file that is copied by name was not there`] : []),
  ];
}

function hasMount({ steps }: ArmSummary): boolean {
  return steps.some(({ cacheMount }) => cacheMount);
}

/** The report for programs: `version` grows when a field changes its meaning or goes. */
export function replayJson(replays: readonly ReplayReport[], errors: readonly string[]): string {
  return `${JSON.stringify({ version: 1, replays, errors }, undefined, 2)}\n`;
}
