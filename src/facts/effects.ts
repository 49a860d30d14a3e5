import { type Instruction, mountsOf, readArguments, readKeyValues } from '../dockerfile/index.js';
import { referencedNames } from '../dockerfile/expand.js';
import { literalCommand, nestedScript, readInvocation, type ShellScript, variablesOf } from '../shell/index.js';
import { commandEffects, resolvePath } from './command-effects.js';
import type { Facts } from './facts.js';
import { firstMeeting, namesMeet } from './globs.js';
import { placesIn } from './places.js';
import { expandIn, homeOf, PREDEFINED_ARGS, type State } from './state.js';

/** What an instruction reads and writes. Paths are absolute globs in the image. */
export interface Effects {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Environment names read (`*`: any) and set. */
  readonly readsEnvironment: readonly string[];
  readonly writesEnvironment: readonly string[];
  /** State other than files and environment: user, workdir, shell, and fields of the image's configuration. */
  readonly readsState: readonly string[];
  readonly writesState: readonly string[];
  readonly network: boolean;
  /** Paths of the build context, as written; `undefined` in a COPY of another stage. */
  readonly context: readonly string[];
  /** Why it may read and write anything. */
  readonly opaque: string | undefined;
}

const NOTHING: Effects = {
  reads: [],
  writes: [],
  readsEnvironment: [],
  writesEnvironment: [],
  readsState: [],
  writesState: [],
  network: false,
  context: [],
  opaque: undefined,
};

/** Where programs and what they load come from: every command reads them. */
const PROGRAMS = ['/bin/**', '/sbin/**', '/lib/**', '/lib64/**', '/usr/**', '/etc/**', '/opt/**'];

const memo = new WeakMap<Facts, Map<Instruction, Effects>>();

/** The effects of an instruction where it stands. */
export function effectsOf(facts: Facts, instruction: Instruction): Effects {
  let known = memo.get(facts);
  if (known === undefined) memo.set(facts, (known = new Map()));
  let effects = known.get(instruction);
  if (effects === undefined) known.set(instruction, (effects = compute(facts, instruction)));
  return effects;
}

function compute(facts: Facts, instruction: Instruction): Effects {
  const state = facts.before(instruction);
  const { file } = facts;
  const { logical, keyword } = instruction;
  const names = [...referencedNames(logical.text.slice(instruction.keywordSpan.end), file.escape)];
  const config = (field: string): Effects => ({ ...NOTHING, readsEnvironment: names, writesState: [field] });
  switch (keyword) {
    case 'FROM':
      return { ...NOTHING, opaque: 'FROM starts a stage', writesState: ['*'], readsState: ['*'] };
    case 'ENV': {
      const pairs = readKeyValues(instruction, logical.text, file.escape);
      const set = typeof pairs === 'string' ? ['*'] : pairs.map(({ name }) => name);
      return { ...NOTHING, readsEnvironment: names, writesEnvironment: set };
    }
    case 'ARG':
      return {
        ...NOTHING,
        readsEnvironment: names,
        writesEnvironment: readArguments(instruction, file.escape).map(({ name }) => name),
      };
    case 'USER':
      return { ...config('user'), reads: ['/etc/passwd', '/etc/group'] };
    case 'WORKDIR': {
      const { value, overridable } =
        state === undefined
          ? { value: undefined, overridable: true }
          : expandIn(state, logical.text.slice(instruction.args.start, instruction.args.end), file);
      const path =
        value === undefined || overridable ? undefined : resolvePath(value, { cwd: state!.workdir, home: undefined });
      return { ...config('workdir'), readsState: ['workdir', 'user'], writes: [path ?? '/**'] };
    }
    case 'SHELL':
      return config('shell');
    case 'CMD':
    case 'ENTRYPOINT':
      return { ...config(keyword.toLowerCase()), writesState: ['cmd', keyword.toLowerCase()], readsState: ['shell'] };
    case 'COPY':
    case 'ADD':
      return copyEffects(instruction, state!, names, facts);
    case 'RUN':
      return runEffects(facts, instruction, state!);
    case 'VOLUME':
      return { ...config('volume'), writes: ['/**'], opaque: 'VOLUME discards later writes below it' };
    case 'ONBUILD':
      return config('onbuild');
    default:
      return config(keyword.toLowerCase());
  }
}

function copyEffects(instruction: Instruction, state: State, names: readonly string[], { file }: Facts): Effects {
  const words =
    instruction.json?.map(({ value }) => value) ??
    instruction.logical.text.slice(instruction.args.start, instruction.args.end).split(/\s+/);
  const target = expandIn(state, words.at(-1) ?? '', file);
  const path =
    target.value === undefined || target.overridable
      ? undefined
      : resolvePath(target.value, { cwd: state.workdir, home: undefined });
  const from = instruction.flags.find(({ name }) => name === 'from');
  const sources = words.slice(0, -1);
  return {
    ...NOTHING,
    reads: instruction.flags.some(({ name }) => name === 'chown') ? ['/etc/passwd', '/etc/group'] : [],
    writes: [path === undefined ? '/**' : path === '/' ? '/**' : `${path}/**`],
    readsEnvironment: names,
    readsState: ['workdir'],
    network: instruction.keyword === 'ADD' && sources.some((source) => /^(https?:\/\/|git@)/.test(source)),
    context: from === undefined && instruction.heredocs.length === 0 ? sources : [],
  };
}

function runEffects(facts: Facts, instruction: Instruction, state: State): Effects {
  const base = { ...NOTHING, readsState: ['user', 'workdir', 'shell'] };
  const anything = (why: string): Effects => ({
    ...base,
    reads: ['/**'],
    writes: ['/**'],
    readsEnvironment: ['*'],
    network: true,
    opaque: why,
  });
  const body = facts.body(instruction);
  if (body.kind === 'opaque') return anything(body.why);
  if (body.kind === 'none') return base;
  const script = body.script;
  const parts =
    script === undefined ? wordsEffects(body.kind === 'exec' ? body.words : [], state) : scriptEffects(script, state);
  if (typeof parts === 'string') return anything(parts);
  const mounts = mountsOf(instruction).flatMap(({ target }) => {
    const path = target === undefined ? undefined : resolvePath(target, { cwd: state.workdir, home: homeOf(state) });
    return path === undefined ? [] : [`${path}/**`];
  });
  return { ...base, ...parts, reads: [...PROGRAMS, ...parts.reads, ...mounts] };
}

/** The effects of a JSON-form command. */
function wordsEffects(words: readonly string[], state: State): ReturnType<typeof scriptEffects> {
  const command = literalCommand(words);
  const body = { type: 'sequence', items: [command], operators: [], span: command.span } as const;
  return scriptEffects(
    { source: { text: '', starts: [0], sources: [0] }, body, commands: [command], parents: new Map() },
    state,
  );
}

function scriptEffects(
  script: ShellScript,
  state: State,
): Pick<Effects, 'reads' | 'writes' | 'readsEnvironment' | 'network'> | string {
  const reads: string[] = [];
  const writes: string[] = [];
  const environment: string[] = ['PATH', 'HOME', ...PREDEFINED_ARGS];
  let network = false;
  const functions = new Set(
    [...script.parents.values()].flatMap((node) =>
      node.type === 'block' && node.kind === 'function' ? (node.name ?? []) : [],
    ),
  );
  const places = placesIn(script, state);
  for (const command of script.commands) {
    const place = places.get(command)!;
    for (const word of [...command.words, ...command.assignments.flatMap(({ value }) => value ?? [])])
      environment.push(...variablesOf(word));
    const nested = nestedScript(script, command);
    if (nested !== undefined) {
      const inner = scriptEffects(nested, state);
      if (typeof inner === 'string') return inner;
      reads.push(...inner.reads);
      writes.push(...inner.writes);
      environment.push(...inner.readsEnvironment);
      network ||= inner.network;
      continue;
    }
    const invocation = readInvocation(command);
    if (invocation.tool !== undefined && functions.has(invocation.tool)) continue;
    const effects = commandEffects(invocation, place);
    if (effects.opaque !== undefined) return effects.opaque;
    reads.push(...effects.reads);
    writes.push(...effects.writes, ...effects.removes);
    environment.push(...effects.environment);
    network ||= effects.network;
  }
  return { reads, writes, readsEnvironment: [...new Set(environment)], network };
}

/**
 * Why two instructions of one stage may not change places; undefined when they may: neither writes what the other reads
 * or writes (files, environment, state), and not both use the network when one of them writes what the other may read.
 */
export function orderReason(facts: Facts, first: Instruction, second: Instruction): string | undefined {
  const a = effectsOf(facts, first);
  const b = effectsOf(facts, second);
  const name = (instruction: Instruction): string => `${instruction.keyword} at line ${instruction.lines.first}`;
  for (const [one, other, x, y] of [
    [a, b, first, second],
    [b, a, second, first],
  ] as const) {
    if (
      one.opaque !== undefined &&
      (other.writes.length > 0 || other.opaque !== undefined || other.writesState.length > 0)
    ) {
      return `${name(x)} may use anything: ${one.opaque}`;
    }
    const files = firstMeeting(one.writes, [...other.reads, ...other.writes]);
    if (files !== undefined) return `${name(y)} uses ${files[1]}, which ${name(x)} writes`;
    const variable = namesMeet(one.writesEnvironment, [...other.readsEnvironment, ...other.writesEnvironment]);
    if (variable !== undefined) return `${name(y)} depends on ${variable}, which ${name(x)} sets`;
    const state = one.writesState.find(
      (field) =>
        field === '*' ||
        other.readsState.includes(field) ||
        other.readsState.includes('*') ||
        other.writesState.includes(field),
    );
    if (state !== undefined) return `${name(y)} depends on the ${state} that ${name(x)} sets`;
  }
  return undefined;
}

/** Whether two instructions may change places. */
export function commutes(facts: Facts, first: Instruction, second: Instruction): boolean {
  return orderReason(facts, first, second) === undefined;
}
