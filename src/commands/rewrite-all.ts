import { resolve } from 'node:path';
import { DfixError } from '../errors.js';
import { repositoryRoot } from '../ports/search.js';
import type { AnyTransform } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import type { Io } from './io.js';
import { planner } from './plan.js';
import { fromMessage, type RewriteMessage, type WorkerSettings } from './rewrite-message.js';
import { rewriteFile, type Rewritten } from './rewrite.js';

/** From so many on, memory is worth more than the time to start. */
const MANY_FILES = 100;

/** Rewrites files, in threads where more than one is asked for; what comes of them comes in the order of the files. */
export async function* rewriteAll(
  paths: readonly string[],
  args: FixArguments,
  { cwd, worker, beforeLongRun }: Pick<Io, 'cwd' | 'worker' | 'beforeLongRun'>,
  transforms: readonly AnyTransform[],
): AsyncGenerator<Rewritten, void, undefined> {
  if (paths.length >= MANY_FILES) beforeLongRun?.();
  if (worker === undefined || args.jobs === 1 || paths.length < 2) {
    const options = { planner: planner(transforms, args, cwd), cwd, write: args.write };
    for (const path of paths) yield await rewriteFile(path, options);
    return;
  }
  // What is written for one file may be read for the next of the same repository: one thread does these in their order.
  const groupOf = (path: string): string => {
    if (!args.write) return path;
    return args.context === undefined ? (repositoryRoot(resolve(cwd, path, '..')) ?? '') : '';
  };
  const { inWorkers } = await import('../ports/workers.js');
  const settings: WorkerSettings = { args, cwd };
  let place = 0;
  for await (const answer of inWorkers<string, RewriteMessage>(worker, settings, paths, groupOf, args.jobs)) {
    const path = paths[place++]!;
    if ('result' in answer) yield fromMessage(answer.result);
    else {
      const error = new DfixError('internal', `internal error: ${answer.failure}`, { file: path });
      yield { outcome: { kind: 'error', path, error }, warnings: [], problems: [] };
    }
  }
}
