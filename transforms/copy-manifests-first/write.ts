import type { Dockerfile, Edit, Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { type ContextCopy, textBelow } from './copies.js';
import { manifestCopies } from './manifests.js';
import type { Plan } from './plan.js';
import { downloadCommand, downloadLine } from './download.js';
import { splitAt, takeFirstPart } from './split.js';
import type { View } from '../../src/project/view.js';

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
  const inPlace = plan.hoisted !== undefined || plan.download?.inPlace === true;
  const edits: Edit[] = [];
  const lines: string[] = [];
  const read = [
    ...plan.installs.map(({ needs }) => needs),
    ...(plan.download === undefined ? [] : [plan.download.step]),
  ];
  const named = new Set(read.flatMap(({ paths }) => paths));
  let blocks = '';
  for (const [index, copy] of plan.deferred.entries()) {
    const wanted = new Set([...plan.needed].filter((path) => !plan.brought.has(path)));
    const found = manifestCopies(file, copy, wanted, named, view);
    if ('reason' in found) return found;
    const manifests = found.filter((line) => !lines.includes(line));
    lines.push(...manifests);
    if (inPlace) continue;
    const text = textBelow(file, copy, plan.needed, facts.before(plan.after)!.workdir);
    if (text === undefined)
      return { reason: `COPY at line ${copy.instruction.lines.first} cannot be written for another directory` };
    const goes = plan.redundant.has(copy);
    const taken = takeOut(file, copy, manifests, startOfGroup(plan.deferred, index), goes);
    edits.push(...taken.edits);
    if (goes) continue;
    const apart = index > 0 && isApart(file, plan.deferred[index - 1]!.instruction, copy.instruction);
    blocks += (blocks === '' ? '' : eol + (apart ? eol : '')) + taken.comments + text;
  }
  for (const follower of plan.followers) {
    const block = file.blockOf(follower);
    blocks += eol + file.slice(block).replace(/\r?\n$/, '');
    const gap = /\n[ \t]*\r?\n$/.test(file.text.slice(0, block.start)) ? blankAfter(file, follower) : 0;
    edits.push({ span: { start: block.start, end: block.end + gap }, text: '' });
  }
  const first = plan.deferred[0]!.instruction;
  const joint = eol + (setApart(file, plan) ? eol : '');
  if (plan.hoisted !== undefined && plan.split === undefined) return hoist(file, first, plan.hoisted, lines);
  if (plan.hoisted !== undefined) {
    const part = takeFirstPart(file, facts, plan);
    if ('reason' in part) return part;
    const gap = blankAfter(file, first) > 0 ? eol : '';
    const text = [...lines, part.text].map((line) => line + eol).join('') + gap;
    return [insertion(file.blockOf(first).start, text), part.edit];
  }
  if (plan.download === undefined) {
    if (blocks === '') return edits;
    if (plan.split === undefined) return [...edits, insertion(plan.after.span.end, joint + blocks)];
    const split = splitAt(file, facts, plan, blocks, joint);
    return 'reason' in split ? split : [...edits, split];
  }
  if (plan.split !== undefined) {
    const command = downloadCommand(facts, plan.download);
    if (typeof command === 'object') return command;
    const split = splitAt(file, facts, plan, blocks, joint, command);
    return 'reason' in split ? split : [...edits, split];
  }
  const step = downloadLine(file, facts, plan, plan.download);
  if (typeof step === 'object') return step;
  if (inPlace) {
    const gap = blankAfter(file, first) > 0 ? eol : '';
    return [insertion(file.blockOf(first).start, [...lines, step].map((line) => line + eol).join('') + gap)];
  }
  return [...edits, insertion(file.blockOf(plan.after).start, step + joint + blocks + joint)];
}

function insertion(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

/** Puts manifests and a RUN, with the comments above it, in front of a COPY. */
function hoist(file: Dockerfile, copy: Instruction, run: Instruction, manifests: readonly string[]): readonly Edit[] {
  const { eol } = file;
  const block = file.blockOf(run);
  const text = file.slice(block);
  const above = file.text.slice(0, block.start);
  const gap = above.slice(above.trimEnd().length);
  const before = gap.length - Math.max(gap.search(/\r?\n/), 0);
  const apart = before > eol.length;
  const head = manifests.map((line) => line + eol).join('') + text + (text.endsWith('\n') ? '' : eol);
  // At the end of the file the blank lines before it go too, and the newline where the file has no final one.
  const isLast = file.text.slice(block.end).trim() === '';
  const ending = text.endsWith('\n') ? eol.length : 0;
  const start = isLast ? block.start - before + ending : block.start;
  const end = block.end + (apart && !isLast ? blankAfter(file, run) : 0);
  return [insertion(file.blockOf(copy).start, head + (apart ? eol : '')), { span: { start, end }, text: '' }];
}

/** Whether nothing, not even a blank line or a comment, stands between two instructions. */
function followsDirectly(file: Dockerfile, one: Instruction, other: Instruction): boolean {
  return other.index === one.index + 1 && blankAfter(file, one) === 0;
}

/** Whether a blank line stands somewhere between two instructions, or work that is not a COPY. */
function isApart(file: Dockerfile, one: Instruction, other: Instruction): boolean {
  const between = file.instructions.slice(one.index, other.index);
  return between.some(
    (instruction, at) => blankAfter(file, instruction) > 0 || (at > 0 && !/^(?:COPY|ADD)$/.test(instruction.keyword)),
  );
}

/** Whether a blank line sets the first group of what goes below apart from what follows it. */
function setApart(file: Dockerfile, { deferred, followers }: Plan): boolean {
  const moved = [...deferred.map(({ instruction }) => instruction), ...followers];
  let last = 0;
  while (moved[last + 1] !== undefined && followsDirectly(file, moved[last]!, moved[last + 1]!)) last++;
  return blankAfter(file, moved[last]!) > 0;
}

/** The first of the COPYs that stand one after another, where this one is among them. */
function startOfGroup(copies: readonly ContextCopy[], index: number): Instruction {
  let first = index;
  while (first > 0 && copies[first]!.instruction.index === copies[first - 1]!.instruction.index + 1) first--;
  return copies[first]!.instruction;
}

interface Taken {
  readonly edits: readonly Edit[];
  /** Comment lines that go with the COPY, line endings included. */
  readonly comments: string;
}

/** Puts the manifests in the place of a COPY, or takes its lines away when there are none. */
function takeOut(
  file: Dockerfile,
  { instruction }: ContextCopy,
  manifests: readonly string[],
  groupStart: Instruction,
  goes: boolean,
): Taken {
  const block = file.blockOf(instruction);
  const lineStart = file.text.lastIndexOf('\n', instruction.span.start - 1) + 1;
  const comments = file.text.slice(block.start, lineStart);
  const stays = goes || (comments !== '' && ABOUT_INSTALL.test(comments) && !ABOUT_SOURCE.test(comments));
  if (manifests.length > 0) {
    const start = stays ? instruction.span.start : block.start;
    const edit = { span: { start, end: instruction.span.end }, text: manifests.join(file.eol) };
    return { edits: [edit], comments: stays ? '' : comments };
  }
  const before = file.text.slice(0, file.blockOf(groupStart).start);
  const gap = /(?:^|\n)[ \t]*\r?\n$/.test(before) ? blankAfter(file, instruction) : 0;
  return { edits: [{ span: { start: block.start, end: block.end + gap }, text: '' }], comments };
}

/** How many characters of blank lines follow an instruction. */
export function blankAfter(file: Dockerfile, instruction: Instruction): number {
  const { end } = file.blockOf(instruction);
  return /^(?:[ \t]*\r?\n)*/.exec(file.text.slice(end))![0].length;
}
