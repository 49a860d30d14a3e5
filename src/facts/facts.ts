import { type Dockerfile, type Instruction, readArguments, type Stage } from '../dockerfile/index.js';
import { type Body, shellBody } from '../shell/index.js';
import { onceFor } from '../once.js';
import { describeImage, POWERSHELL, UNKNOWN_IMAGE, WINDOWS_SHELL } from './images/describe.js';
import { KnownStates } from './known-states.js';
import { DEFAULT_SHELL, expandIn, nextState, PLATFORM_ARGS, type State, stateKey, type Variable } from './state.js';

/** What the caller knows of the build: `--target`, `--build-arg`. */
export interface BuildInputs {
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Why builds of the file have no cache mounts: which builder, and where it is named. */
  readonly withoutCacheMounts?: string | undefined;
}

export const NO_INPUTS: BuildInputs = { target: undefined, buildArgs: {} };

/** What is true at each instruction of a Dockerfile; computed once, on demand. */
export interface Facts {
  readonly file: Dockerfile;
  readonly inputs: BuildInputs;
  /** The state just before an instruction; undefined before the first FROM. */
  before(instruction: Instruction): State | undefined;
  /** The state at the end of a stage: its image's configuration. */
  atEnd(stage: Stage): State;
  /** What the instruction runs, in its shell. */
  body(instruction: Instruction): Body;
  /** The reference of the image at the root of a stage's FROM chain, variables expanded; undefined when not known. */
  rootImage(stage: Stage): string | undefined;
  /** The index of the stage that a stage is built FROM, variables expanded; undefined when that is an image. */
  parent(stage: Stage): number | undefined;
  /** The ONBUILD triggers of the stage that a stage is built FROM, which run first in it, each as an instruction of its own. */
  triggers(stage: Stage): readonly Instruction[];
  /** The stages that a stage is built FROM, the first first, and the stage itself. */
  lineage(stage: Stage): readonly Stage[];
  /** The stage itself and all stages built FROM it, directly or not. */
  heirs(stage: Stage): readonly Stage[];
  /** The stage that a build gives: `--target`, else the last; undefined when there is none. */
  readonly target: Stage | undefined;
}

interface Known {
  readonly inputs: BuildInputs;
  /** The inputs as text. */
  readonly key: string;
  readonly facts: Facts;
  readonly states: KnownStates;
}

const memo = new WeakMap<Dockerfile, Known>();

/**
 * The facts of a Dockerfile under given build inputs; kept as long as the Dockerfile is.
 * @param earlier the text that this one was made of: states that are as they were there are taken from there
 */
export function readFacts(file: Dockerfile, inputs: BuildInputs = NO_INPUTS, earlier?: Dockerfile): Facts {
  const known = memo.get(file);
  if (known?.inputs === inputs) return known.facts;
  const before = earlier === undefined ? undefined : memo.get(earlier);
  const key = before?.inputs === inputs ? before.key : keyOf(inputs);
  if (known?.key === key) return known.facts;
  const states = before?.key === key && earlier!.escape === file.escape ? before.states : new KnownStates();
  const facts = computeFacts(file, inputs, states);
  memo.set(file, { inputs, key, facts, states });
  return facts;
}

const keyOf = onceFor((inputs: BuildInputs): string => JSON.stringify(inputs));

function computeFacts(file: Dockerfile, inputs: BuildInputs, states: KnownStates): Facts {
  const global = globalArguments(file, inputs);
  const before: (State | undefined)[] = [];
  const ends: State[] = [];
  const roots: (string | undefined)[] = [];
  const parents: (number | undefined)[] = [];
  for (const stage of file.stages) {
    const base = expandIn({ env: new Map(), args: global }, stage.base, file);
    const parent = stage.parent ?? namedStage(file, stage, base.value);
    parents.push(parent);
    roots.push(parent === undefined ? base.value : roots[parent]);
    let state =
      parent === undefined
        ? states.first(`${base.overridable} ${base.value ?? '\n'}`, () => imageState(base))
        : ends[parent]!;
    const step = (instruction: Instruction): void => {
      const key = stateKey(instruction, file, global);
      const from = state;
      if (key !== undefined)
        state = states.next(from, key, () => nextState(from, instruction, file, global, inputs.buildArgs));
    };
    const triggers = parent === undefined ? [] : triggersOf(file.stages[parent]!);
    before[stage.from.index] = state;
    for (const trigger of triggers) step(trigger);
    for (const instruction of stage.instructions) {
      if (instruction !== stage.from) before[instruction.index] = state;
      step(instruction);
    }
    ends.push(state);
  }
  const bodies = new Map<Instruction, Body>();
  const heirs = new Map<Stage, readonly Stage[]>();
  const lineage = (stage: Stage): readonly Stage[] => {
    const parent = parents[stage.index];
    return parent === undefined ? [stage] : [...lineage(file.stages[parent]!), stage];
  };
  return {
    file,
    inputs,
    before: (instruction) => before[instruction.index],
    atEnd: (stage) => ends[stage.index]!,
    rootImage: (stage) => roots[stage.index],
    parent: (stage) => parents[stage.index],
    triggers: (stage) => {
      const parent = parents[stage.index];
      return parent === undefined ? [] : triggersOf(file.stages[parent]!);
    },
    lineage,
    heirs: (stage) => {
      let found = heirs.get(stage);
      if (found === undefined) heirs.set(stage, (found = heirsOf(file, stage)));
      return found;
    },
    target: targetOf(file, inputs.target),
    body: (instruction) => {
      let body = bodies.get(instruction);
      if (body === undefined) {
        body = shellBody(file, instruction, before[instruction.index]?.shell ?? DEFAULT_SHELL);
        bodies.set(instruction, body);
      }
      return body;
    },
  };
}

/** The triggers of a stage's own ONBUILD instructions: those of the stages above it have run in itself. */
function triggersOf({ instructions }: Stage): readonly Instruction[] {
  return instructions.flatMap((instruction) =>
    instruction.trigger === undefined ? [] : [{ ...instruction, ...instruction.trigger, trigger: undefined }],
  );
}

function targetOf({ stages }: Dockerfile, target: string | undefined): Stage | undefined {
  if (target === undefined) return stages.at(-1);
  const name = target.toLowerCase();
  return stages.findLast((stage) => stage.name === name) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

function heirsOf(file: Dockerfile, stage: Stage): readonly Stage[] {
  const heirs = new Set([stage.index]);
  for (const other of file.stages) if (other.parent !== undefined && heirs.has(other.parent)) heirs.add(other.index);
  return file.stages.filter(({ index }) => heirs.has(index));
}

/** ARG before the first FROM: usable in FROM, and the default of an ARG without one. */
function globalArguments(file: Dockerfile, inputs: BuildInputs): ReadonlyMap<string, Variable> {
  const global = new Map<string, Variable>();
  for (const name of PLATFORM_ARGS) global.set(name, { value: undefined, overridable: true, from: undefined });
  const firstFrom = file.stages[0]?.from.index ?? 0;
  for (const instruction of file.instructions.slice(0, firstFrom)) {
    for (const { name, value } of readArguments(instruction, file.escape)) {
      const given = Object.hasOwn(inputs.buildArgs, name) ? inputs.buildArgs[name] : undefined;
      const fallback = value === undefined ? undefined : expandIn({ env: new Map(), args: global }, value, file).value;
      global.set(name, { value: given ?? fallback, overridable: given === undefined, from: instruction.index });
    }
  }
  return global;
}

/** The state at the start of a stage that is built from an image. */
function imageState(base: Variable): State {
  const image = base.value === undefined || base.value === '' ? UNKNOWN_IMAGE : describeImage(base.value);
  const env = new Map<string, Variable>();
  for (const [name, value] of Object.entries(image.env)) {
    env.set(name, { value, overridable: base.overridable, from: undefined });
  }
  for (const name of image.alsoSet ?? []) env.set(name, { value: undefined, overridable: false, from: undefined });
  return {
    env,
    args: new Map(),
    user: image.user,
    workdir: image.workdir ?? (image.official ? '/' : undefined),
    shell: image.shell === 'powershell' ? POWERSHELL : image.os === 'windows' ? WINDOWS_SHELL : DEFAULT_SHELL,
    image,
  };
}

/** A base that becomes an earlier stage's name once its variables are base. */
function namedStage(file: Dockerfile, stage: Stage, base: string | undefined): number | undefined {
  const name = base?.toLowerCase();
  return file.stages.slice(0, stage.index).findLast((other) => other.name === name)?.index;
}
