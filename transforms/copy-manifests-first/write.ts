import type { Dockerfile, Edit, Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { type ContextCopy, textAt } from './copies.js';
import { manifestCopies } from './manifests.js';
import type { Plan } from './plan.js';
import { downloadLine } from './download.js';
import { splitAt } from './split.js';
import type { View } from './view.js';

/** A comment about installing, above a COPY that the manifests take the place of, stays with the install. */
const ABOUT_INSTALL = /\b(?:install|dependenc|deps|packages?|requirements|modules)/i;
const ABOUT_SOURCE = /\b(?:cop(?:y|ies|ied)|source|code|files|app(?:lication)?|project)\b/i;

/** The edits that carry a plan out, or why it cannot be written. */
export function editsOf(
  file: Dockerfile,
  facts: Facts,
  plan: Plan,
  view: View,
): readonly Edit[] | { readonly reason: string } {
  const { eol } = file;
  const edits: Edit[] = [];
  const blocks: string[] = [];
  const inPlace = staysInPlace(facts, plan);
  const lines: string[] = [];
  const workdir = workdirAt(facts, plan);
  let blank = false;
  for (const copy of plan.deferred) {
    const manifests = manifestCopies(file, copy, plan.needed, view);
    if ('reason' in manifests) return manifests;
    if (inPlace) {
      lines.push(...manifests);
      continue;
    }
    const text = textAt(file, copy, workdir);
    if (text === undefined)
      return { reason: `COPY at line ${copy.instruction.lines.first} cannot be written for another directory` };
    const taken = takeOut(file, copy, manifests);
    edits.push(...taken.edits);
    blocks.push(taken.comments + text);
    blank ||= taken.blank;
  }
  const joint = eol + (blank ? eol : '');
  const download = plan.download === undefined ? undefined : downloadLine(file, facts, plan, plan.download, inPlace);
  if (typeof download === 'object') return download;
  if (inPlace) {
    const first = plan.deferred[0]!.instruction;
    const at = file.blockOf(first).start;
    const gap = blankAfter(file, first) > 0 ? eol : '';
    const text = [...lines, download!].map((line) => line + eol).join('') + gap;
    return [{ span: { start: at, end: at }, text }];
  }
  if (download !== undefined) blocks.unshift(download);
  if (plan.split !== undefined) {
    const split = splitAt(file, facts, plan, blocks.join(joint), joint);
    return 'reason' in split ? split : [...edits, split];
  }
  const at = plan.after.span.end;
  return [...edits, { span: { start: at, end: at }, text: joint + blocks.join(joint) }];
}

/** Whether the COPYs stay where they are and the new steps go above the first of them. */
function staysInPlace(facts: Facts, plan: Plan): boolean {
  if (plan.download === undefined || plan.installs.length > 0) return false;
  const [first] = plan.deferred;
  return sameState(facts, first!.instruction, plan.download.before);
}

/** Whether a command would find the same environment, user, directory and shell at two places. */
export function sameState(facts: Facts, a: Instruction, b: Instruction): boolean {
  const [one, other] = [facts.before(a)!, facts.before(b)!];
  return one.env === other.env && one.args === other.args && one.user === other.user && one.workdir === other.workdir;
}

/** The working directory in which the deferred COPYs stand afterwards. */
function workdirAt(facts: Facts, { after }: Plan): string | undefined {
  return facts.before(after)!.workdir;
}

interface Taken {
  readonly edits: readonly Edit[];
  /** Comment lines that go with the COPY, line endings included. */
  readonly comments: string;
  /** Whether a blank line sets the COPY apart from what follows. */
  readonly blank: boolean;
}

/** Puts the manifests in the place of a COPY, or takes its lines away when there are none. */
function takeOut(file: Dockerfile, { instruction }: ContextCopy, manifests: readonly string[]): Taken {
  const block = file.blockOf(instruction);
  const lineStart = file.text.lastIndexOf('\n', instruction.span.start - 1) + 1;
  const comments = file.text.slice(block.start, lineStart);
  const blankLines = blankAfter(file, instruction);
  const stays = comments !== '' && ABOUT_INSTALL.test(comments) && !ABOUT_SOURCE.test(comments);
  const blank = blankLines > 0;
  if (manifests.length > 0) {
    const start = stays ? instruction.span.start : block.start;
    const edit = { span: { start, end: instruction.span.end }, text: manifests.join(file.eol) };
    return { edits: [edit], comments: stays ? '' : comments, blank };
  }
  const before = file.text.slice(0, block.start);
  const gap = /(?:^|\n)[ \t]*\r?\n$/.test(before) ? blankLines : 0;
  return { edits: [{ span: { start: block.start, end: block.end + gap }, text: '' }], comments, blank };
}

/** How many characters of blank lines follow an instruction. */
export function blankAfter(file: Dockerfile, instruction: Instruction): number {
  const { end } = file.blockOf(instruction);
  return /^(?:[ \t]*\r?\n)*/.exec(file.text.slice(end))![0].length;
}
