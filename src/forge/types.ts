import type { Level } from '../transform/types.js';
import type { SavedProof } from '../verify/saved-proof.js';

/** One change as a pull request tells it. */
interface ToldChange {
  readonly transform: string;
  readonly level: Level;
  readonly line: number;
  readonly what: string;
  readonly why: string;
  /** Whether a build has shown that the image still behaves the same. */
  readonly proven: boolean;
}

/** A pattern that was seen and left alone. */
interface ToldRefusal {
  readonly transform: string;
  readonly line: number;
  readonly reason: string;
}

/** What happens to one Dockerfile. */
export interface ToldFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly changes: readonly ToldChange[];
  readonly refusals: readonly ToldRefusal[];
  /** Undefined when nothing was built. */
  readonly proof: SavedProof | undefined;
}

/** The whole content of a file after a commit; the path is from the root of the repository, with `/`. */
export interface FileContent {
  readonly path: string;
  readonly text: string;
}

/** The changes of one transform, as one commit. */
export interface PlannedCommit {
  readonly family: string;
  readonly message: string;
  /** The files that differ from the commit before. */
  readonly files: readonly FileContent[];
}

export const PLATFORMS = ['github', 'gitlab', 'gitea', 'bitbucket'] as const;
export type Platform = (typeof PLATFORMS)[number];
