import { type Instruction, mountsOf, type Span, toSource } from '../../src/dockerfile/index.js';
import { type CommandPlace, type Facts, placesIn } from '../../src/facts/index.js';
import {
  type Invocation,
  readInvocation,
  type ShellCommand,
  type ShellScript,
  type ShellWord,
  valueOf,
} from '../../src/shell/index.js';
import { goFlags, isPlain, mattersInline } from './go-settings.js';

/** A `go build` or `go install` as its words say it. */
export interface GoBuild {
  readonly cwd: string;
  /** The packages; `.` where none is named. */
  readonly operands: readonly string[];
  /** What `-o` names. */
  readonly output: string | undefined;
  readonly isInstall: boolean;
  /** `-buildvcs=false`. */
  readonly leavesCommitOut: boolean;
}

/** What a RUN builds before anything else. */
export interface GoBuilds {
  readonly builds: readonly GoBuild[];
  /** Where the RUN goes on with something else: the place in the file between the builds and the rest. */
  readonly cut: Span | undefined;
}

/** Commands beside a build that read nothing of the source but its module files. */
const HARMLESS = /^(?:go (?:mod download|mod verify|version|env)|cd|echo|true|:|set)$/;
/**
 * The Go builds that a RUN begins with, none where it only downloads modules; undefined for a RUN that does anything else, a
 * reason for one that is not followed.
 */
export function goBuildsOf(facts: Facts, run: Instruction): GoBuilds | string | undefined {
  const body = facts.body(run);
  const state = facts.before(run)!;
  if (body.kind !== 'script') return undefined;
  const invocations = body.script.commands.map(readInvocation);
  if (!invocations.some(isBuild) && !invocations.every((one) => isHarmless(one) && one.tool === 'go')) return undefined;
  const odd = body.script.commands.findIndex(
    (command, at) =>
      command.isolated ||
      command.conditional ||
      command.piped ||
      !(isBuild(invocations[at]!) || isHarmless(invocations[at]!)),
  );
  const cut = odd < 0 ? undefined : cutBefore(facts, run, body.script, odd);
  if (odd >= 0 && cut === undefined)
    return `line ${run.lines.first} does more than to build: ${nameOf(invocations[odd]!)}`;
  const mount = mountsOf(run).find(({ type }) => !/^(?:cache|secret|ssh)$/.test(type));
  if (mount !== undefined) return `line ${run.lines.first} mounts more than caches`;
  const flags = goFlags(state);
  if ('reason' in flags) return flags.reason;
  const places = placesIn(body.script, state);
  const builds: GoBuild[] = [];
  for (const one of invocations.slice(0, odd < 0 ? undefined : odd).filter(isBuild)) {
    const read = readBuild(one, places.get(one.command)!);
    if (typeof read === 'string') return `line ${run.lines.first}: ${read}`;
    builds.push({ ...read, leavesCommitOut: read.leavesCommitOut || /-buildvcs=false\b/.test(flags.value) });
  }
  return { builds, cut };
}

/** Where a RUN can be cut before one of its commands: one that is joined to Go's commands by && alone. */
function cutBefore(facts: Facts, run: Instruction, script: ShellScript, at: number): GoBuilds['cut'] {
  const [only] = script.body.items;
  const { items, operators } = only?.type === 'sequence' && script.body.items.length === 1 ? only : script.body;
  const before = script.commands.slice(0, at);
  const isPlainList =
    operators.every(({ text }) => text === '&&') && before.every((one, index) => items[index] === one);
  const onlyGo = before.every((one) => readInvocation(one).tool === 'go');
  const next = items[at];
  const isNext = next !== undefined && script.commands[at] === next;
  if (at === 0 || !isPlainList || !onlyGo || !isNext || run.heredocs.length > 0) return undefined;
  const span = {
    start: toSource(script.source, items[at - 1]!.span.end - 1) + 1,
    end: toSource(script.source, next.span.start),
  };
  const hasComment = facts.file.comments.some((one) => one.span.start >= run.span.start && one.span.end <= span.end);
  return hasComment ? undefined : span;
}

function isBuild({ tool, subcommand, operands }: Invocation): boolean {
  if (tool !== 'go' || !/^(?:build|install)$/.test(subcommand)) return false;
  return !operands.some(({ text }) => text.includes('@'));
}

function isHarmless({ tool, subcommand, operands, options, command }: Invocation): boolean {
  // A program of a version of its own is installed without a look at the module.
  const isRemote = tool === 'go' && subcommand === 'install' && operands.every(({ text }) => text.includes('@'));
  const isPlainCommand = command.redirects.length === 0 && options.every(({ name }) => name !== '-w');
  return isPlainCommand && (isRemote || HARMLESS.test(`${tool} ${subcommand}`.trim()));
}

function readBuild(invocation: Invocation, place: CommandPlace): GoBuild | string {
  const { command, operands, options, environment, subcommand } = invocation;
  if (place.cwd === undefined) return 'the folder that go build works in is not known';
  if (command.redirects.length > 0) return 'what go build writes is put elsewhere';
  if (!isWhole(command)) return 'what a word of go build stands for is not known';
  const set = environment.find(([name, value]) => mattersInline(name, value));
  if (set !== undefined) return `go build is given ${set[0]}`;
  const values = new Map<string, string>();
  for (const { name, value, valueWord, known } of options) {
    const written = value ?? valueWord?.text ?? '';
    if (!known || !isPlain(name, written)) return `go build is given ${name}`;
    values.set(name.replace(/^-+/, ''), (valueWord === undefined ? value : valueOf(valueWord, place.lookup)) ?? '\0');
  }
  const named = operands.map((word) => valueOf(word, place.lookup));
  const pattern = named.find((one) => one === undefined || one.includes('...'));
  if (named.includes(undefined) || pattern !== undefined || values.get('o') === '\0')
    return 'the packages of go build, or what it makes of them, are not named one by one';
  return {
    cwd: place.cwd,
    operands: named.length === 0 ? ['.'] : (named as readonly string[]),
    output: values.get('o'),
    isInstall: subcommand === 'install',
    leavesCommitOut: values.get('buildvcs') === 'false',
  };
}

function isWhole({ words, assignments }: ShellCommand): boolean {
  const all: readonly ShellWord[] = [...words, ...assignments.flatMap(({ value }) => value ?? [])];
  return all.every(({ pieces }) => pieces.every(({ kind }) => kind !== 'unknown'));
}

function nameOf({ tool, subcommand }: Invocation): string {
  return `${tool ?? 'a command'} ${subcommand}`.trim();
}
