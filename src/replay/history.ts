/** A file in a git tree: its mode (`100644`, `100755`, `120000`, `160000`) and its object's name, which stands for its content. */
export interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** A path that a commit adds (`before` undefined), changes or removes (`after` undefined). */
export interface PathChange {
  readonly path: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

/** A commit and how it differs from its first parent. */
export interface Commit {
  readonly id: string;
  /** When it was committed, in seconds since 1970. */
  readonly time: number;
  readonly subject: string;
  readonly changes: readonly PathChange[];
}

/** The `--format` of `git log` that `parseRawLog` reads. */
export const RAW_LOG_FORMAT = '%x1e%H%x1f%ct%x1f%s';

const NONE = /^0+$/;

/** Reads the output of `git ls-tree -r -z`. */
export function parseTree(output: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const record of output.split('\0')) {
    const match = /^(\d{6}) \w+ ([0-9a-f]{40,64})\t(.+)$/s.exec(record);
    if (match !== null) entries.set(match[3]!, { mode: match[1]!, id: match[2]! });
  }
  return entries;
}

/**
 * Reads the output of `git log -z --raw --no-renames --no-abbrev --format=<RAW_LOG_FORMAT>` as it comes, in pieces of any
 * size; `take` gives the commits that are complete, `end` the last one.
 */
export function rawLogReader(): { take(piece: string): readonly Commit[]; end(): readonly Commit[] } {
  let rest = '';
  let current: (Omit<Commit, 'changes'> & { changes: PathChange[] }) | undefined;
  let change: { before: Entry | undefined; after: Entry | undefined } | undefined;
  const field = (text: string, done: Commit[]): void => {
    if (change !== undefined) {
      current?.changes.push({ path: text, ...change });
      change = undefined;
      return;
    }
    const line = text.replace(/^\n/, '');
    if (line.startsWith('\x1e')) {
      if (current !== undefined) done.push(current);
      const [id = '', time = '', ...subject] = line.slice(1).split('\x1f');
      current = { id, time: Number(time), subject: subject.join('\x1f'), changes: [] };
      return;
    }
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(line);
    if (match === null) return;
    const entry = (mode: string, id: string): Entry | undefined => (NONE.test(mode) ? undefined : { mode, id });
    change = { before: entry(match[1]!, match[3]!), after: entry(match[2]!, match[4]!) };
  };
  return {
    take(piece) {
      const done: Commit[] = [];
      const fields = (rest + piece).split('\0');
      rest = fields.pop()!;
      for (const text of fields) field(text, done);
      return done;
    },
    end() {
      const done: Commit[] = [];
      if (rest !== '') field(rest, done);
      rest = '';
      if (current !== undefined) done.push(current);
      current = undefined;
      return done;
    },
  };
}
