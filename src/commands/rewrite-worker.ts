import { resolve } from 'node:path';
import { transforms } from '../../transforms/index.js';
import { serve } from '../ports/workers.js';
import type { Written } from '../ports/write-files.js';
import { reportOf } from './file-report.js';
import { planner } from './plan.js';
import { asWritten, planFile } from './rewrite.js';
import { type RewriteMessage, toMessage, type WorkerSettings } from './rewrite-message.js';

// A thread of `dfix --jobs`: plans the rewrites of the files that it is sent, and hears of what was written.
serve<WorkerSettings, string, RewriteMessage>(({ args, cwd, text }) => {
  const plans = planner(transforms, args, cwd);
  return {
    answer: async (path) => {
      const planned = await planFile(path, { planner: plans, cwd });
      const report = reportOf(args.write ? asWritten(planned) : planned, args.format, text);
      return toMessage(report, planned, resolve(cwd, path), args);
    },
    hear: (written: readonly Written[]) => plans.wrote(written),
  };
});
