import {
  argumentText,
  type Dockerfile,
  type Instruction,
  mountsOf,
  type Stage,
  sourceStage,
} from '../dockerfile/index.js';
import { type BuildInputs, expandIn, type Facts, joinPath, readFacts, type State } from '../facts/index.js';
import { PREDEFINED_ARGS } from '../facts/state.js';
import { once } from '../once.js';
import { isRemoteSource } from '../project/copy-sources.js';
import type { Selector } from './context-view.js';

/** What a step reads beside the file system that it stands on; BuildKit compares it by content. */
export type Read =
  | { readonly from: 'context'; readonly selector: Selector }
  | { readonly from: 'stage'; readonly stage: number; readonly path: string };

/** A step that BuildKit caches: RUN, COPY, ADD or WORKDIR. Other instructions make no step of their own. */
export interface Step {
  readonly instruction: Instruction;
  readonly stage: number;
  /** All that its cache key takes from the Dockerfile and the build arguments; worked out when it is asked for. */
  readonly definition: () => string;
  readonly reads: readonly Read[];
  /** `COPY --link`: does not stand on the file system before it, where the engine can merge layers. */
  readonly linked: boolean;
  /** COPY and ADD: the sources as expanded, and the absolute destination; undefined when it is not known. */
  readonly sources: readonly string[];
  readonly target: string | undefined;
}

export interface StagePlan {
  readonly stage: Stage;
  /** The stage that this one is built FROM; undefined for an image. */
  readonly parent: number | undefined;
  /** The image at the root, variables expanded; as written when it is not known. */
  readonly image: string;
  readonly steps: readonly Step[];
}

/** The steps of a build, stages in the order of the file, only those that the target needs. */
export interface BuildPlan {
  readonly file: Dockerfile;
  readonly facts: Facts;
  readonly stages: readonly StagePlan[];
}

/** The steps that BuildKit makes of a Dockerfile under given inputs. */
export function planBuild(file: Dockerfile, inputs: BuildInputs): BuildPlan {
  const facts = readFacts(file, inputs);
  const stages = file.stages.map((stage) => planStage(stage, file, facts));
  const needed = new Set<number>();
  const need = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    const { parent, steps } = stages[index]!;
    if (parent !== undefined) need(parent);
    for (const { reads } of steps) for (const read of reads) if (read.from === 'stage') need(read.stage);
  };
  const target = targetStage(file, inputs.target);
  if (target !== undefined) need(target);
  return { file, facts, stages: stages.filter(({ stage }) => needed.has(stage.index)) };
}

/** The stage that `--target` names, by name or number; the last one without it, or when there is none of that name. */
function targetStage(file: Dockerfile, target: string | undefined): number | undefined {
  const { stages } = file;
  const byName = stages.findLast(({ name }) => name !== undefined && name === target?.toLowerCase());
  const byNumber = target !== undefined && /^\d+$/.test(target) ? stages[Number(target)] : undefined;
  return (byName ?? byNumber ?? stages.at(-1))?.index;
}

function planStage(stage: Stage, file: Dockerfile, facts: Facts): StagePlan {
  const steps: Step[] = [];
  for (const instruction of stage.instructions) {
    const state = facts.before(instruction);
    if (state === undefined) continue;
    const add = (planned: Planned): void => void steps.push({ instruction, stage: stage.index, ...planned });
    const from = { file, facts, stage, state };
    if (instruction.keyword === 'RUN') add(planRun(instruction, from));
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') add(planCopy(instruction, from));
    if (instruction.keyword === 'WORKDIR') {
      const path = facts.before(file.instructions[instruction.index + 1] ?? instruction)?.workdir;
      const definition = once(() =>
        JSON.stringify(['WORKDIR', path ?? expanded(argumentText(instruction), state, file)]),
      );
      add({ definition, reads: [], linked: false, sources: [], target: undefined });
    }
  }
  const image = facts.rootImage(stage) ?? stage.base;
  return { stage, parent: facts.parent(stage), image, steps };
}

interface Place {
  readonly file: Dockerfile;
  readonly facts: Facts;
  readonly stage: Stage;
  readonly state: State;
}

type Planned = Omit<Step, 'instruction' | 'stage'>;

function planRun(instruction: Instruction, { file, stage, state }: Place): Planned {
  const mounts = mountsOf(instruction).map((mount) => {
    const text = (value: string | undefined): string | undefined =>
      value === undefined ? undefined : expanded(value, state, file);
    return { ...mount, target: text(mount.target), from: text(mount.from), source: text(mount.source) };
  });
  const reads = mounts.flatMap(({ type, from, source }): readonly Read[] => {
    if (type !== 'bind' && (type !== 'cache' || from === undefined)) return [];
    return readOf(from, source, file, stage);
  });
  const definition = once(() => {
    // An id says where a cache is kept, and which secret is meant: BuildKit leaves the first out of the key.
    const described = mounts.map(({ type, target, from, source, id, options }) => [
      type,
      target,
      type === 'cache' ? undefined : id,
      source,
      from === undefined || sourceStage(file.stages, stage, from) !== undefined ? undefined : from,
      options.has('rw') || options.has('readwrite'),
    ]);
    const flags = instruction.flags.filter(({ name }) => name !== 'mount').map(({ name, value }) => [name, value]);
    return JSON.stringify([
      'RUN',
      instruction.json === undefined ? state.shell : 'exec',
      argumentText(instruction),
      instruction.heredocs.map(({ body }) => file.slice(body)),
      environmentOf(state),
      state.workdir,
      state.user,
      described,
      flags,
    ]);
  });
  return { definition, reads, linked: false, sources: [], target: undefined };
}

/** What a RUN finds in its environment: ENV, and each ARG in scope that has a value, used or not. */
function environmentOf({ env, args }: State): readonly (readonly [string, string | undefined])[] {
  const all = new Map<string, string | undefined>();
  for (const [name, { value }] of args) if (value !== undefined && !PREDEFINED_ARGS.has(name)) all.set(name, value);
  for (const [name, { value }] of env) all.set(name, value);
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
}

function planCopy(instruction: Instruction, { file, stage, state }: Place): Planned {
  const words = instruction.json?.map(({ value }) => value) ?? argumentText(instruction).split(/[\t\v\f\r ]+/);
  const sources = words.slice(0, -1).map((word) => expanded(word, state, file));
  const written = expanded(words.at(-1) ?? '', state, file);
  const target = written.startsWith('/')
    ? joinPath('/', written)
    : state.workdir === undefined
      ? undefined
      : joinPath(state.workdir, written);
  const flags = instruction.flags.map(
    ({ name, value }) => [name, value === undefined ? '' : expanded(value, state, file)] as const,
  );
  const from = flags.find(([name]) => name === 'from')?.[1];
  const isOn = (wanted: string): boolean => flags.some(([name, value]) => name === wanted && value !== 'false');
  const exclude = flags.filter(([name]) => name === 'exclude').map(([, value]) => value);
  const local = sources.filter((source) => !source.startsWith('<<') && !isRemoteSource(source));
  const reads =
    from === undefined
      ? local.map((source): Read => ({
          from: 'context',
          selector: { kind: 'sources', sources: [source], flags: { exclude, parents: isOn('parents') } },
        }))
      : local.flatMap((source) => readOf(from, source, file, stage));
  const definition = once(() => {
    const known = from !== undefined && sourceStage(file.stages, stage, from) !== undefined;
    return JSON.stringify([
      instruction.keyword,
      sources,
      target ?? [state.workdir, written],
      written.endsWith('/'),
      flags.filter(([name]) => !known || name !== 'from'),
      instruction.heredocs.map(({ body, expand }) =>
        expand ? expanded(file.slice(body), state, file) : file.slice(body),
      ),
    ]);
  });
  return { definition, reads, linked: isOn('link'), sources, target };
}

/** What is read from a stage, or from the context; an image never changes here. */
function readOf(from: string | undefined, path: string | undefined, file: Dockerfile, stage: Stage): readonly Read[] {
  if (from === undefined) {
    return [{ from: 'context', selector: { kind: 'sources', sources: [path ?? '.'], flags: {} } }];
  }
  const source = sourceStage(file.stages, stage, from);
  return source === undefined ? [] : [{ from: 'stage', stage: source.index, path: joinPath('/', path ?? '') }];
}

/** The text with its variables; where a value is not known, the text as written, which never changes either. */
function expanded(text: string, state: State, file: Dockerfile): string {
  return expandIn(state, text, file).value ?? text;
}
