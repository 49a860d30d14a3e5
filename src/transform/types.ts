import type { Dockerfile, Edit, Span } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import type { History } from '../project/git-history.js';
import type { LineChanges } from '../project/line-history.js';
import type { ProjectFacts } from '../project/project.js';

/**
 * How sure a change is, decided by its evidence. `safe`: the image behaves the same for every run. `review`: what the
 * image contains changes, and the declared command still works. `unsafe`: plausible, some evidence is missing.
 */
export type Level = 'safe' | 'review' | 'unsafe';
export const LEVELS: readonly Level[] = ['safe', 'review', 'unsafe'];

/** When a transform runs; within a phase `after`, then the name, decide. */
export type Phase = 'base' | 'stages' | 'order' | 'install' | 'clean' | 'runtime';
export const PHASES: readonly Phase[] = ['base', 'stages', 'order', 'install', 'clean', 'runtime'];

export type OptionValue = boolean | number | string | readonly string[];
export type OptionsSpec = Readonly<Record<string, { readonly default: OptionValue; readonly describe: string }>>;
type Widen<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : T;
type OptionsOf<S extends OptionsSpec> = { readonly [K in keyof S]: Widen<S[K]['default']> };

export interface TransformMeta<S extends OptionsSpec = OptionsSpec> {
  /** Imperative kebab-case; the folder's name. */
  readonly name: string;
  /** One line, imperative, no full stop. */
  readonly summary: string;
  /** One sentence for a pull request: why this makes builds faster or images smaller. */
  readonly why: string;
  readonly phase: Phase;
  /** Transforms of the same phase that run earlier. */
  readonly after?: readonly string[];
  /** The highest level that its changes may have. */
  readonly level: Level;
  /**
   * Words, or keywords of instructions in capitals: a file that has none of one of these lists has nothing for the
   * transform to change or refuse, and is not shown to it. A word is a run of letters, digits, `_`, `+` and `-`.
   */
  readonly looksFor?: readonly (readonly string[])[];
  /**
   * Its changes stay within a command or the flags of its RUN: they give transforms of the phases before `install`
   * nothing to do that they did not have before.
   */
  readonly local?: true;
  /** It says itself where something is left for the next pass: after its own changes alone it is not asked again. */
  readonly saysMore?: true;
  /** What must hold beyond what the Dockerfile and its project prove; empty when `level` is `safe`. */
  readonly assumes: readonly string[];
  readonly needs: readonly ('project' | 'images' | 'history' | 'lines')[];
  /** `default`: on; `opt-in`: only when named. */
  readonly preset: 'default' | 'opt-in';
  /** Rules of other tools that ask for or forbid the same: their ignore comments hold here too. */
  readonly sameAs: readonly string[];
  readonly references: readonly string[];
  readonly options: S;
}

/** Carries an instruction, with the comment lines directly above it, to just before another one. */
export interface Move {
  readonly instruction: number;
  readonly before: number;
}

/** A difference that the image will show, named concretely, so that a proof can tell it from an unexplained one. */
export type Announcement =
  | {
      readonly kind: 'files';
      readonly effect: 'removed' | 'added' | 'changed';
      readonly paths: readonly string[];
      readonly why: string;
    }
  | {
      readonly kind: 'packages';
      readonly effect: 'removed' | 'added';
      readonly manager: string;
      readonly names: readonly string[];
      /** For packages of a project, with which those go that only they need: where they are installed, and what stays. */
      readonly project?: { readonly folders: readonly string[]; readonly kept: readonly string[] };
    }
  | {
      readonly kind: 'config';
      /** A field of the configuration as engines write it: `Cmd`, `Env`. */
      readonly field: string;
      /** Names in the field, such as variables; of Env and Labels there is at least one. */
      readonly names?: readonly string[];
      readonly why: string;
    };

/** What a change rests on: a fact, and where it was read. */
export interface Evidence {
  readonly fact: string;
  readonly span?: Span;
}

/** A change to a file beside the Dockerfile. */
export interface FileEdit {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** One thing that a transform does. */
export interface Change {
  readonly transform: string;
  readonly level: Level;
  /** The instruction that it is about: where a report points. */
  readonly at: Span;
  readonly edits: readonly (Edit | Move)[];
  readonly files: readonly FileEdit[];
  /** What is done, in one line: "mount the npm cache". */
  readonly what: string;
  readonly why: string;
  readonly evidence: readonly Evidence[];
  readonly announces: readonly Announcement[];
  /** Changes of one group stand or fall together. */
  readonly group: string;
}

/** What a transform writes down; the driver adds the transform's name and fills in what is left out. */
export type Proposal = Pick<Change, 'at' | 'edits' | 'what' | 'level'> &
  Partial<Pick<Change, 'why' | 'files' | 'evidence' | 'announces' | 'group'>>;

export interface TransformContext<S extends OptionsSpec = OptionsSpec> {
  readonly options: OptionsOf<S>;
  readonly facts: Facts;
  /** The build context; undefined for a lone file or standard input. */
  readonly project: ProjectFacts | undefined;
  /** What the last commits changed in the build context; undefined when that is not known. Asking may cost a process of git. */
  history(): History | undefined;
  /** How often the last commits changed lines of the Dockerfile; gives undefined when that was seldom. As costly, and undefined for a lone file. */
  readonly lines: (() => LineChanges | undefined) | undefined;
  /** The Dockerfile's path from the root of the build context; undefined when it is not known or lies elsewhere. */
  readonly dockerfile: string | undefined;
  /** Records a change. */
  propose(proposal: Proposal): void;
  /** Records that the pattern was seen and left alone, and why. */
  decline(reason: string, at: Span): void;
  /** Says that something is left for the next pass, which edits must not meet in this one. */
  more(): void;
}

/**
 * A transform looks at a Dockerfile and proposes changes; it never sees the disk and keeps no state. The driver applies
 * the proposals, so that one can be left out by level, by comment or by a failed check without losing the others.
 */
export interface Transform<S extends OptionsSpec = OptionsSpec> {
  readonly meta: TransformMeta<S>;
  find(file: Dockerfile, context: TransformContext<S>): void;
}

/** A transform whatever its options: what the driver and the index hold. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- options differ by transform; this alias is the only place
export type AnyTransform = Transform<any>;

/** Gives a transform its types; returns it unchanged. */
export function defineTransform<const S extends OptionsSpec>(transform: Transform<S>): Transform<S> {
  return transform;
}

export function isMove(edit: Edit | Move): edit is Move {
  return 'instruction' in edit;
}

/** Seen and left alone. */
export interface Refusal {
  readonly transform: string;
  readonly reason: string;
  /** Position in the input of the pass that reported it, and the instruction's first line there. */
  readonly line: number;
  readonly column: number;
  readonly instruction: string;
}

/** A change with its place in the text that it was made in. */
export interface AppliedChange extends Change {
  /** Line and column of `at` in the original text, where the instruction still stands there unchanged; else in the pass's text. */
  readonly line: number;
  readonly column: number;
  readonly pass: number;
}

/** A comment that asks dfix to leave something alone, and what is wrong with it. */
export interface DirectiveProblem {
  readonly line: number;
  readonly message: string;
}

export interface RunResult {
  readonly input: string;
  readonly output: string;
  readonly changes: readonly AppliedChange[];
  readonly refusals: readonly Refusal[];
  /** Proposed, but above the allowed level. */
  readonly withheld: readonly AppliedChange[];
  /** Transforms that threw, or whose change the safety net rolled back. */
  readonly faults: readonly { readonly transform: string; readonly message: string; readonly line?: number }[];
  readonly directiveProblems: readonly DirectiveProblem[];
  /** Set when the whole file is left alone on purpose. */
  readonly leftAlone: string | undefined;
  /** Other files that go with the rewrite: .dockerignore. */
  readonly files: readonly FileEdit[];
  readonly passes: number;
  /** False when the transforms did not come to rest; `output` is then the input. */
  readonly settled: boolean;
}
