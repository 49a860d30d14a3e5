import { transforms } from '../../transforms/index.js';
import { planner } from './plan.js';
import { rewriteFile } from './rewrite.js';
import { type RewriteMessage, toMessage, type WorkerSettings } from './rewrite-message.js';
import { serve } from '../ports/workers.js';

// A thread of `dfix --jobs`: rewrites the files that it is sent.
serve<WorkerSettings, string, RewriteMessage>(({ args, cwd }) => {
  const options = { planner: planner(transforms, args, cwd), cwd, write: args.write };
  return async (path) => toMessage(await rewriteFile(path, options), args.format === 'sarif');
});
