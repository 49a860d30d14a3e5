import { dirname } from 'node:path';
import { DfixError } from '../errors.js';
import { readDockerfile } from '../ports/files.js';
import { type AppliedChange, type RunOptions, runTransforms } from '../transform/index.js';
import { type Level, LEVELS } from '../transform/types.js';
import { accepting } from '../transform/units.js';
import { readProof, type SavedProof } from '../verify/saved-proof.js';
import type { Plan } from './plan.js';
import { ignoreAfter, ignoreFileOf, proofInputs } from './proof-inputs.js';

/** A proof that holds, and the run of the transforms that gives the very rewrite that was built. */
export interface HeldProof {
  readonly proof: SavedProof;
  readonly options: RunOptions;
  accepts(change: AppliedChange): boolean;
  /** Whether a change that is taken was built and run. */
  isProven(change: AppliedChange): boolean;
}

/**
 * The proof that `dfix verify --save` kept of a Dockerfile.
 * @param saved where it was kept, absolute
 * @param file the Dockerfile, absolute, and `text` what it holds
 * @throws DfixError where it cannot be read, does not hold for the files as they are, is about another rewrite, or leaves a
 * change above `safe` untested
 */
export async function heldProof(saved: string, file: string, text: string, plan: Plan): Promise<HeldProof> {
  const context = plan.context ?? dirname(file);
  const { target, buildArgs = {} } = plan.options.inputs ?? {};
  const ignore = ignoreFileOf(file, context);
  const subject = { file, text, context, ignore, build: { target, buildArgs } };
  const check = readProof(readDockerfile(saved).text, await proofInputs(subject, saved));
  if (!check.holds) throw refusal(`the proof does not hold: ${check.why}`);
  const options = { ...plan.options, allow: highestLevel(check.proof) };
  const result = runTransforms(text, { ...options, accepts: check.accepts });
  if (!check.isProven(result.output, ignoreAfter(result, ignore))) {
    throw refusal('the proof is about another rewrite: the options differ, or dfix does');
  }
  const untested = check.proof.changes.find(({ standing, level }) => standing === 'not testable' && level !== 'safe');
  if (untested !== undefined) {
    const { level, transform, line, reason } = untested;
    throw refusal(`the proof leaves a change untested that is "${level}" (${transform}, line ${line}): ${reason}`);
  }
  const kept = check.proof.changes.filter(({ standing }) => standing !== 'dropped');
  const proven = kept.filter(({ standing }) => standing === 'proven');
  return { proof: check.proof, options, accepts: check.accepts, isProven: accepting(proven, kept) };
}

function highestLevel({ changes }: SavedProof): Level {
  return LEVELS.findLast((level) => changes.some((change) => change.level === level)) ?? 'safe';
}

function refusal(why: string): DfixError {
  return new DfixError('proof', why, { hint: 'run dfix verify --save again, with the same options' });
}
