/**
 * The lines of a file after a change that its unified diff shows: there a reviewer can leave a remark.
 * @returns the line that each was before; undefined where it is new
 */
export function patchLines(patch: string): ReadonlyMap<number, number | undefined> {
  const lines = new Map<number, number | undefined>();
  let [old, now] = [0, 0];
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk !== null) [old, now] = [Number(hunk[1]), Number(hunk[2])];
    else if (now === 0) continue;
    else if (line.startsWith('+')) lines.set(now++, undefined);
    else if (line.startsWith('-')) old++;
    else if (line.startsWith(' ')) lines.set(now++, old++);
  }
  return lines;
}

/** The files that a diff of git leaves there, and what it shows of them. */
export function diffFiles(diff: string) {
  return diff.split(/^diff --git /m).flatMap((part) => {
    const path = /^\+\+\+ b\/(.*)$/m.exec(part)?.[1]?.trimEnd();
    return path === undefined ? [] : [{ path, lines: patchLines(part) }];
  });
}
