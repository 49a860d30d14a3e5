import { diffArrays } from 'diff';

/** Lines that a commit put in the place of others; counted from 1, as in `@@ -from,removed +to,added @@`. */
export interface Hunk {
  readonly from: number;
  readonly removed: number;
  readonly to: number;
  readonly added: number;
}

/** The hunks of each commit in `git log -p --unified=0 --format=<GIT_LOG_FORMAT>` for one file, or of one `git diff`. */
export function parsePatches(output: string): readonly (readonly Hunk[])[] {
  const patches: Hunk[][] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith('\x1e')) patches.push([]);
    const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (match === null) continue;
    const [from, removed, to, added] = [match[1], match[2] ?? 1, match[3], match[4] ?? 1].map(Number);
    if (patches.length === 0) patches.push([]);
    patches.at(-1)!.push({ from: from!, removed: removed!, to: to!, added: added! });
  }
  return patches;
}

/** Lines that tell more apart than this are not compared: all of them count as new. */
const MOST_EDITS = 2000;

/** The hunks that make one text of another, whatever its lines end in. */
export function hunksBetween(before: string, after: string): readonly Hunk[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const parts = diffArrays(old, now, { maxEditLength: MOST_EDITS }) ?? [
    { removed: true, added: false, count: old.length },
    { removed: false, added: true, count: now.length },
  ];
  const hunks: Hunk[] = [];
  let [from, to, removed, added] = [0, 0, 0, 0];
  const end = (): void => {
    // As in a patch: where no line is taken or put, the place is the line before.
    if (removed + added > 0) hunks.push({ from: from + (removed && 1), removed, to: to + (added && 1), added });
    [from, to, removed, added] = [from + removed, to + added, 0, 0];
  };
  for (const part of parts) {
    if (part.removed) removed += part.count;
    else if (part.added) added += part.count;
    else {
      end();
      [from, to] = [from + part.count, to + part.count];
    }
  }
  end();
  return hunks;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/**
 * For each line of a file, which of the patches that led to it wrote the line anew, or the one that it took the place of.
 * @param patches the newest first
 * @returns places in `patches`, a set a line
 */
export function patchesOfLines(lines: number, patches: readonly (readonly Hunk[])[]): readonly ReadonlySet<number>[] {
  return Array.from({ length: lines }, (_, index) => {
    const found = new Set<number>();
    let at: number | undefined = index + 1;
    for (const [place, hunks] of patches.entries()) {
      const now: number = at;
      const own = hunks.find(({ to, added }) => to <= now && now < to + added);
      if (own !== undefined) found.add(place);
      at = own === undefined ? now + shiftAbove(hunks, now) : placeBefore(own, now);
      if (at === undefined) break;
    }
    return found;
  });
}

/** How often lines of a file changed. */
export interface LineChanges {
  /** How many commits were looked at. */
  readonly commits: number;
  /** In how many of them a line changed, by its text without the blanks around it. */
  readonly times: ReadonlyMap<string, number>;
}

/**
 * In how many commits each line of a text changed, by its text; the least where several lines have the same.
 * @param patches as `patchesOfLines` takes them; the first of them is what is not committed, and counts as none
 */
export function timesOfLines(text: string, patches: readonly (readonly Hunk[])[]): ReadonlyMap<string, number> {
  const lines = text.split('\n');
  const times = new Map<string, number>();
  for (const [index, found] of patchesOfLines(lines.length, patches).entries()) {
    const line = lines[index]!.trim();
    const count = found.size - (found.has(0) ? 1 : 0);
    times.set(line, Math.min(times.get(line) ?? count, count));
  }
  return times;
}

/** How much farther down a line stood before, for the hunks above it. */
function shiftAbove(hunks: readonly Hunk[], line: number): number {
  return hunks.reduce((sum, { removed, to, added }) => (to < line ? sum + removed - added : sum), 0);
}

/** The line whose place a line of a hunk took; undefined where it took none. */
function placeBefore({ from, removed, to }: Hunk, line: number): number | undefined {
  return removed === 0 ? undefined : from + Math.min(line - to, removed - 1);
}
