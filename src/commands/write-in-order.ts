import { basename, dirname, join, resolve } from 'node:path';
import { realPath } from '../ports/real-path.js';
import type { Written } from '../ports/write-files.js';
import { type Basis, touches } from './basis.js';
import { type PlannedWrite, writePlanned } from './rewrite.js';

/** The rewrite of one file, as it was planned. */
export interface Planned<R> {
  readonly path: string;
  readonly writes: readonly PlannedWrite[];
  readonly basis: Basis | undefined;
  /** How many files were written before it was begun. */
  readonly after: number;
  /** What is said of it, once its files are written. */
  readonly report: R;
}

export interface WriteInOrder<R> {
  readonly cwd: string;
  /** The files written so far; grows. */
  readonly written: Written[];
  /** Plans a file again, now. */
  again(path: string): Promise<Planned<R>>;
  /** Says what was written. */
  tell(news: readonly Written[]): void;
  /** What is said of a file that could not be written. */
  failed(error: unknown, path: string): R;
}

/** Rewrites that wait for the disk beside one another: each takes milliseconds there, several hardly longer. */
const AT_ONCE = 16;

/**
 * Writes what was planned, and gives the reports in the order of the plans. A plan that rests on what was written since it
 * was begun is made again after all that comes before it was written, so that the result is that of one file after the other.
 */
export async function* writeInOrder<R>(
  plans: AsyncIterable<Planned<R>>,
  { cwd, written, again, tell, failed }: WriteInOrder<R>,
): AsyncGenerator<R, void, undefined> {
  const begun: { readonly targets: readonly Written[]; readonly report: Promise<R> }[] = [];
  const isOld = ({ basis, after }: Planned<R>): boolean =>
    basis !== undefined &&
    (written.slice(after).some((one) => touches(one, basis)) ||
      begun.some(({ targets }) => targets.some((one) => touches(one, basis))));
  const write = async ({ path, writes, report }: Planned<R>): Promise<R> => {
    if (writes.length === 0) return report;
    try {
      const news = await writePlanned(writes, cwd);
      written.push(...news);
      tell(news);
      return report;
    } catch (error) {
      return failed(error, path);
    }
  };
  for await (const first of plans) {
    let planned = first;
    if (isOld(first)) {
      await Promise.all(begun.map(({ report }) => report));
      planned = await again(first.path);
    }
    begun.push({ targets: planned.writes.map(targetOf), report: write(planned) });
    if (begun.length > AT_ONCE) yield await begun.shift()!.report;
  }
  for (const { report } of begun) yield await report;
}

/** What will have been written. */
function targetOf(write: PlannedWrite): Written {
  const asked = resolve(write.path);
  const created = !('before' in write) && write.identity === undefined;
  const path = created ? join(realPath(dirname(asked)) ?? dirname(asked), basename(asked)) : (realPath(asked) ?? asked);
  return { path, created };
}
