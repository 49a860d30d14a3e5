import { diffLines } from 'diff';
import type { Edit } from '../dockerfile/index.js';

/** Edits of whole lines that turn one text into the other, in order; offsets are those of `before`. */
export function editsBetween(before: string, after: string): readonly Edit[] {
  const parts = diffLines(before, after, { timeout: 1000 }) as ReturnType<typeof diffLines> | undefined;
  if (parts === undefined) return [{ span: { start: 0, end: before.length }, text: after }];
  const edits: Edit[] = [];
  let at = 0;
  let open: { start: number; text: string } | undefined;
  const close = (): void => {
    if (open !== undefined) edits.push({ span: { start: open.start, end: at }, text: open.text });
    open = undefined;
  };
  for (const { added, removed, value } of parts) {
    if (!added && !removed) close();
    else open ??= { start: at, text: '' };
    if (added) open!.text += value;
    else at += value.length;
  }
  close();
  return edits;
}
