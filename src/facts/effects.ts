import { argumentWords, type Instruction, mountsOf, readArguments, readKeyValues } from '../dockerfile/index.js';
import { referencedNames } from '../dockerfile/expand.js';
import { literalCommand, nestedScript, readInvocation, type ShellScript, variablesOf } from '../shell/index.js';
import { commandEffects, redirectEffects, resolvePath } from './command-effects.js';
import type { Facts } from './facts.js';
import { placesIn } from './places.js';
import { expandIn, homeOf, PREDEFINED_ARGS, type State, variable } from './state.js';

/** What an instruction reads and writes. Paths are absolute globs in the image. */
export interface Effects {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Those of `reads` and `writes` that stand for the system's programs and for files of packages, wherever these are. */
  readonly systemReads: readonly string[];
  readonly systemWrites: readonly string[];
  /** The programs that it runs are those of every system, which do the same whatever packages are installed. */
  readonly basic: boolean;
  /** Of a COPY that writes to a folder of programs: the files that it puts there, where they are known by their names. */
  readonly programs: readonly string[];
  /** The packages, as written, that it installs. */
  readonly packages: readonly string[];
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
  systemReads: [],
  systemWrites: [],
  basic: false,
  programs: [],
  packages: [],
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

/** By the state and the text of the instruction, which is all that they depend on. */
const memo = new WeakMap<State, Map<string, Effects>>();

/** The effects of an instruction where it stands. */
export function effectsOf(facts: Facts, instruction: Instruction): Effects {
  const state = facts.before(instruction);
  if (state === undefined) return compute(facts, instruction);
  let known = memo.get(state);
  if (known === undefined) memo.set(state, (known = new Map()));
  const text = facts.file.slice(instruction.span);
  let effects = known.get(text);
  if (effects === undefined) known.set(text, (effects = compute(facts, instruction)));
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
      return { ...config('workdir'), readsState: ['workdir', 'user'], writes: path === '/' ? [] : [path ?? '/**'] };
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
  const words = argumentWords(instruction);
  const target = expandIn(state, words.at(-1) ?? '', file);
  const path =
    target.value === undefined || target.overridable
      ? undefined
      : resolvePath(target.value, { cwd: state.workdir, home: undefined });
  const from = instruction.flags.find(({ name }) => name === 'from');
  const sources = words.slice(0, -1);
  const hasParents = instruction.flags.some(({ name }) => name === 'parents');
  return {
    ...NOTHING,
    reads: instruction.flags.some(({ name }) => name === 'chown') ? ['/etc/passwd', '/etc/group'] : [],
    writes: path === undefined ? ['/**'] : copiedTo(path, target.value!, hasParents ? ['*'] : sources),
    programs: path === undefined ? [] : programsOf(path, target.value!, sources),
    readsEnvironment: names,
    readsState: target.value?.startsWith('/') === true && !target.overridable ? [] : ['workdir'],
    network: instruction.keyword === 'ADD' && sources.some((source) => /^(https?:\/\/|git@)/.test(source)),
    context: from === undefined && instruction.heredocs.length === 0 ? sources : [],
  };
}

/** Where a COPY writes: the files themselves, where their names say that they are files and the target that it is a folder. */
function copiedTo(path: string, written: string, sources: readonly string[]): readonly string[] {
  const folder = path === '/' ? '' : path;
  const names = sources.map((source) => PLAIN_FILE.exec(source)?.[1]);
  const isFolder = /(?:^|\/)\.?$/.test(written) || sources.length > 1 || path === '/tmp';
  return isFolder && !names.includes(undefined) ? names.map((name) => `${folder}/${name}`) : [`${folder}/**`];
}

/** A name that folders do not have, with wildcards or without. */
const PLAIN_FILE =
  /^(?!<<|\w+:)(?:[^*?[$]*\/)?([^/[$]*\.(?:json|lock|lockb|toml|txt|in|ya?ml|xml|mod|sum|exs|csproj|fsproj|sln|props|cfg|ini|properties|conf|gemspec|sh|py|rb|deb|rpm|jar|war|whl|gem|sql|pem|crt|key|asc|gpg)\*?|(?:Gemfile|Pipfile)\*?|Makefile|Rakefile|Procfile)$/;

/** The files that a COPY brings to a folder of programs, where all its sources are files by their names. */
function programsOf(path: string, written: string, sources: readonly string[]): readonly string[] {
  if (!/\/s?bin$/.test(path) || !(written.endsWith('/') || SYSTEM_PATH.test(path))) return [];
  const names = sources.map((source) => PROGRAM_FILE.exec(source)?.[1]);
  return names.includes(undefined) ? [] : names.map((name) => `${path}/${name}`);
}

/** A script, or what lies where programs do. */
const PROGRAM_FILE = /^(?!<<)(?:[^*?[$]*\/)?([^/*?[$]+\.sh|(?<=\/(?:s?bin|release|debug)\/)[^/.*?[$]+)$/;

function runEffects(facts: Facts, instruction: Instruction, state: State): Effects {
  const base = { ...NOTHING, readsState: ['user', 'workdir', 'shell'] };
  const standing = ['user', 'shell'];
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
  const words = body.kind === 'exec' ? body.words : [];
  const partsIn = (at: State): Parts | string =>
    script === undefined ? wordsEffects(words, at) : scriptEffects(script, at);
  const parts = partsIn(state);
  if (typeof parts === 'string') return anything(parts);
  const mounts = mountsOf(instruction).flatMap(({ target }) => {
    const path = target === undefined ? undefined : resolvePath(target, { cwd: state.workdir, home: homeOf(state) });
    return path === undefined ? [] : [`${path}/**`];
  });
  const { ownWrites, writesPrefixes, ...rest } = parts;
  const search = searchPaths(facts, state);
  const isAnywhere = (): boolean =>
    JSON.stringify(parts) === JSON.stringify(partsIn({ ...state, workdir: '/elsewhere' })) &&
    !parts.readsEnvironment.includes('PWD') &&
    mountsOf(instruction).every(({ target }) => target?.startsWith('/') !== false);
  let readsState: readonly string[] | undefined;
  return {
    ...base,
    ...rest,
    get readsState() {
      return (readsState ??= isAnywhere() ? standing : base.readsState);
    },
    reads: [...PROGRAMS, ...parts.reads, ...search, ...mounts],
    writes: [...ownWrites, ...(writesPrefixes ? prefixesOf(search) : []), ...parts.systemWrites],
    systemReads: PROGRAMS,
  };
}

/** Where else programs and their libraries are looked for: the entries of PATH and its kin. */
function searchPaths(facts: Facts, state: State): readonly string[] {
  return ['PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'PYTHONPATH'].flatMap((name) => {
    const known = variable(state, name);
    if (known === undefined) return [];
    const setter = known.from === undefined ? undefined : facts.file.instructions[known.from];
    const text = known.value ?? (setter === undefined ? '' : setter.logical.text);
    const entries = text.split(/[:\s"'=]+/).filter((entry) => /^\/[^$]*$/.test(entry));
    return entries.filter((entry) => !SYSTEM_PATH.test(entry)).map((entry) => `${entry.replace(/(?<!\/)\/+$/, '')}/**`);
  });
}

/** The folders above those that programs are looked for in. */
function prefixesOf(search: readonly string[]): readonly string[] {
  return search.flatMap((glob) => /^(\/.+)\/s?bin\/\*\*$/.exec(glob)?.[1] ?? []).map((folder) => `${folder}/**`);
}

const SYSTEM_PATH = /^\/(?:usr\/(?:local\/)?)?s?bin\/*$/;

/** Programs that do the same on every system with these names (POSIX.1-2017, "Utilities"). */
const BASIC = /^(?:cd|chmod|cp|echo|ln|mkdir|mv|printf|rm|rmdir|set|test|\[|touch|true|:)$/;

/** What the commands of a RUN do. */
type Parts = Pick<Effects, 'reads' | 'systemWrites' | 'basic' | 'packages' | 'readsEnvironment' | 'network'> & {
  /** What is written beside the files of packages. */
  readonly ownWrites: readonly string[];
  /** Whether the folders above the search path are written too. */
  readonly writesPrefixes: boolean;
};

/** The effects of a JSON-form command. */
function wordsEffects(words: readonly string[], state: State): Parts | string {
  const command = literalCommand(words);
  const body = { type: 'sequence', items: [command], operators: [], span: command.span } as const;
  return scriptEffects(
    { source: { text: '', starts: [0], sources: [0] }, body, commands: [command], parents: new Map() },
    state,
  );
}

function scriptEffects(script: ShellScript, state: State): Parts | string {
  const reads: string[] = [];
  const writes: string[] = [];
  const systemWrites: string[] = [];
  const packages: string[] = [];
  const environment: string[] = ['PATH', 'HOME', ...PREDEFINED_ARGS];
  let network = false;
  let writesPrefixes = false;
  let basic = true;
  const functions = new Set(
    [...script.parents.values()].flatMap((node) =>
      node.type === 'block' && node.kind === 'function' ? (node.name ?? []) : [],
    ),
  );
  const places = placesIn(script, state);
  for (const block of new Set(script.parents.values())) {
    if (block.type !== 'block' || block.redirects.length === 0) continue;
    const inside = script.commands.find(({ span }) => span.start >= block.span.start);
    const place = inside === undefined ? undefined : places.get(inside);
    if (place === undefined) continue;
    const redirects = redirectEffects(block.redirects, place);
    reads.push(...redirects.reads);
    writes.push(...redirects.writes);
  }
  for (const command of script.commands) {
    const place = places.get(command)!;
    for (const word of [...command.words, ...command.assignments.flatMap(({ value }) => value ?? [])])
      environment.push(...variablesOf(word));
    const nested = nestedScript(script, command);
    if (nested !== undefined) {
      const inner = scriptEffects(nested, state);
      if (typeof inner === 'string') return inner;
      reads.push(...inner.reads);
      writes.push(...inner.ownWrites);
      systemWrites.push(...inner.systemWrites);
      packages.push(...inner.packages);
      environment.push(...inner.readsEnvironment);
      network ||= inner.network;
      basic &&= inner.basic;
      writesPrefixes ||= inner.writesPrefixes;
      continue;
    }
    const invocation = readInvocation(command);
    if (invocation.tool !== undefined && functions.has(invocation.tool)) continue;
    const effects = commandEffects(invocation, place);
    if (effects.opaque !== undefined) return effects.opaque;
    basic &&= BASIC.test(invocation.tool ?? '');
    reads.push(...effects.reads);
    const own = [...effects.writes];
    for (const path of effects.packageWrites) own.splice(own.indexOf(path), 1);
    writes.push(...own, ...effects.removes);
    systemWrites.push(...effects.packageWrites);
    packages.push(...effects.packages);
    environment.push(...effects.environment);
    network ||= effects.network;
    writesPrefixes ||= effects.writesPrefixes;
  }
  return {
    reads,
    ownWrites: writes,
    writesPrefixes,
    systemWrites,
    basic,
    packages,
    readsEnvironment: [...new Set(environment)],
    network,
  };
}
