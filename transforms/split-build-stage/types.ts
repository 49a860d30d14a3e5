import type { OfficialBase } from '../../src/bases/index.js';
import type { Edit, Instruction, Stage } from '../../src/dockerfile/index.js';
import type { Facts, State } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import type { Service } from '../../src/project/services.js';
import type { CopiedFile, StartSite } from '../../src/runtime/index.js';
import type { Invocation } from '../../src/shell/index.js';
import type { Announcement, Evidence, Level } from '../../src/transform/index.js';

/**
 * The frame (`index.ts`) finds the stage that ships, reads what every stack asks for into a `Subject`, and asks the stacks of
 * `stacks/` in turn. A stack knows its language only: which steps build, what they make, what the program reads at run time.
 * The frame knows Dockerfiles: it names the stages and carries over ENV, ARG, WORKDIR, USER, SHELL, EXPOSE, VOLUME, LABEL,
 * STOPSIGNAL, HEALTHCHECK, ENTRYPOINT and CMD, or declines where one of them cannot be carried.
 */
export interface Stack {
  readonly name: string;
  /** False where the base image alone says that a stage is not of this stack; nothing else of it is read then. */
  readonly isFor?: (subject: Pick<Subject, 'base' | 'facts' | 'stage'>) => boolean;
  /** Called through {@link ask}. */
  plan(subject: Subject): Answer;
}

/** Undefined: the stage is not of this stack, the next one is asked. */
export type Answer = Plan | Declined | undefined;

export function ask(stack: Stack, subject: Subject): Answer {
  return stack.isFor?.(subject) === false ? undefined : stack.plan(subject);
}

/** The stage is of this stack, and is left as it is. */
export interface Declined {
  readonly reason: string;
  readonly at: Instruction;
}

/** The stage that ships, with what the stacks want to know of it. */
export interface Subject {
  readonly facts: Facts;
  readonly stage: Stage;
  /** The official image that its own FROM names; undefined for other images and for earlier stages. */
  readonly base: OfficialBase | undefined;
  readonly project: ProjectFacts | undefined;
  readonly options: {
    /** The image for static Go programs; `alpine` alone takes the version of the build stage where it names one. */
    readonly image: string;
  };
  /** The commands of every RUN of the stage, in order. */
  readonly steps: readonly Step[];
  /** What the container runs. */
  readonly command: ContainerCommand;
  /** The files that COPY and ADD of this stage bring, by absolute path in the image; the last copy of a path wins. */
  readonly files: ReadonlyMap<string, CopiedFile>;
  /** Users and groups that the frame takes along to the final stage. */
  readonly accounts: ReadonlySet<string>;
  /** Why a RUN of the stage is not understood; undefined when all are. */
  readonly opaque: Declined | undefined;
  /** False when a COPY or ADD brings files that are not known: no project, a URL, a variable, a here-document. */
  readonly filesComplete: boolean;
  /** The stage that ships gets the same files as before: which of them the program reads need not be known. */
  readonly filesStay?: boolean;
  /** What compose files, manifests of Kubernetes and scripts start in containers of this stage. */
  readonly services: readonly Service[];
}

export interface Step {
  readonly instruction: Instruction;
  readonly invocation: Invocation;
  /** Where the command starts in the source; undefined for a RUN in JSON form, which is not edited. */
  readonly start: number | undefined;
  /** Where it ends; undefined where the start is. */
  readonly end: number | undefined;
  readonly cwd: string | undefined;
  readonly state: State;
  /** The value of a variable where the command runs, `A=b command` included; undefined when unset or not known. */
  readonly variable: (name: string) => string | undefined;
  /** A word with its variables filled in; undefined when one is not known. */
  readonly text: (word: Invocation['args'][number]) => string | undefined;
}

export interface ContainerCommand {
  /** The words that the container starts, ENTRYPOINT and CMD joined; a plain command in shell form is read as its words. */
  readonly words: readonly string[];
  /** False where a shell is needed to start it: an operator, a variable, `cd`. */
  readonly plain: boolean;
  /** Whether it is one command whose program is literal, though a shell expands its arguments. */
  readonly single: boolean;
  /** The commands of the HEALTHCHECK, none without one; undefined when it is not understood. */
  readonly healthCheck: readonly Invocation[] | undefined;
  /** The instruction that names the program; undefined when none is declared in this stage. */
  readonly at: Instruction | undefined;
  readonly workdir: string | undefined;
}

/** Where an instruction stands afterwards. */
export type Place = 'build' | 'final' | 'both' | 'moved';

export interface Plan {
  /** Reference of the image that ships, as it is to be written: `alpine:3.20`, `debian:bookworm-slim`. */
  readonly image: string;
  /** In one line: "ship server on alpine:3.20 and leave the Go toolchain in a build stage". */
  readonly what: string;
  /**
   * Places of RUN, COPY and ADD that are not `build`. `final`: it goes, with its comments, behind the files that are copied;
   * `both`: it is repeated before them; `moved`: it stands before them, and no more in the build stage. Of all other instructions the frame decides.
   */
  readonly places: ReadonlyMap<Instruction, Exclude<Place, 'build'>>;
  /** What comes out of the build stage, in the order of the lines to write. */
  readonly copies: readonly Copied[];
  /** System packages of the final stage, installed right after its FROM. */
  readonly packages: readonly RuntimePackage[];
  /** The package manager of the final stage. */
  readonly manager: 'apk' | 'apt';
  /** Whether apt takes what its packages recommend, as it did in the one stage. */
  readonly recommends: boolean;
  /** Commands of further RUNs at the end of the build stage: `npm prune --omit=dev`. */
  readonly buildRuns: readonly string[];
  /** Edits within what stays in the build stage: a variable in front of a compiler. */
  readonly edits: readonly Edit[];
  /** What comes out of the build stage before all that is carried over: lists of users. */
  readonly firstCopies: readonly Copied[];
  /** What of a RUN that stays in the build stage is done in the final one, too, in its place. */
  readonly again: ReadonlyMap<Instruction, string>;
  /** Commands of further RUNs in the final stage, behind the files that are copied. */
  readonly finalRuns: readonly string[];
  /** Variables that only a build reads: left out of the final stage, and announced. */
  readonly buildVariables: ReadonlySet<string>;
  /** Variables that the base image of the build stage set and the program needs: written as ENV. */
  readonly variables: ReadonlyMap<string, string>;
  readonly level: Level;
  readonly evidence: readonly Evidence[];
  /** What build steps make and the image will not have, beside what the frame announces: files that are copied, variables. */
  readonly announces: readonly Announcement[];
}

/** A smaller image for a stage that only runs what earlier ones made. */
export interface RuntimeBase {
  readonly image: string;
  readonly level: 'review' | 'unsafe';
  readonly evidence: readonly string[];
  /** Whether the system's own commands, such as curl, are the same on both. */
  readonly sameCommands: boolean;
  /** Variables that the old base set and the new one sets to something else. */
  readonly variables: ReadonlyMap<string, string>;
  /** Names of the variables that bases of this kind set, each to its own values. */
  readonly sets: readonly string[];
}

export interface Copied {
  /** Absolute path in the build stage. */
  readonly from: string;
  /** Absolute path in the final stage; a folder's content goes into it. */
  readonly to: string;
  /** Who owns a folder there, where the copy would be root's. */
  readonly owner?: string;
}

export interface RuntimePackage {
  readonly name: string;
  readonly why: string;
}

/** A plan with nothing more than the least. */
export function plan(least: Pick<Plan, 'image' | 'what' | 'copies' | 'level'> & Partial<Plan>): Plan {
  return {
    places: new Map(),
    packages: [],
    manager: 'apk',
    recommends: false,
    buildRuns: [],
    edits: [],
    firstCopies: [],
    again: new Map(),
    finalRuns: [],
    buildVariables: new Set(),
    variables: new Map(),
    evidence: [],
    announces: [],
    ...least,
  };
}

export function declined(reason: string, at: Instruction): Declined {
  return { reason, at };
}

export function isDeclined(answer: Plan | Declined): answer is Declined {
  return 'reason' in answer;
}

/** What is needed to follow what the container starts; only with a project. */
export function startOf({ facts, stage, command, files, project }: Subject): StartSite {
  return { facts, stage, workdir: command.workdir, files, context: project!.context };
}
