import { resolve } from 'node:path';
import { DfixError } from '../errors.js';
import type { WorkerLimits } from '../ports/workers.js';
import type { Written } from '../ports/write-files.js';
import type { TextOptions } from '../report/text.js';
import type { AnyTransform } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import { basisOf } from './basis.js';
import { type FileReport, reportOf } from './file-report.js';
import type { Io } from './io.js';
import { planner } from './plan.js';
import { asWritten, failed, planFile } from './rewrite.js';
import { fromMessage, type WorkerSettings } from './rewrite-message.js';
import { rewriteService } from './rewrite-service.js';
import { usualJobs } from './usual-jobs.js';
import { type Planned, type WriteInOrder, writeInOrder } from './write-in-order.js';

/** Seldom needed. */
const loadWorkers = () => import('../ports/workers.js');
const cores = async () => (await loadWorkers()).cores();

/** From so many on, memory is worth more than the time to start. */
const MANY_FILES = 100;

interface RewriteAll {
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
    yield* inThreads(paths, { args, cwd, text }, { script: worker, transforms }, { jobs, started });
    return;
  }
  yield* here(paths, { args, io, text, transforms });
}

type Report = Planned<FileReport>;

/** In this thread. */
async function* here(
  paths: readonly string[],
  { args, io: { cwd }, text, transforms }: RewriteAll,
): AsyncGenerator<FileReport, void, undefined> {
  const plans = planner(transforms, args, cwd);
  const written: Written[] = [];
  const plan = async (path: string): Promise<Report> => {
    const after = written.length;
    const planned = await planFile(path, { planner: plans, cwd });
    if (!args.write) return { path, writes: [], basis: undefined, after, report: reportOf(planned, args.format, text) };
    const { writes = [], files } = planned;
    const report = reportOf(asWritten(planned), args.format, text);
    return { path, writes, basis: basisOf(resolve(cwd, path), files), after, report };
  };
  const each = async function* (): AsyncGenerator<Report, void, undefined> {
    for (const path of paths) yield await plan(path);
  };
  yield* reports(each(), { args, cwd, text }, { written, again: plan, tell: plans.wrote });
}

/** In threads, this one among them; only this one writes. */
async function* inThreads(
  paths: readonly string[],
  settings: WorkerSettings,
  { script, transforms }: { readonly script: URL; readonly transforms: readonly AnyTransform[] },
  limits: WorkerLimits,
): AsyncGenerator<FileReport, void, undefined> {
  const { inOrder, openWorkers } = await loadWorkers();
  const { args, text } = settings;
  const workers = openWorkers(rewriteService(transforms, settings), { script, data: settings }, limits);
  const written: Written[] = [];
  const plan = async (path: string, again = false): Promise<Report> => {
    let after = written.length;
    const make = (): string => {
      after = written.length;
      return path;
    };
    const answer = await workers.run(make, again);
    if ('result' in answer) {
      const { writes, basis } = answer.result;
      return { path, writes, basis, after, report: fromMessage(answer.result) };
    }
    const error = new DfixError('internal', `internal error: ${answer.failure}`, { file: path });
    const report = reportOf(failed(error, path, path), args.format, text);
    return { path, writes: [], basis: undefined, after, report };
  };
  const again = (path: string): Promise<Report> => plan(path, true);
  try {
    yield* reports(inOrder(paths, limits.jobs, plan), settings, { written, again, tell: workers.tell });
  } finally {
    workers.close();
  }
}

/** What is said of files, after they were written where that was asked for. */
async function* reports(
  plans: AsyncIterable<Report>,
  { args, cwd, text }: WorkerSettings,
  { written, again, tell }: Pick<WriteInOrder<FileReport>, 'written' | 'again' | 'tell'>,
): AsyncGenerator<FileReport, void, undefined> {
  if (args.write) {
    const fail = (error: unknown, path: string): FileReport =>
      reportOf(failed(error, resolve(cwd, path), path), args.format, text);
    yield* writeInOrder(plans, { cwd, written, again, tell, failed: fail });
  } else for await (const { report } of plans) yield report;
}
