import { resolve } from 'node:path';
import type { Service } from '../ports/workers.js';
import type { Written } from '../ports/write-files.js';
import type { AnyTransform } from '../transform/index.js';
import { reportOf } from './file-report.js';
import { planner } from './plan.js';
import { asWritten, planFile } from './rewrite.js';
import { type RewriteMessage, toMessage, type WorkerSettings } from './rewrite-message.js';

/** What a thread of `dfix --jobs` does: plans the rewrites of the files that it is given, and hears of what was written. */
export function rewriteService(
  transforms: readonly AnyTransform[],
  { args, cwd, text }: WorkerSettings,
): Service<string, RewriteMessage> {
  const plans = planner(transforms, args, cwd);
  return {
    answer: async (path) => {
      const planned = await planFile(path, { planner: plans, cwd });
      const report = reportOf(args.write ? asWritten(planned) : planned, args.format, text);
      return toMessage(report, planned, resolve(cwd, path), args);
    },
    hear: (written: readonly Written[]) => plans.wrote(written),
  };
}
