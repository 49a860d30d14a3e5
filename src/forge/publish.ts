import { DfixError } from '../errors.js';
import { type Decision, decide } from './decide.js';
import type { Author, Clone, Forge, Fork, Pull, RemoteBranch } from './port.js';
import { hidden, readControls, readState } from './state.js';
import type { PlannedCommit } from './types.js';

/** What a pull request is to be, on the base as it is now. */
export interface Wanted {
  readonly commits: readonly PlannedCommit[];
  readonly title: string;
  /** With its state block. */
  readonly body: string;
}

interface PublishInput {
  readonly clone: Clone;
  /** Undefined: only the branch is pushed, and nothing is asked of the platform. */
  readonly forge: Forge | undefined;
  /** Where the branch is pushed to; the repository itself when undefined. */
  readonly fork: Fork | undefined;
  readonly branch: string;
  readonly author: Author;
  readonly draft: boolean;
  /** @returns undefined when nothing is left to change without these transforms */
  readonly plan: (dropped: readonly string[]) => Promise<Wanted | undefined>;
}

export type Outcome =
  'opened' | 'updated' | 'unchanged' | 'closed' | 'pushed' | 'no changes' | 'closed by a person' | 'hands off';

export interface Published {
  readonly outcome: Outcome;
  /** The pull request that it is about, where there is one. */
  readonly pull: { readonly number: number; readonly url: string } | undefined;
}

/** What stands at the end of the title of a pull request that dfix closed itself. */
const CLOSED = ' - autoclosed';
const HANDS_OFF = 'dfix:hands-off';
const MOST_TRIES = 5;

/** The note of a run that finds commits of others on its branch. */
const HANDS_OFF_NOTE =
  'Somebody else has committed to this branch, so dfix leaves it alone from now on. Tick the rebase box in the description to let dfix write the branch anew: the commits of others on it are lost then.';
const CLOSED_NOTE =
  'There is nothing left here that dfix would change, so it closes this pull request. Should there be again, it opens another.';
const TWICE_NOTE = 'Another run opened a pull request for this branch at the same time; that one stays.';

/**
 * Brings a branch and its pull request to where they should be, whatever an earlier run left behind, also one that was
 * killed or runs at the same moment: never two open pull requests.
 * @throws DfixError for what the platform or git refuses
 */
export async function publish(input: PublishInput): Promise<Published> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const done = await publishOnce(input);
    if (done !== undefined) return done;
  }
  throw new DfixError('raced', `the branch ${input.branch} keeps changing while dfix works on it`, {
    hint: 'run again when the other run has ended',
  });
}

/** @returns undefined when somebody else was faster: the situation is another one then */
async function publishOnce(input: PublishInput): Promise<Published | undefined> {
  const { clone, forge, fork, author } = input;
  const pulls = forge === undefined ? [] : await ownPulls(input, forge);
  const [open, ...twice] = pulls.filter(({ state }) => state === 'open');
  for (const one of twice) if (readState(one.body) !== undefined) await closeTwice(forge!, one);
  const pull = open ?? pulls.at(-1);
  const wanted = await input.plan(pull === undefined ? [] : readControls(pull.body).drop);
  const made = wanted === undefined ? undefined : await clone.commit(wanted.commits, author);
  const branch = await clone.branch(input.branch, fork?.url);
  const said = open === undefined ? [] : await forge!.comments(open.number);
  const decision = decide({
    wanted: wanted === undefined ? undefined : { ...wanted, content: made!.tree, base: clone.base.sha },
    pull: pull && {
      ...pull,
      closedByDfix: pull.title.endsWith(CLOSED),
      saidHandsOff: said.some((text) => text.includes(HANDS_OFF)),
    },
    branch: branch && { ...branch, content: branch.tree },
    email: author.email,
  });
  return execute(input, decision, { pull, branch, wanted, sha: made?.sha });
}

/** The pull requests from the branch into the base; another base is somebody else's idea. */
async function ownPulls({ branch, clone, fork }: PublishInput, forge: Forge): Promise<readonly Pull[]> {
  return (await forge.pulls(branch, fork)).filter(({ base }) => base === clone.base.branch);
}

interface Found {
  readonly pull: Pull | undefined;
  readonly branch: RemoteBranch | undefined;
  readonly wanted: Wanted | undefined;
  readonly sha: string | undefined;
}

async function execute(input: PublishInput, decision: Decision, found: Found): Promise<Published | undefined> {
  const { forge } = input;
  const { pull, wanted } = found;
  const about = (outcome: Outcome, one = pull): Published => ({
    outcome,
    pull: one && { number: one.number, url: one.url },
  });
  switch (decision.do) {
    case 'nothing':
      return about(decision.why);
    case 'hands off':
      if (decision.comment) {
        const note = `${HANDS_OFF_NOTE}\n\n${hidden(HANDS_OFF, forge!.platform)}`;
        await forge!.comment(pull!.number, note);
      }
      return about('hands off');
    case 'close':
      await forge!.comment(pull!.number, CLOSED_NOTE);
      await forge!.edit(pull!, { title: `${pull!.title}${CLOSED}`, close: true });
      // Gone or moved by now: then it is not ours to delete.
      if (found.branch !== undefined) await push(input, undefined, found);
      return about('closed');
    case 'update':
      if (decision.push && !(await push(input, found.sha, found))) return undefined;
      if (decision.describe) await forge!.edit(pull!, { title: wanted!.title, body: wanted!.body });
      return about('updated');
    case 'open':
      if (decision.push && !(await push(input, found.sha, found))) return undefined;
      if (forge === undefined) return about(decision.push ? 'pushed' : 'unchanged');
      return open(input, forge, wanted!, about);
  }
}

function push({ clone, branch, fork }: PublishInput, sha: string | undefined, found: Found): Promise<boolean> {
  return clone.push(branch, sha, found.branch?.sha, fork?.url);
}

async function open(
  input: PublishInput,
  forge: Forge,
  { title, body }: Wanted,
  about: (outcome: Outcome, pull: Pull) => Published,
): Promise<Published | undefined> {
  const { clone, fork, branch, draft } = input;
  const mine = await forge.open({ branch, base: clone.base.branch, title, body, draft, fork });
  if (mine === undefined) return undefined;
  // Not every platform refuses a second one: the first stays.
  const first = (await ownPulls(input, forge)).find(({ state }) => state === 'open');
  if (first === undefined || first.number >= mine.number) return about('opened', mine);
  await closeTwice(forge, mine);
  return undefined;
}

async function closeTwice(forge: Forge, pull: Pull): Promise<void> {
  await forge.comment(pull.number, TWICE_NOTE);
  await forge.edit(pull, { title: `${pull.title}${CLOSED}`, close: true });
}
