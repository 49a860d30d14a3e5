import type { Platform } from './types.js';

/** A pull request (on GitLab a merge request). */
export interface Pull {
  readonly number: number;
  /** Its web page. */
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly title: string;
  readonly body: string;
}

/** Another copy of the repository, to push to where the repository itself may not be pushed to. */
export interface Fork {
  /** `owner/name`. */
  readonly path: string;
  /** What git pushes to. */
  readonly url: string;
}

export interface NewPull {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly fork: Fork | undefined;
}

/** What of a pull request is to be other than it is. */
export interface PullEdit {
  readonly title?: string;
  readonly body?: string;
  readonly close?: boolean;
}

/** A remark on lines of a file as the pull request leaves it; it may hold a suggestion. */
export interface ReviewComment {
  readonly path: string;
  /** First and last line, from 1. */
  readonly start: number;
  readonly end: number;
  readonly body: string;
}

/** A pull request that somebody else opened, as a reviewer sees it. */
export interface ReviewedPull {
  /** The commit that its branch is at. */
  readonly head: string;
  /** A reference from which git fetches that commit out of the repository. */
  readonly ref: string;
  /** Files that are there after it, and their lines that a remark can stand at. */
  readonly files: readonly { readonly path: string; readonly lines: ReadonlySet<number> }[];
  /** The texts of all remarks on lines. */
  readonly remarks: readonly string[];
}

/** One repository on a platform. Every call throws a DfixError that says what the platform refused. */
export interface Forge {
  readonly platform: Platform;
  /** The pull requests from a branch, open or not, lowest number first. */
  pulls(branch: string, fork: Fork | undefined): Promise<readonly Pull[]>;
  /** Opens one; undefined when the platform says that there is one. */
  open(pull: NewPull): Promise<Pull | undefined>;
  edit(pull: number, edit: PullEdit): Promise<void>;
  comments(pull: number): Promise<readonly string[]>;
  comment(pull: number, text: string): Promise<void>;
  /** The fork of whom the token belongs to; made where there is none. */
  fork(): Promise<Fork>;
  reviewed(pull: number): Promise<ReviewedPull>;
  review(pull: number, head: string, comments: readonly ReviewComment[]): Promise<void>;
  /** A block that offers other text for the lines of a comment. */
  suggestion(text: string, lines: number): string;
}
