import { TRAILER } from './commits.js';
import { hash, readControls, readState } from './state.js';

/** A commit on the branch that is not on the base. */
export interface BranchCommit {
  readonly author: string;
  readonly committer: string;
  readonly message: string;
  /** Whether its date is still the one that dfix gave it: amending a commit changes it. */
  readonly untouched: boolean;
}

/** The newest pull request from the branch. */
export interface PullRequest {
  readonly state: 'open' | 'closed' | 'merged';
  readonly title: string;
  readonly body: string;
  /** Whether dfix closed it as obsolete. */
  readonly closedByDfix: boolean;
  /** Whether dfix has said before that it leaves the branch alone. */
  readonly saidHandsOff: boolean;
  /** The commit that its branch is at, or was at when it was closed or merged. */
  readonly head: string;
}

export interface Situation {
  /** What the branch is to hold; undefined when there is nothing to change. */
  readonly wanted:
    { readonly content: string; readonly base: string; readonly body: string; readonly title: string } | undefined;
  readonly pull: PullRequest | undefined;
  /** Undefined when the branch does not exist. */
  readonly branch:
    | {
        readonly sha: string;
        readonly content: string;
        readonly base: string;
        readonly commits: readonly BranchCommit[];
      }
    | undefined;
  /** The address under which dfix commits. */
  readonly email: string;
}

export type Decision =
  | { readonly do: 'nothing'; readonly why: 'no changes' | 'unchanged' | 'closed by a person' }
  /** `push` is false when the branch already holds it: a run was cut off between push and open. */
  | { readonly do: 'open'; readonly push: boolean }
  | { readonly do: 'update'; readonly push: boolean; readonly describe: boolean }
  | { readonly do: 'hands off'; readonly comment: boolean }
  | { readonly do: 'close' };

/** What a run does about a branch and its pull request; the same situation always gives the same decision. */
export function decide({ wanted, pull, branch, email }: Situation): Decision {
  // What was merged is nobody's work any more.
  const isLeft = branch !== undefined && pull?.state === 'merged' && isAt(branch.sha, pull.head);
  const theirs = branch !== undefined && !isLeft && !branch.commits.every((commit) => isOurs(commit, email));
  if (pull?.state === 'closed' && !pull.closedByDfix) return { do: 'nothing', why: 'closed by a person' };
  const open = pull?.state === 'open' ? pull : undefined;
  const rebase = open !== undefined && readControls(open.body).rebase;
  if (theirs && !rebase) return { do: 'hands off', comment: open !== undefined && !open.saidHandsOff };
  if (wanted === undefined) return open === undefined ? { do: 'nothing', why: 'no changes' } : { do: 'close' };
  const push = rebase || branch === undefined || branch.content !== wanted.content || branch.base !== wanted.base;
  if (open === undefined) return { do: 'open', push };
  const describe = rebase || open.title !== wanted.title || !describes(open.body, wanted.body);
  return push || describe ? { do: 'update', push, describe } : { do: 'nothing', why: 'unchanged' };
}

/** Whether two ids are of the same commit; some platforms shorten theirs. */
function isAt(sha: string, head: string): boolean {
  return head.length >= 7 ? sha.startsWith(head) : sha === head;
}

/** A commit that a person amended keeps its author and its trailer, but neither its committer nor its date. */
function isOurs({ author, committer, message, untouched }: BranchCommit, email: string): boolean {
  return (
    untouched &&
    author === email &&
    committer === email &&
    message.split('\n').some((line) => line.startsWith(`${TRAILER}: `))
  );
}

/** Whether a description says what is wanted; platforms change line ends and the white space around it. */
function describes(body: string, wanted: string): boolean {
  const state = readState(body);
  const next = readState(wanted);
  if (state === undefined || next === undefined) return false;
  return (
    state.body === next.body &&
    state.content === next.content &&
    state.base === next.base &&
    hash(plain(body)) === hash(plain(wanted))
  );
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
