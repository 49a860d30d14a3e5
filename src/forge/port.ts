import type { BranchCommit } from './decide.js';
import type { Platform, PlannedCommit } from './types.js';

/** Who commits. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** A branch on a remote, against the base that was cloned. */
export interface RemoteBranch {
  readonly sha: string;
  readonly tree: string;
  /** The commit that it starts at; empty when it shares none with the base. */
  readonly base: string;
  /** Its commits that are not on the base. */
  readonly commits: readonly BranchCommit[];
}

/** A repository in a temporary folder: its base branch checked out as it is stored, nothing of it run. */
export interface Clone {
  /** The work tree. */
  readonly folder: string;
  readonly base: { readonly branch: string; readonly sha: string };
  /** Subjects of the last commits that are no merges, newest first. */
  readonly subjects: readonly string[];
  /** @param url another remote than the one cloned, such as a fork */
  branch(name: string, url?: string): Promise<RemoteBranch | undefined>;
  /**
   * Makes the commits on top of the base, without touching the work tree. The same commits get the same id whenever and
   * by whomever they are made: their date is that of the base.
   */
  commit(commits: readonly PlannedCommit[], author: Author): Promise<{ readonly sha: string; readonly tree: string }>;
  /**
   * @param sha undefined deletes the branch
   * @param expected what the branch is at; undefined when it is not there
   * @returns false when it is at something else by now
   */
  push(name: string, sha: string | undefined, expected: string | undefined, url?: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A pull request (on GitLab a merge request). */
export interface Pull {
  readonly number: number;
  /** Its web page. */
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  /** Without what marks a draft on platforms that mark it in the title. */
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  /** The branch that it is to be merged into. */
  readonly base: string;
  /** The commit that its branch is at, or was at when it was closed or merged. */
  readonly head: string;
}

/** Another copy of the repository, to push to where the repository itself may not be pushed to. */
export interface Fork {
  /** `owner/name`. */
  readonly path: string;
  /** What git pushes to. */
  readonly url: string;
}

interface NewPull {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly fork: Fork | undefined;
}

/** What of a pull request is to be other than it is. */
interface PullEdit {
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
  /** A reference from which git fetches that commit, and the repository that has it, where it is another one. */
  readonly ref: string;
  readonly url: string | undefined;
  /** Files that are there after it, and their lines that a remark can stand at. */
  readonly files: readonly { readonly path: string; readonly lines: { has(line: number): boolean } }[];
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
  edit(pull: Pull, edit: PullEdit): Promise<void>;
  /** Merges it, unless its branch has moved since it was looked at. */
  merge(pull: Pull): Promise<void>;
  comments(pull: number): Promise<readonly string[]>;
  comment(pull: number, text: string): Promise<void>;
  /** The fork of whom the token belongs to; made where there is none. */
  fork(): Promise<Fork>;
  reviewed(pull: number): Promise<ReviewedPull>;
  review(pull: number, head: string, comments: readonly ReviewComment[]): Promise<void>;
}
