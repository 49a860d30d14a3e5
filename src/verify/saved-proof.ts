import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AppliedChange } from '../transform/index.js';
import type { BuildOptions } from './commands.js';
import { accepting } from '../transform/units.js';

/** The version of the schema in docs/verify.md; it grows when a field changes its meaning or goes. */
export const PROOF_SCHEMA = 1;

/** All that the outcome of the builds rests on, beside the base images. */
export interface ProofInputs {
  /** The Dockerfile before. */
  readonly dockerfile: string;
  /** The ignore file that the builds before read. */
  readonly ignore: string | undefined;
  /** Digest of the files that the build sees, from `digestContext`. */
  readonly context: string;
  readonly settings: Pick<BuildOptions, 'target' | 'buildArgs'>;
}

/** Digests of the inputs, lower-case hex SHA-256. */
export interface InputHashes {
  readonly dockerfile: string;
  readonly ignore: string;
  readonly context: string;
  readonly settings: string;
}

export function hashesOf({ dockerfile, ignore, context, settings: { target, buildArgs } }: ProofInputs): InputHashes {
  const sorted = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    dockerfile: sha256(dockerfile),
    ignore: sha256(ignore ?? ''),
    context,
    settings: sha256(JSON.stringify([target ?? null, sorted])),
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const layer = z.object({ by: z.string(), size: z.number() });
const step = z.object({ name: z.string(), cached: z.boolean(), seconds: z.number() });
const measured = z.object({ size: z.number(), layers: z.number(), layerSizes: z.array(layer).optional() });
const timed = z.object({ seconds: z.number(), steps: z.array(step).optional() });
const savedProof = z.object({
  path: z.string(),
  outcome: z.enum(['proven', 'partly', 'nothing']),
  engine: z.string(),
  platform: z.string().optional(),
  inputs: z.object({ dockerfile: z.string(), ignore: z.string(), context: z.string(), settings: z.string() }),
  outputs: z.object({ dockerfile: z.string(), ignore: z.string() }),
  changes: z.array(
    z.object({
      transform: z.string(),
      line: z.number(),
      column: z.number(),
      level: z.enum(['safe', 'review', 'unsafe']),
      what: z.string(),
      standing: z.enum(['proven', 'dropped', 'not testable']),
      reason: z.string(),
    }),
  ),
  before: measured.optional(),
  after: measured.optional(),
  timings: z.array(z.object({ kind: z.string(), file: z.string().optional(), before: timed, after: timed })),
  noise: z.number(),
  ran: z.array(z.string()),
});
const savedFile = z.object({ schema: z.literal(PROOF_SCHEMA), files: z.array(z.unknown()) });

/** A proof as `--save` keeps it. */
export type SavedProof = z.infer<typeof savedProof>;

/** A proof that holds, or why there is none. */
export type ProofCheck =
  | {
      readonly holds: true;
      readonly proof: SavedProof;
      /** Takes the changes that were not dropped; for the `accepts` of a run of the transforms. */
      accepts(change: AppliedChange): boolean;
      /** Whether a rewrite is the very one that was built. */
      isProven(output: string, ignore: string | undefined): boolean;
    }
  | { readonly holds: false; readonly why: string };

const OLD: Readonly<Record<Exclude<keyof InputHashes, 'dockerfile'>, string>> = {
  ignore: 'the ignore file has changed since',
  context: 'the build context has changed since',
  settings: 'it was made with another target or other build arguments',
};

/**
 * Looks in a saved file for a proof about these inputs. Proofs are found by what they are about, not by path.
 * @param file content of what `dfix verify --save` wrote; not trusted
 */
export function readProof(file: string, inputs: ProofInputs): ProofCheck {
  const read = savedFile.safeParse(parse(file));
  if (!read.success) return { holds: false, why: 'it is no proof of this version of dfix' };
  const proofs = read.data.files.flatMap((one) => {
    const proof = savedProof.safeParse(one);
    return proof.success ? [proof.data] : [];
  });
  const hashes = hashesOf(inputs);
  const about = proofs.filter((proof) => proof.inputs.dockerfile === hashes.dockerfile);
  if (about.length === 0) return { holds: false, why: 'no proof in it is about this Dockerfile as it is now' };
  const names = ['ignore', 'context', 'settings'] as const;
  const proof = about.find((one) => names.every((name) => one.inputs[name] === hashes[name]));
  if (proof === undefined) {
    const old = names.find((name) => about.every((one) => one.inputs[name] !== hashes[name]));
    return { holds: false, why: OLD[old ?? 'context'] };
  }
  const kept = proof.changes.filter(({ standing }) => standing !== 'dropped');
  return {
    holds: true,
    proof,
    accepts: accepting(kept, proof.changes),
    isProven: (output, ignore) =>
      sha256(output) === proof.outputs.dockerfile && sha256(ignore ?? '') === proof.outputs.ignore,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All proofs in a saved file that can be read; whether they still hold is not looked at. */
export function proofsIn(file: string): readonly SavedProof[] {
  return (savedFile.safeParse(parse(file)).data?.files ?? []).flatMap((one) => savedProof.safeParse(one).data ?? []);
}

/** The proof in a saved file that is about this very rewrite; whether the build context is still the same is not looked at. */
export function proofOfRewrite(file: string, input: string, output: string): SavedProof | undefined {
  const read = savedFile.safeParse(parse(file));
  for (const one of read.data?.files ?? []) {
    const { data } = savedProof.safeParse(one);
    if (data?.inputs.dockerfile === sha256(input) && data.outputs.dockerfile === sha256(output)) return data;
  }
  return undefined;
}
