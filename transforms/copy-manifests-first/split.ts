import { type Dockerfile, type Edit, toSource } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ShellNode } from '../../src/shell/index.js';
import type { Plan } from './plan.js';
import {
  carriedOver,
  cleanerIn,
  contains,
  flatten,
  isShipped,
  joinerAfter,
  repeatedCleaner,
  setsErrexit,
} from './run-parts.js';
import { splitIf } from './split-if.js';

const refuse = (why: string) => ({ reason: `install and build share a RUN that cannot be taken apart: ${why}` });

/** Where a RUN is cut: the source from the end of its first part to the start of the rest. */
interface Cut {
  readonly end: number;
  readonly start: number;
  /** The commands of the rest. */
  readonly rest: readonly ShellNode[];
  /** What the rest begins with: the flags of the RUN, and the commands whose effect on the shell it needs too. */
  readonly flags: string;
  readonly prefix: string;
}

/** Finds where to cut the RUN of a plan, or why it can't be. */
function cutOf(facts: Facts, plan: Plan): Cut | { readonly reason: string } {
  const { scan, blocked } = plan.split!;
  const instruction = plan.after;
  if (scan.script === undefined || blocked.command === undefined) return refuse('it is no plain shell text');
  if (instruction.heredocs.length > 0) return refuse('it is a here-document');
  const list = flatten(scan.script.body);
  const cut = list.items.findIndex(
    (node) => node === blocked.command || contains(scan.script!, node, blocked.command!),
  );
  if (cut <= 0) return refuse('the install is part of a compound command');
  const body = facts.body(instruction);
  const stops = (body.kind === 'script' && body.errexit) || setsErrexit(list.items[0]!);
  const joints = list.operators;
  if (joints.some((text) => text === '||' || text === '&')) return refuse('commands are joined by || or &');
  if (!stops && joints.slice(0, cut).some((text) => text !== '&&')) return refuse('it goes on after a failure');
  const carried = carriedOver(list.items.slice(0, cut));
  if (typeof carried === 'string') return refuse(carried);
  const { source } = scan.script;
  return {
    end: toSource(source, list.items[cut - 1]!.span.end - 1) + 1,
    start: toSource(source, list.items[cut]!.span.start),
    rest: list.items.slice(cut),
    flags: instruction.flags.map(({ span }) => `${instruction.logical.text.slice(span.start, span.end)} `).join(''),
    prefix: carried.map((node) => source.text.slice(node.span.start, node.span.end) + joinerAfter(list, node)).join(''),
  };
}

/** Takes the commands before one out of a RUN, to stand in a RUN of their own further up; the comments stay with the rest. */
export function takeFirstPart(
  file: Dockerfile,
  facts: Facts,
  plan: Plan,
): { readonly text: string; readonly edit: Edit } | { readonly reason: string } {
  const cut = cutOf(facts, plan);
  if ('reason' in cut) return cut;
  const { after: instruction, split } = plan;
  const cleaner = isShipped(facts, plan) ? cleanerIn(split!.scan.script!, cut.rest) : undefined;
  if (cleaner !== undefined) return { reason: cleaner };
  if (file.comments.some(({ span }) => span.start >= instruction.span.start && span.end <= cut.start))
    return refuse('a comment stands in the way');
  const { start } = instruction.span;
  const body = start + instruction.logical.text.indexOf(' ') + 1;
  return {
    text: file.text.slice(start, cut.end),
    edit: { span: { start: body, end: cut.start }, text: `${cut.flags}${cut.prefix}` },
  };
}

/** Cuts a RUN in two, with the COPYs between: what comes before a command, and the rest in a RUN of its own. `appended` ends the first part. */
export function splitAt(
  file: Dockerfile,
  facts: Facts,
  plan: Plan,
  between: string,
  joint: string,
  appended = '',
): Edit | { readonly reason: string } {
  const { scan } = plan.split!;
  const instruction = plan.after;
  const [only] = scan.script?.body.items ?? [];
  if (appended === '' && scan.script?.body.items.length === 1 && only?.type === 'block' && only.kind === 'if')
    return splitIf(file, facts, plan, only, between, joint);
  const cut = cutOf(facts, plan);
  if ('reason' in cut) return cut;
  const { end, start, rest, flags, prefix } = cut;
  const cleaner = isShipped(facts, plan) ? cleanerIn(scan.script!, rest) : undefined;
  const repeated = cleaner === undefined || appended !== '' ? undefined : repeatedCleaner(scan.script!, rest);
  if (cleaner !== undefined && repeated === undefined) return { reason: cleaner };
  const ending = repeated ?? appended;
  const comments = file.comments
    .filter(({ span }) => span.start >= end && span.end <= start)
    .map(({ span }) => file.slice(span).trim() + file.eol)
    .join('');
  // Joined as the file joins what follows there.
  const last = ending === '' ? '' : `${comments === '' ? file.text.slice(end, start) : ' && '}${ending}`;
  const keyword = file.slice(instruction.span).startsWith('run') ? 'run' : 'RUN';
  return {
    span: { start: end, end: start },
    text: `${last}${joint}${between}${joint}${comments}${keyword} ${flags}${prefix}`,
  };
}
