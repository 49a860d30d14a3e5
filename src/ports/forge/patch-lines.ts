/** The lines of a file after a change that its unified diff shows: there a reviewer can leave a remark. */
export function patchLines(patch: string): ReadonlySet<number> {
  const lines = new Set<number>();
  let at = 0;
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk !== null) at = Number(hunk[1]);
    else if (at > 0 && (line.startsWith('+') || line.startsWith(' '))) lines.add(at++);
  }
  return lines;
}
