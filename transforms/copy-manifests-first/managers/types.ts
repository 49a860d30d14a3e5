import type { CommandPlace, State } from '../../../src/facts/index.js';
import type { ProjectFacts } from '../../../src/project/project.js';
import type { Invocation } from '../../../src/shell/index.js';
import type { Level } from '../../../src/transform/index.js';

/** A command with all that may be asked about it. */
export interface Question {
  readonly invocation: Invocation;
  readonly place: CommandPlace;
  readonly state: State;
  readonly project: ProjectFacts;
  /** The folder that the command works in. */
  readonly cwd: string;
  /** Where in the build context a file of the image comes from; undefined for a file that no COPY of the stage brought. */
  readonly source: (imagePath: string) => string | undefined;
  /** Whether a path of the image lies in a folder to which a COPY brings a folder of the context. */
  readonly isCopied: (imagePath: string) => boolean;
  /** The base image's reference; undefined when it is not known. */
  readonly image: string | undefined;
  /** Whether a path of the context is kept out by its ignore file. */
  readonly ignored: (contextPath: string) => boolean;
  /** The stage as written, up to the end of the command's RUN. */
  readonly stageText: string;
}

/** What an install reads of the build context. */
export interface Needs {
  /** The manager's name for people: "npm". */
  readonly manager: string;
  /** The folder of the context that stands in `cwd`. */
  readonly folder: string;
  readonly cwd: string;
  /** Files, and folders with all below them, by path in the context; none for a command that reads nothing of it. */
  readonly paths: readonly string[];
  /** Paths in the image of what it reads, where these are known better than by `paths`. */
  readonly images?: readonly string[];
  /** Paths in the image that the install fills: a later COPY must not bring the host's. */
  readonly fills: readonly string[];
  readonly evidence: string;
  /** Of named tools: the folder of the image that they are put in, which nothing but them is for. */
  readonly ownFolder?: string;
  /** `safe` when left out. */
  readonly level?: Level;
}

/** `undefined`: no install of this manager; a text: an install that cannot come before the source, and why. */
export type Answer = Needs | string | undefined;

/** A step that fetches what a later command would, to be put before the source. */
export interface Download extends Needs {
  readonly command: string;
  /** Where it is started. */
  readonly directory: string;
  /** The programs that start what it replaces. */
  readonly tool: RegExp;
  /** Commands that have fetched the same, or most of it, before. */
  readonly done: RegExp;
  /** Targets of cache mounts that keep the downloads between builds. */
  readonly mounted: RegExp;
}

/** A package manager: a new one is one file with one of these. */
export interface Manager {
  /** Programs, as invocations name them. */
  readonly tools: RegExp;
  /** What a command reads when it installs what manifests ask for. */
  readonly install: (question: Question) => Answer;
  /** The step that would download ahead what a command (a build, an install of the project itself) downloads by itself. */
  readonly download?: (question: Question) => Download | string | undefined;
}
