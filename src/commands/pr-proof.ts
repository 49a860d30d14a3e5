import { join } from 'node:path';
import { DfixError } from '../errors.js';
import { pathInRepository } from '../ports/git.js';
import { type AppliedChange, LEVELS, type RunOptions, runTransforms } from '../transform/index.js';
import { accepting } from '../transform/units.js';
import { type ProofCheck, readProof, type SavedProof } from '../verify/saved-proof.js';
import type { Plan } from './plan.js';
import { ignoreAfter, ignoreFileOf, proofInputs } from './proof-inputs.js';

/** A proof that holds, and the run of the transforms that gives the very rewrite that was built. */
interface HeldProof {
  readonly saved: SavedProof;
  readonly options: Pick<RunOptions, 'allow' | 'accepts'>;
  /** Whether a change that is taken was built and run. */
  isProven(change: AppliedChange): boolean;
}

interface Planned {
  /** The Dockerfile, absolute, and what it holds. */
  readonly file: string;
  readonly text: string;
  readonly plan: Plan;
}

export interface ProofSetting {
  /** Of the work tree. */
  readonly root: string;
  /** What `verify --save` wrote, and where, absolute; undefined when nothing was built. */
  readonly proof: { readonly file: string; readonly text: string } | undefined;
  /** The checkout that was built, where its commit is the base. */
  readonly built: string | undefined;
}

/**
 * The proof that `dfix verify --save` kept of a Dockerfile; undefined where none is given.
 * @throws DfixError where it does not hold for the files as they are, is about another rewrite, or leaves a change above
 * `safe` untested
 */
export async function heldProof({ file, text, plan }: Planned, setting: ProofSetting): Promise<HeldProof | undefined> {
  const { proof } = setting;
  if (proof === undefined || plan.context === undefined) return undefined;
  const { target, buildArgs = {} } = plan.options.inputs ?? {};
  const ignore = ignoreFileOf(file, plan.context);
  const subject = { file, text, context: plan.context, ignore, build: { target, buildArgs } };
  const check = await checkProof(proof, subject, setting);
  if (!check.holds) throw refusal(`the proof does not hold: ${check.why}`);
  const { proof: saved, accepts } = check;
  const highest = Math.max(0, ...saved.changes.map(({ level }) => LEVELS.indexOf(level)));
  const options = { allow: LEVELS[highest]!, accepts };
  const result = runTransforms(text, { ...plan.options, ...options });
  if (!check.isProven(result.output, ignoreAfter(result, ignore))) {
    throw refusal('the proof is about another rewrite: the options differ, or dfix does');
  }
  const untested = saved.changes.find(({ standing, level }) => standing === 'not testable' && level !== 'safe');
  if (untested !== undefined) {
    const { level, transform, line, reason } = untested;
    throw refusal(`the proof leaves a change untested that is "${level}" (${transform}, line ${line}): ${reason}`);
  }
  const kept = saved.changes.filter(({ standing }) => standing !== 'dropped');
  const proven = kept.filter(({ standing }) => standing === 'proven');
  return { saved, options, isProven: accepting(proven, kept) };
}

/** Checks a proof against the files of the base; what git does not keep may lie in the checkout that was built. */
async function checkProof(
  { file, text }: { readonly file: string; readonly text: string },
  subject: Parameters<typeof proofInputs>[0],
  { root, built }: ProofSetting,
): Promise<ProofCheck> {
  const checks: ProofCheck[] = [];
  for (const tree of built === undefined ? [root] : [root, built]) {
    const at = (path: string): string => join(tree, pathInRepository(root, path) ?? '.');
    const there = { ...subject, context: at(subject.context), file: at(subject.file) };
    const check = readProof(text, await proofInputs(there, file));
    if (check.holds) return check;
    checks.push(check);
  }
  return checks.at(-1)!;
}

function refusal(why: string): DfixError {
  return new DfixError('proof', why, { hint: 'run dfix verify --save again, with the same options' });
}
