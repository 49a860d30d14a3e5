import { createHash } from 'node:crypto';
import { Dockerfile } from '../../../src/dockerfile/index.js';
import { NO_INPUTS } from '../../../src/facts/index.js';
import {
  type Arm,
  type ArmResult,
  type Commit,
  type Entry,
  type HistorySource,
  ignoreFilesOf,
  NO_TIMINGS,
  replay,
  type ReplayOptions,
} from '../../../src/replay/index.js';

/** Texts by path; null removes a file. */
export type Files = Readonly<Record<string, string | null>>;

/** A history without a repository: what the first commit holds, and what each next one changes. */
export function memoryHistory(start: Files, changes: readonly Files[]): HistorySource {
  const texts = new Map<string, string>();
  const entryOf = (text: string): Entry => {
    const id = createHash('sha1').update(text).digest('hex');
    texts.set(id, text);
    return { mode: '100644', id };
  };
  const tree = new Map(Object.entries(start).map(([path, text]) => [path, entryOf(text ?? '')] as const));
  const now = new Map(tree);
  const commits = changes.map((files, i): Commit => ({
    id: `commit${i}`,
    time: i,
    subject: `change ${i}`,
    changes: Object.entries(files).map(([path, text]) => {
      const before = now.get(path);
      const after = text === null ? undefined : entryOf(text);
      if (after === undefined) now.delete(path);
      else now.set(path, after);
      return { path, before, after };
    }),
  }));
  return {
    tree,
    commits: (async function* () {
      yield* commits;
    })(),
    text: (id) => Promise.resolve(texts.get(id)),
  };
}

export interface Played {
  readonly result: ArmResult;
  /** `first line: runs`, as `2` or `0-2`, of the steps that run at some commit. */
  readonly runs: Readonly<Record<number, string>>;
}

/** Replays one Dockerfile over such a history. */
export async function play(
  text: string,
  start: Files,
  changes: readonly Files[],
  options: Partial<ReplayOptions> & Partial<Pick<Arm, 'inputs' | 'ignoreLines'>> = {},
): Promise<Played> {
  const { inputs = NO_INPUTS, ignoreLines = [], ...rest } = options;
  const context = rest.context ?? '';
  const { arms } = await replay(
    memoryHistory(start, changes),
    [{ file: Dockerfile.parse(text), inputs, ignoreLines }],
    {
      context,
      ignoreFiles: ignoreFilesOf('Dockerfile', context),
      timings: NO_TIMINGS,
      ...rest,
    },
  );
  const result = arms[0]!;
  const runs = result.steps
    .filter(({ rebuilds }) => rebuilds.upper > 0)
    .map(({ step, rebuilds: { lower, upper } }) => [
      step.instruction.lines.first,
      lower === upper ? String(upper) : `${lower}-${upper}`,
    ]);
  return { result, runs: Object.fromEntries(runs) as Record<number, string> };
}
