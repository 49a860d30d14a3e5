import { expandWord } from '../dockerfile/expand.js';
import { argumentText, type Dockerfile, type Instruction, readArguments, readKeyValues } from '../dockerfile/index.js';
import type { ImageFacts } from './images/distribution.js';
import { extend } from './overlay.js';
import { joinPath } from './paths.js';

/** A variable's value; `value` undefined: set, but not known. `overridable`: a build argument may change it. */
export interface Variable {
  readonly value: string | undefined;
  readonly overridable: boolean;
  /** The instruction that set it; undefined when the base image or the engine did. */
  readonly from: number | undefined;
}

/** What is true just before an instruction runs. */
export interface State {
  /** ENV, inherited through `FROM stage` and from known base images. */
  readonly env: ReadonlyMap<string, Variable>;
  /** ARG in scope; ENV of the same name wins. */
  readonly args: ReadonlyMap<string, Variable>;
  /** As USER gives it, the group left out; undefined when not known. */
  readonly user: string | undefined;
  /** Absolute; undefined when not known. */
  readonly workdir: string | undefined;
  readonly shell: readonly string[];
  /** Of the image at the root of the stage's FROM chain. */
  readonly image: ImageFacts;
}

export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

/** Arguments that BuildKit knows without an ARG; they change no cache key. */
export const PREDEFINED_ARGS: ReadonlySet<string> = new Set(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
);

/** Arguments of the platform in the global scope, set by BuildKit to values that depend on where the build runs. */
export const PLATFORM_ARGS: ReadonlySet<string> = new Set([
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
]);

/** The variable that a name means in this state: ENV first, then ARG. */
export function variable(state: State, name: string): Variable | undefined {
  return state.env.get(name) ?? state.args.get(name);
}

/** The value of a name when it is known for certain: set, and by nothing that a build argument could change. */
export function certainValue(state: State, name: string): string | undefined {
  const known = variable(state, name);
  return known === undefined || known.overridable ? undefined : known.value;
}

/** Expands text of an instruction in a state. Names that are not set expand to nothing, as BuildKit does it. */
export function expandIn(state: Pick<State, 'env' | 'args'>, text: string, file: Dockerfile): Variable {
  let certain = true;
  let known = true;
  const lookup = (name: string): string | undefined => {
    const found = state.env.get(name) ?? state.args.get(name);
    if (found === undefined) return undefined;
    if (found.overridable) certain = false;
    if (found.value === undefined) known = false;
    return found.value;
  };
  try {
    const { text: value } = expandWord(text, lookup, file.escape);
    return { value: known ? value : undefined, overridable: !certain, from: undefined };
  } catch {
    return { value: undefined, overridable: true, from: undefined };
  }
}

/**
 * All that the state after an instruction depends on beside the state before it and the build's inputs; undefined when
 * that state stays as it is.
 */
export function stateKey(
  instruction: Instruction,
  { escape }: Dockerfile,
  global: ReadonlyMap<string, Variable>,
): string | undefined {
  const { keyword, index, logical } = instruction;
  switch (keyword) {
    case 'ENV':
      return `${index} ${logical.text}`;
    case 'ARG': {
      const inherited = readArguments(instruction, escape).map(({ name }) => global.get(name)?.value ?? null);
      return `${index} ${logical.text}\n${JSON.stringify(inherited)}`;
    }
    case 'USER':
    case 'WORKDIR':
    case 'SHELL':
      return logical.text;
    default:
      return undefined;
  }
}

/**
 * The state after an instruction, given the one before it.
 * @param buildArgs values of `--build-arg`, which go before the defaults of ARG
 */
export function nextState(
  state: State,
  instruction: Instruction,
  file: Dockerfile,
  global: ReadonlyMap<string, Variable>,
  buildArgs: Readonly<Record<string, string>> = {},
): State {
  switch (instruction.keyword) {
    case 'ENV': {
      const pairs = readKeyValues(instruction, instruction.logical.text, file.escape);
      if (typeof pairs === 'string') return state;
      const env = new Map<string, Variable>();
      for (const { name, value } of pairs) {
        env.set(expandIn(state, name, file).value ?? name, {
          ...expandIn(state, value ?? '', file),
          from: instruction.index,
        });
      }
      return { ...state, env: extend(state.env, env) };
    }
    case 'ARG': {
      let { args } = state;
      for (const { name, value } of readArguments(instruction, file.escape)) {
        const inherited = global.get(name);
        const scope = { env: state.env, args };
        const fallback = value === undefined ? inherited?.value : expandIn(scope, value, file).value;
        const isGiven = Object.hasOwn(buildArgs, name);
        const given = isGiven ? buildArgs[name] : fallback;
        args = extend(args, new Map([[name, { value: given, overridable: !isGiven, from: instruction.index }]]));
      }
      return { ...state, args };
    }
    case 'USER': {
      const { value, overridable } = expandIn(state, argumentText(instruction), file);
      return { ...state, user: !value || overridable ? undefined : value.replace(/:.*/s, '') };
    }
    case 'WORKDIR': {
      const { value, overridable } = expandIn(state, argumentText(instruction), file);
      const base = state.workdir;
      if (value === undefined || overridable) return { ...state, workdir: undefined };
      if (!value.startsWith('/') && base === undefined) return { ...state, workdir: undefined };
      return { ...state, workdir: joinPath(base ?? '/', value) };
    }
    case 'SHELL':
      return { ...state, shell: instruction.json?.map(({ value }) => value) ?? state.shell };
    default:
      return state;
  }
}

/** Whether the user is root: uid 0 or by name. Undefined when the user is not known. */
export function isRoot(state: State): boolean | undefined {
  return state.user === undefined ? undefined : state.user === 'root' || state.user === '0';
}

/**
 * HOME as a RUN sees it: ENV HOME, else the home folder of the user; only root's is known without the image.
 */
export function homeOf(state: State): string | undefined {
  if (state.env.has('HOME')) return certainValue(state, 'HOME');
  if (isRoot(state)) return '/root';
  return state.user !== undefined && state.user === state.image.user ? state.image.home : undefined;
}
