import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileEdit, RunResult } from '../transform/index.js';

/** How long the search for the smallest diff of one file may take, in milliseconds; past it the whole file is replaced. */
const TIMEOUT = 1000;

/**
 * A unified diff that `git apply` accepts; empty when the texts are equal.
 * @param path relative to the folder where the patch is applied, with `/`; quoted as Git does where needed
 * @param before undefined for a new file
 */
export function fileDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const oldName = before === undefined ? '/dev/null' : `a/${path}`;
  const newName = `b/${path}`;
  const options = { context: 3, timeout: TIMEOUT, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(oldName, newName, before ?? '', after, undefined, undefined, options);
  if (patch !== undefined) return closeNames(patch);
  const { headerOptions } = options;
  const names = createTwoFilesPatch(oldName, newName, '', '', undefined, undefined, { headerOptions });
  return closeNames(names) + replaceAll(before ?? '', after);
}

/** Git ends a name that holds a blank with a tab, so that readers do not take what follows the blank for a date. */
function closeNames(patch: string): string {
  const [first, second, ...rest] = patch.split('\n');
  const close = (line: string): string => (line.slice(4).includes(' ') && !line.endsWith('"') ? `${line}\t` : line);
  return [close(first!), close(second!), ...rest].join('\n');
}

/** One hunk that takes out every line and puts in every other one. */
function replaceAll(before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const range = (lines: readonly string[]): string => (lines.length === 0 ? '0,0' : `1,${lines.length}`);
  const mark = (sign: string, lines: readonly string[]): string =>
    lines
      .map((line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`))
      .join('');
  return `@@ -${range(old)} +${range(now)} @@\n${mark('-', old)}${mark('+', now)}`;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** The files that go with a rewrite, each once: what several changes do to one of them is joined. */
export function editedFiles({ files }: Pick<RunResult, 'files'>): readonly FileEdit[] {
  const byPath = new Map<string, FileEdit>();
  for (const edit of files) {
    const known = byPath.get(edit.path);
    byPath.set(edit.path, known === undefined ? edit : { ...known, after: joined(known, edit) });
  }
  return [...byPath.values()];
}

/** The text after two edits of one file: the lines of both where both only add at the end, else that of the later one. */
function joined(one: FileEdit, other: FileEdit): string {
  const before = one.before ?? '';
  if (one.before !== other.before || ![one, other].every(({ after }) => after.startsWith(before))) return other.after;
  const added = linesOf(one.after.slice(before.length));
  const more = linesOf(other.after.slice(before.length));
  return before + [...new Set([...added, ...more])].join('');
}

/**
 * The patch of a whole rewrite: the Dockerfile, then the files beside it.
 * @param name gives the name in the patch of a path that a rewrite edits
 */
export function rewriteDiff(path: string, result: RunResult, name: (edit: FileEdit) => string): string {
  const others = editedFiles(result).map((edit) => fileDiff(name(edit), edit.before, edit.after));
  return [fileDiff(path, result.input, result.output), ...others].join('');
}
