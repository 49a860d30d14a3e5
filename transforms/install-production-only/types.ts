import type { Run, Use } from '../../src/cache-mounts/index.js';
import type { Edit, Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import type { CopiedFile, Starts } from '../../src/runtime/index.js';
import type { Announcement } from '../../src/transform/index.js';

/** An install whose packages end in the image that a build gives. */
export interface Site {
  readonly facts: Facts;
  readonly run: Run;
  readonly use: Use;
  readonly project: ProjectFacts | undefined;
  /** The folder that it installs in, absolute in the image. */
  readonly folder: string;
  /** Where that folder lies in the image, when another stage installs in it. */
  readonly ships: string;
  /** What COPY brings before it, by path in the image. */
  readonly files: ReadonlyMap<string, CopiedFile>;
  /** The stage that ships: the install's own, or one that is built on it. */
  readonly target: Stage;
  /** What the container starts. */
  readonly starts: Starts;
}

/** How an install leaves development dependencies out. */
export interface Answer {
  readonly edits: readonly Edit[];
  /** As it is written: `--omit=dev`. */
  readonly by: string;
  /** What goes, by name. */
  readonly announces: readonly Announcement[];
  /** What was looked at to tell that nothing needs them. */
  readonly fact: string;
  /** Nothing of the project was looked at. */
  readonly isGuess?: boolean;
}

/** A package manager: what of it installs everything, and what proves that less is enough. */
export interface Manager {
  readonly name: string;
  /** An install of the project's own packages that brings those for development too. */
  installs(run: Run, use: Use): boolean;
  /** Why a later command may need them; undefined when it does not. The commands of the system are looked at before. */
  needs(use: Use): boolean;
  /** Undefined when there is nothing to leave out. */
  answer(site: Site): Answer | string | undefined;
}
