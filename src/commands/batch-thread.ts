/** The script of a thread that plans repositories. */
import { answer } from '../ports/campaign/thread.js';
import { transforms } from '../../transforms/index.js';
import { planStep } from './batch-plan.js';

answer(planStep(transforms));
