import { mayInstallUnseen, readsLists, type Run } from '../../src/cache-mounts/index.js';
import type { Dockerfile, Edit } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { removeCommands } from '../../src/shell/remove.js';
import { type Fetch, isStrict } from './lists.js';

/** The command that fetches the lists, on one line. */
export function updateText({ run, update }: Fetch): string {
  const { span } = update.invocation.command;
  const text = run.script!.source.text.slice(span.start, span.end);
  return /['"]/.test(text) ? text : text.replace(/[ \t]+/g, ' ');
}

/**
 * Takes an update out of a RUN that does not install after it, and the RUN with it when it does nothing else.
 * @returns the edits, none where the RUN needs its lists, or why the update cannot go.
 */
export function takeOut(facts: Facts, { run, update }: Fetch): readonly Edit[] | string {
  const uses = run.uses.slice(run.uses.indexOf(update) + 1);
  if (mayInstallUnseen({ ...run, uses }) || uses.some(({ invocation }) => readsLists(invocation))) return [];
  const script = run.script!;
  const { command } = update.invocation;
  if (run.uses.some((use) => use !== update && use.invocation.tool !== 'set')) {
    const removed = removeCommands(facts.file, script, [command], isStrict(facts, run));
    return typeof removed === 'string' ? `the update cannot be taken out: ${removed}` : removed.edits;
  }
  if (run.instruction.heredocs.length > 0) return 'the update is in a form that is not edited';
  const { text } = script.source;
  if (/(^|\s)#/.test(text.slice(0, command.span.start) + text.slice(command.span.end)))
    return 'a comment would go with the update';
  return linesOf(facts.file, run);
}

/** The whole lines of a RUN without its comments and, between blank lines, one of those; comments above it stay. */
function linesOf(file: Dockerfile, { instruction }: Run): readonly Edit[] {
  const start = file.text.lastIndexOf('\n', instruction.span.start - 1) + 1;
  const newline = file.text.indexOf('\n', instruction.span.end);
  const end = newline < 0 ? file.text.length : newline + 1;
  const blank = /^[ \t]*\r?\n/.exec(file.text.slice(end));
  const comments = file.comments.filter(({ span }) => span.start >= start && span.end <= end);
  const edits: Edit[] = [];
  let at = start;
  for (const { span } of comments) {
    edits.push({ span: { start: at, end: file.text.lastIndexOf('\n', span.start - 1) + 1 }, text: '' });
    at = file.text.indexOf('\n', span.end) + 1;
  }
  const tidy = comments.length === 0 && blank !== null && /\n[ \t]*\r?\n$/.test(file.text.slice(0, start));
  edits.push({ span: { start: at, end: tidy ? end + blank[0].length : end }, text: '' });
  return edits;
}
