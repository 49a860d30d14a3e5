import { resolve } from 'node:path';
import { DfixError } from '../errors.js';
import type { WorkerLimits } from '../ports/workers.js';
import type { Written } from '../ports/write-files.js';
import type { TextOptions } from '../report/text.js';
import type { AnyTransform } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import { touches } from './basis.js';
import { type FileReport, reportOf } from './file-report.js';
import type { Io } from './io.js';
import { planner } from './plan.js';
import { failed, planFile, rewriteFile, writePlanned } from './rewrite.js';
import { fromMessage, type RewriteMessage, type WorkerSettings } from './rewrite-message.js';
import { usualJobs } from './usual-jobs.js';

/** Seldom needed. */
const loadWorkers = () => import('../ports/workers.js');
const cores = async () => (await loadWorkers()).cores();

/** From so many on, memory is worth more than the time to start. */
const MANY_FILES = 100;

export interface RewriteAll {
  readonly args: FixArguments;
  readonly io: Pick<Io, 'cwd' | 'worker' | 'beforeLongRun'>;
  readonly text: TextOptions;
  readonly transforms: readonly AnyTransform[];
}

/** Rewrites files, in threads where there are many; what is said of them comes in the order of the files. */
export async function* rewriteAll(
  paths: readonly string[],
  { args, io, text, transforms }: RewriteAll,
): AsyncGenerator<FileReport, void, undefined> {
  const { cwd, worker, beforeLongRun } = io;
  const jobs = worker === undefined || paths.length < 2 ? 1 : (args.jobs ?? (await usualJobs(paths.length, cores)));
  if (paths.length >= MANY_FILES) beforeLongRun?.(jobs > 1);
  if (worker !== undefined && jobs > 1) {
    const started = paths.length >= MANY_FILES ? () => beforeLongRun?.(true) : undefined;
    yield* inThreads(paths, { args, cwd, text }, worker, { jobs, started });
    return;
  }
  const options = { planner: planner(transforms, args, cwd), cwd };
  const rewrite = args.write ? rewriteFile : planFile;
  for (const path of paths) yield reportOf(await rewrite(path, options), args.format, text);
}

/** A plan, and how many files were written before it was begun. */
interface Sent {
  readonly answer: { readonly result: RewriteMessage } | { readonly failure: string };
  readonly after: number;
}

/**
 * Plans files in threads, and writes here, in their order. A plan that rests on what was written since it was begun is made
 * again after all that comes before it was written, so that the result is that of one thread.
 */
async function* inThreads(
  paths: readonly string[],
  settings: WorkerSettings,
  script: URL,
  limits: WorkerLimits,
): AsyncGenerator<FileReport, void, undefined> {
  const { inOrder, openWorkers } = await loadWorkers();
  const { args, cwd, text } = settings;
  const workers = openWorkers<string, RewriteMessage>(script, settings, limits);
  const written: Written[] = [];
  const plan = async (path: string, again = false): Promise<Sent> => {
    let after = written.length;
    const make = (): string => {
      after = written.length;
      return path;
    };
    return { answer: await workers.run(make, again), after };
  };
  const isOld = ({ answer, after }: Sent): boolean => {
    const basis = 'result' in answer ? answer.result.basis : undefined;
    return basis !== undefined && written.slice(after).some((one) => touches(one, basis));
  };
  try {
    for await (const [path, first] of inOrder(paths, limits.jobs, plan)) {
      const { answer } = isOld(first) ? await plan(path, true) : first;
      if ('failure' in answer) {
        const error = new DfixError('internal', `internal error: ${answer.failure}`, { file: path });
        yield reportOf(failed(error, path, path), args.format, text);
        continue;
      }
      const { writes } = answer.result;
      try {
        const news = writes.length === 0 ? [] : writePlanned(writes, cwd);
        if (news.length > 0) workers.tell(news);
        written.push(...news);
        yield fromMessage(answer.result);
      } catch (error) {
        yield reportOf(failed(error, resolve(cwd, path), path), args.format, text);
      }
    }
  } finally {
    workers.close();
  }
}
