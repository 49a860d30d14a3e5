import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ArtefactKind, BATCH_PHASES, type BatchRecord } from './record.js';

const list = z.array(z.string());
const stepSchema = z.strictObject({
  repository: z.string().min(1),
  phase: z.enum(BATCH_PHASES),
  settings: z.strictObject({
    only: list,
    skip: list,
    allow: z.enum(['safe', 'review']),
    /** Where the host's name does not tell. */
    platform: z.enum(['github', 'gitlab', 'gitea', 'bitbucket']).optional(),
    baseUrl: z.string().optional(),
  }),
  /** Digest of what earlier phases rested on; empty for the first one. */
  rests: z.string(),
  /** What `verify --save` wrote of it, for the phases that look at it. */
  proof: z.string().optional(),
  /** The inputs on which the phase came to an end before: on the same ones there is nothing to do. */
  settled: z.string().optional(),
});

/** One phase of one repository, to be done: all that whoever does it needs to know, and nothing secret. */
export type Step = z.infer<typeof stepSchema>;
/** What a campaign asks of all its repositories. */
export type StepSettings = Step['settings'];

/** A step that came from elsewhere; undefined when it is none, such as one of another version of dfix. */
export function checkStep(value: unknown): Step | undefined {
  return stepSchema.safeParse(value).data;
}

/** Digest of all that a step after the plan rests on. */
export function inputsOf({ phase, settings, rests, proof }: Step): string {
  return digest([phase, settings, rests, proof ?? null]);
}

/** Digest of a step, what was done before included: the same work has the same one. */
export function digestOf(step: Step): string {
  return digest([step.repository, step.settled ?? null, inputsOf(step)]);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** What came of a step. */
export interface StepResult extends Pick<BatchRecord, 'inputs' | 'outcome' | 'reason' | 'estimate'> {
  readonly texts: Readonly<Partial<Record<ArtefactKind, string>>>;
}

/** Does one step after the other, so that nothing a repository holds reaches another one. */
export interface Lane {
  /**
   * @returns undefined where nothing was left to do
   * @throws only when it was interrupted: what is wrong with a repository is a result
   */
  run(step: Step): Promise<StepResult | undefined>;
  close(): Promise<void>;
}

/** A step that came to nothing, before it was known what it rests on. */
export function failedStep(reason: string): StepResult {
  return { inputs: '', outcome: 'failed', reason, texts: {} };
}
