import { transforms } from '../../transforms/index.js';
import { serve } from '../ports/workers.js';
import type { RewriteMessage, WorkerSettings } from './rewrite-message.js';
import { rewriteService } from './rewrite-service.js';

// A thread of `dfix --jobs` beside the first.
serve<WorkerSettings, string, RewriteMessage>((settings) => rewriteService(transforms, settings));
