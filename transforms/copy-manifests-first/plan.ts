import type { Instruction } from '../../src/dockerfile/index.js';
import type { ShellCommand } from '../../src/shell/index.js';
import type { ContextCopy } from './copies.js';
import type { Download } from './managers/types.js';
import type { Blocked, Install, RunScan } from './scan-run.js';

/** One rewrite of a stage: COPYs that come after an install, but for the files that it reads. */
export interface Plan {
  /** COPYs that go below the install, in order. */
  readonly deferred: readonly ContextCopy[];
  /** Deferred COPYs all of whose files the next COPY brings anyway: they go. */
  readonly redundant: ReadonlySet<ContextCopy>;
  /** Image paths that the installs read. */
  readonly needed: ReadonlySet<string>;
  /** Those of them that other COPYs bring, which stay. */
  readonly brought: ReadonlySet<string>;
  readonly installs: readonly Install[];
  /** The instruction that the COPYs go below; with `split`, the part of it before the command goes first. */
  readonly after: Instruction;
  readonly split: { readonly scan: RunScan; readonly blocked: Blocked } | undefined;
  /** RUNs that only set owners and modes of what the COPYs bring: they stay right below these. */
  readonly followers: readonly Instruction[];
  /** A RUN that goes above the COPYs, which stay where they are; with `split`, the part of it before the command. */
  readonly hoisted: Instruction | undefined;
  /** RUNs of the project's own scripts that an install goes above. */
  readonly over?: readonly Instruction[];
  /** A step to be added before the source, for the RUN `before`. In place: the COPYs stay where they are, below it. */
  readonly download:
    | {
        readonly step: Download;
        readonly before: Instruction;
        /** The command that would download by itself; undefined where it stands in no script. */
        readonly own: ShellCommand | undefined;
        readonly inPlace: boolean;
        readonly prelude: readonly string[];
      }
    | undefined;
}

export interface Refusal {
  readonly reason: string;
  readonly at: Instruction;
}

export interface Accepted {
  readonly instruction: Instruction;
  readonly scan: RunScan;
}

/** Why a COPY may not come below an instruction, and so below those after it; below none where that is undefined. */
export interface Stuck {
  readonly reason: string;
  readonly by: Instruction | undefined;
}

/** What a walk over a stage has seen since it last met something that needs the source. */
export interface Segment {
  readonly copies: ContextCopy[];
  /** COPYs that may not come later, and why. */
  readonly stuck: Map<ContextCopy, Stuck>;
  readonly accepted: Accepted[];
}

/** What is known where a segment ends. */
export interface Walked {
  /** Folders that WORKDIR makes. */
  readonly homes: ReadonlySet<string>;
  readonly present: ReadonlyMap<string, string>;
  readonly segment: Segment;
}

/** A COPY of a folder, of which more files than an install reads may be expected. */
export function isBroad({ folders }: ContextCopy): boolean {
  return folders.length > 0;
}

export function isRead({ files }: ContextCopy, needed: ReadonlySet<string>): boolean {
  return [...files.keys()].every((path) => needed.has(path));
}

/** Settings of tools, which change seldom: not worth a diff of their own. */
const SETTINGS =
  /(?:^|\/)(?:[\w.-]*\.config\.[cm]?[jt]s|\.[\w-]+(?:rc)?(?:\.[\w.-]+)?|[\w.-]*\.(?:xml|ya?ml|toml|json|ini|conf|cfg|lock|md|txt)|Makefile|LICENSE|README|VERSION)$/;

/** Whether bringing an install before COPYs gains anything worth a diff: more than single settings files come later. */
export function isWorthwhile(deferred: readonly ContextCopy[], needed: ReadonlySet<string>): boolean {
  return deferred.some(
    (copy) => isBroad(copy) || [...copy.files].some(([image, from]) => !needed.has(image) && !SETTINGS.test(from)),
  );
}
