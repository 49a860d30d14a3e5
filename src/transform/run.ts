import { firstDisagreement } from '../dockerfile/agreement.js';
import { Dockerfile, type Edit, type Instruction, offsetsAfter, type Span } from '../dockerfile/index.js';
import { type BuildInputs, NO_INPUTS, readFacts } from '../facts/index.js';
import type { History } from '../project/git-history.js';
import type { LineChanges } from '../project/line-history.js';
import type { ProjectFacts } from '../project/project.js';
import { applyChanges } from './apply.js';
import { type Directives, readDirectives } from './directives.js';
import { inOrder } from './order.js';
import {
  type AnyTransform,
  type AppliedChange,
  type Change,
  isMove,
  type Level,
  LEVELS,
  type OptionsSpec,
  type OptionValue,
  PHASES,
  type Proposal,
  type Refusal,
  type RunResult,
  type TransformContext,
} from './types.js';

export interface RunOptions {
  readonly transforms: readonly AnyTransform[];
  /** Names of transforms that do not run here and that ignore comments may name all the same. */
  readonly otherNames?: readonly string[];
  /** The highest level of change to make; `review` by default. */
  readonly allow?: Level;
  /** Options by transform name, checked before. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  readonly project?: ProjectFacts | undefined;
  /** What the last commits changed in the build context; asked for when a change hangs on it. */
  readonly history?: (() => History | undefined) | undefined;
  /** How often the last commits changed lines of the Dockerfile; asked for when a change hangs on it. */
  readonly lines?: (() => LineChanges | undefined) | undefined;
  /** The Dockerfile's path from the root of the build context. */
  readonly dockerfile?: string | undefined;
  readonly inputs?: BuildInputs;
  /** Leaves out, with its group, every change that it is false for. */
  readonly accepts?: (change: AppliedChange) => boolean;
}

const MOST_PASSES = 10;

/**
 * Runs transforms over a Dockerfile until nothing changes. Pure: text and facts in, result out.
 * @throws DockerfileError when the text is not a Dockerfile.
 */
export function runTransforms(text: string, options: RunOptions): RunResult {
  return new Run(text, options).result();
}

/** The state of one run; lives for one call of `runTransforms`. */
class Run {
  readonly #changes: AppliedChange[] = [];
  readonly #withheld = new Map<AnyTransform, Map<string, AppliedChange>>();
  /** What each transform refused when it last looked. */
  readonly #refusals = new Map<AnyTransform, Map<string, Refusal>>();
  /** Where each transform last had nothing to change, or nothing more. */
  readonly #rests = new Map<AnyTransform, { readonly text: string; readonly reshaped: number }>();
  /** Whether the transform that looked last left something for the next pass. */
  #hasMore = false;
  /** How often transforms that are not local have changed the text. */
  #reshaped = 0;
  readonly #faults = new Map<string, RunResult['faults'][number]>();
  readonly #original: Dockerfile;
  /** For each instruction of the current text, the one that it was in the input, or the transform that wrote it. */
  #origins: readonly (number | string)[];
  readonly #ceiling: number;
  /** Ignore comments that ruled something out. */
  readonly #used = new Set<string>();
  #pass = 0;
  /** Which instructions begin at which lines of a text. */
  #firstLines: { readonly file: Dockerfile; readonly byLine: ReadonlyMap<number, number> } | undefined;
  /** The text that a transform last looked at. */
  #looked: Dockerfile | undefined;

  constructor(
    readonly input: string,
    readonly options: RunOptions,
  ) {
    this.#original = Dockerfile.parse(input);
    this.#origins = this.#original.instructions.map(({ index }) => index);
    this.#ceiling = LEVELS.indexOf(options.allow ?? 'review');
  }

  result(): RunResult {
    const transforms = inOrder(this.options.transforms);
    const directives = readDirectives(this.#original, transforms, this.#used, this.options.otherNames);
    if (directives.wholeFile) return this.#finish(this.#original, true, directives, '# dfix-ignore-file');
    let file = this.#original;
    const seen = new Set([file.text]);
    let settled = false;
    while (!settled && this.#pass < MOST_PASSES) {
      this.#pass++;
      const before = file;
      let ignores = readDirectives(file, transforms, this.#used);
      let waits: boolean | undefined;
      for (const transform of transforms) {
        if (isLate(transform)) {
          // What cleans up waits for what comes before it: a mount may take its place in the next pass.
          waits ??= file !== before;
          if (waits) break;
        }
        if (this.#hasNoNews(transform, file)) continue;
        const next = this.#runOne(transform, file, ignores);
        if (next !== file) {
          ignores = readDirectives(next, transforms, this.#used);
          if (transform.meta.local !== true) this.#reshaped++;
        }
        if (next === file || (transform.meta.saysMore === true && !this.#hasMore))
          this.#rests.set(transform, { text: next.text, reshaped: this.#reshaped });
        file = next;
      }
      settled = file.text === before.text && !this.#changed(this.#pass);
      if (!settled && seen.has(file.text)) break;
      seen.add(file.text);
    }
    if (!settled) this.#blameLastPass();
    const place = file === this.#original ? undefined : firstDisagreement(this.#original);
    if (place !== undefined) {
      this.#changes.length = 0;
      const reason = `two parsers disagree about where the instruction at line ${place.line} ends`;
      return this.#finish(this.#original, true, directives, reason);
    }
    return this.#finish(settled ? file : this.#original, settled, directives, undefined);
  }

  /** Whether nothing has happened that gives a transform which had nothing to change something to do. */
  #hasNoNews(transform: AnyTransform, { text }: Dockerfile): boolean {
    const rest = this.#rests.get(transform);
    return rest !== undefined && (rest.text === text || (isEarly(transform) && rest.reshaped === this.#reshaped));
  }

  #finish(file: Dockerfile, settled: boolean, directives: Directives, leftAlone: string | undefined): RunResult {
    return {
      input: this.input,
      output: file.text,
      changes: settled ? this.#changes : [],
      refusals: [...this.#refusals.values()].flatMap((found) => [...found.values()]),
      withheld: [...this.#withheld.values()].flatMap((found) => [...found.values()]),
      faults: [...this.#faults.values()],
      directiveProblems: directives.problems(),
      leftAlone,
      files: settled ? this.#changes.flatMap(({ files }) => files) : [],
      passes: this.#pass,
      settled,
    };
  }

  /** Whether a pass edited the file, even when its edits undid each other. */
  #changed(pass: number): boolean {
    return this.#changes.some((change) => change.pass === pass && change.edits.length > 0);
  }

  /** Whether a change to other files only was made in an earlier pass: the context that transforms see stays as it was. */
  #isDone({ transform, edits, files }: Change): boolean {
    const same = (change: Change): boolean =>
      change.transform === transform && JSON.stringify(change.files) === JSON.stringify(files);
    return edits.length === 0 && this.#changes.some(same);
  }

  /** Names the transforms that still changed something when the run was given up. */
  #blameLastPass(): void {
    const culprits = new Set(this.#changes.filter(({ pass }) => pass === this.#pass).map(({ transform }) => transform));
    const message = `does not come to rest (with ${[...culprits].join(', ')})`;
    for (const transform of culprits) this.#faults.set(`${transform} unsettled`, { transform, message });
  }

  #runOne(transform: AnyTransform, file: Dockerfile, directives: Directives): Dockerfile {
    const { name } = transform.meta;
    // Deleted first: what is said last stands last.
    const refusals = this.#refusals.get(transform);
    const withheld = this.#withheld.get(transform);
    this.#refusals.delete(transform);
    this.#withheld.delete(transform);
    if (!concerns(transform, file)) return file;
    const facts = readFacts(file, this.options.inputs ?? NO_INPUTS, this.#looked);
    this.#looked = file;
    this.#hasMore = false;
    const proposals: Change[] = [];
    const context: TransformContext = {
      options: optionsFor(transform, this.options.options?.[name]),
      facts,
      project: this.options.project,
      history: () => this.options.history?.(),
      lines: this.options.lines,
      dockerfile: this.options.dockerfile,
      propose: (proposal) => void proposals.push(complete(transform, proposal, proposals.length)),
      decline: (reason, at) => this.#refuse(transform, reason, at, file),
      more: () => void (this.#hasMore = true),
    };
    try {
      transform.find(file, context);
    } catch (error) {
      this.#faults.set(`${name}!`, { transform: name, message: `failed: ${(error as Error).message}` });
      return file;
    }
    const allowed = this.#allowed(
      transform,
      proposals.filter((change) => !this.#isDone(change)),
      file,
      directives,
    );
    if (withheld !== undefined && !this.#withheld.has(transform) && this.#refusals.has(transform)) {
      // Changes of others stand in its way by now; had it been allowed, it would have come before them.
      this.#withheld.set(transform, withheld);
      this.#refusals.set(transform, refusals ?? new Map());
    }
    this.#keepFirstReasons(transform, refusals);
    return allowed.length === 0 ? file : this.#apply(file, allowed);
  }

  /**
   * Where a transform goes on refusing a line, or the one thing that it does, its first reasons hold: later ones may come
   * from what others wrote meanwhile.
   */
  #keepFirstReasons(transform: AnyTransform, before: ReadonlyMap<string, Refusal> | undefined): void {
    const now = this.#refusals.get(transform);
    if (before === undefined || now === undefined || now === before) return;
    const known = new Set([...before.values()].map(({ line }) => line));
    const still = new Set([...now.values()].map(({ line }) => line));
    const single = before.size === 1 && now.size === 1;
    const kept = [...before].filter(([, { line }]) => single || still.has(line));
    this.#refusals.set(
      transform,
      new Map([...kept, ...[...now].filter(([, { line }]) => !single && !known.has(line))]),
    );
  }

  /** Leaves out whole groups that an ignore comment rules out or that are above the level. */
  #allowed(
    transform: AnyTransform,
    proposals: readonly Change[],
    file: Dockerfile,
    directives: Directives,
  ): readonly Change[] {
    const ruledOut = new Set<string>();
    const above = new Set<string>();
    for (const change of proposals) {
      if (touched(file, change).some((instruction) => directives.ignores(transform, instruction)))
        ruledOut.add(change.group);
      if (this.options.accepts?.(this.#placed(change, file)) === false) ruledOut.add(change.group);
      if (LEVELS.indexOf(change.level) > this.#ceiling) above.add(change.group);
    }
    for (const change of proposals) {
      if (above.has(change.group) && !ruledOut.has(change.group)) {
        const key = `${change.at.start} ${change.what}`;
        entriesOf(this.#withheld, transform).set(key, this.#placed(change, file));
      }
    }
    return proposals.filter(({ group }) => !ruledOut.has(group) && !above.has(group));
  }

  /** Applies all; where the safety net objects, applies group by group and leaves out only what is at fault. */
  #apply(file: Dockerfile, changes: readonly Change[]): Dockerfile {
    const inputs = this.options.inputs ?? NO_INPUTS;
    const whole = applyChanges(file, changes, inputs);
    if (whole.fault === undefined) {
      this.#changes.push(...changes.map((change) => this.#placed(change, file)));
      this.#follow(file, whole.file, changes, whole.edits);
      return whole.file;
    }
    let kept: readonly Change[] = [];
    let result = file;
    let edits: readonly Edit[] = [];
    for (const group of new Set(changes.map((change) => change.group))) {
      const members = changes.filter((change) => change.group === group);
      const tried = applyChanges(file, [...kept, ...members], inputs);
      if (tried.fault === undefined) {
        kept = [...kept, ...members];
        result = tried.file;
        edits = tried.edits;
      } else {
        const { line } = file.position(members[0]!.at.start);
        const { transform } = members[0]!;
        this.#faults.set(`${transform} ${line}`, { transform, line, message: `rolled back: ${tried.fault}` });
        this.#hasMore = true;
      }
    }
    this.#changes.push(...kept.map((change) => this.#placed(change, file)));
    this.#follow(file, result, kept, edits);
    return result;
  }

  #placed(change: Change, file: Dockerfile): AppliedChange {
    const { line, column } = this.#originalPosition(file, change.at);
    return {
      line,
      column,
      pass: this.#pass,
      ...change,
      what: this.#inOriginalLines(file, change.what),
      evidence: change.evidence.map((one) => ({ ...one, fact: this.#inOriginalLines(file, one.fact) })),
    };
  }

  /** A text with the lines that it names as they are in the input, where their instructions were there already. */
  #inOriginalLines(file: Dockerfile, text: string): string {
    if (file === this.#original) return text;
    if (this.#firstLines?.file !== file) {
      const byLine = new Map(file.instructions.map(({ lines, index }) => [lines.first, index]));
      this.#firstLines = { file, byLine };
    }
    const { byLine } = this.#firstLines;
    const inOriginal = (line: string): string => {
      const index = byLine.get(Number(line));
      if (index === undefined) return line;
      const origin = this.#origins[index]!;
      return typeof origin === 'string'
        ? `${line} of the new file`
        : String(this.#original.instructions[origin]!.lines.first);
    };
    return text.replace(/\blines? \d+(?:(?:, | and )\d+)*/g, (named) => named.replace(/\d+/g, inOriginal));
  }

  /** Carries the origins over an application of changes: an instruction is where the edits put its first character. */
  #follow(before: Dockerfile, after: Dockerfile, changes: readonly Change[], edits: readonly Edit[]): void {
    const [first] = changes;
    if (first === undefined) return;
    const placeAfter = offsetsAfter(edits);
    const starts = new Map(after.instructions.map(({ span, index }) => [span.start, index]));
    const origins: (number | string)[] = after.instructions.map(() => first.transform);
    for (const { span, index } of before.instructions) {
      const now = starts.get(placeAfter(span.start));
      if (now !== undefined) origins[now] = this.#origins[index]!;
    }
    this.#origins = origins;
  }

  /** A place in the input, where the instruction was there already; else the place in this text. */
  #originalPosition(file: Dockerfile, at: Span): { line: number; column: number } {
    const now = file.instructionsIn({ start: at.start, end: at.start })[0];
    const origin = now === undefined ? undefined : this.#origins[now.index];
    const then = typeof origin === 'number' ? this.#original.instructions[origin] : undefined;
    return then === undefined ? file.position(at.start) : this.#original.position(then.span.start);
  }

  /** Notes a refusal, unless it is of an instruction that another transform has written. */
  #refuse(transform: AnyTransform, said: string, at: Span, file: Dockerfile): void {
    const [now] = file.instructionsIn({ start: at.start, end: at.start });
    const origin = now === undefined ? undefined : this.#origins[now.index];
    if (typeof origin === 'string' && origin !== transform.meta.name) return;
    const { line, column } = this.#originalPosition(file, at);
    const reason = this.#inOriginalLines(file, said);
    const instruction = file.slice(at).split(/\r?\n/, 1)[0]!.slice(0, 80);
    const refusal = { transform: transform.meta.name, reason, line, column, instruction };
    entriesOf(this.#refusals, transform).set(`${line} ${reason}`, refusal);
  }
}

function entriesOf<T>(all: Map<AnyTransform, Map<string, T>>, transform: AnyTransform): Map<string, T> {
  let entries = all.get(transform);
  if (entries === undefined) all.set(transform, (entries = new Map()));
  return entries;
}

/** Whether a file has the words without which a transform has nothing to say. */
function concerns({ meta }: AnyTransform, { words }: Dockerfile): boolean {
  return meta.looksFor?.every((list) => list.some((word) => words.has(word))) !== false;
}

function isEarly({ meta: { phase } }: AnyTransform): boolean {
  return PHASES.indexOf(phase) < PHASES.indexOf('install');
}

function isLate({ meta: { phase } }: AnyTransform): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf('clean');
}

/** The instructions that a change is about, carries or edits; an insertion at an edge does not count. */
function touched(file: Dockerfile, change: Change): readonly Instruction[] {
  const found = new Set(file.instructionsIn({ start: change.at.start, end: change.at.start }).slice(0, 1));
  for (const edit of change.edits) {
    if (isMove(edit)) found.add(file.instructions[edit.instruction]!);
    else {
      for (const instruction of file.instructionsIn(edit.span)) {
        if (edit.span.start < instruction.span.end && edit.span.end > instruction.span.start) found.add(instruction);
      }
    }
  }
  return [...found];
}

function complete(transform: AnyTransform, proposal: Proposal, count: number): Change {
  return {
    transform: transform.meta.name,
    why: transform.meta.why,
    files: [],
    evidence: [],
    announces: [],
    group: `${transform.meta.name} ${count}`,
    ...proposal,
  };
}

function optionsFor(transform: AnyTransform, given: Readonly<Record<string, OptionValue>> | undefined) {
  const spec = transform.meta.options as OptionsSpec;
  const options: Record<string, OptionValue> = {};
  for (const [name, { default: fallback }] of Object.entries(spec)) {
    options[name] = given !== undefined && Object.hasOwn(given, name) ? given[name]! : fallback;
  }
  return options;
}
