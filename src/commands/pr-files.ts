import { join, resolve } from 'node:path';
import { templateSign } from '../discovery/template.js';
import { DfixError } from '../errors.js';
import type { FileContent, ToldFile } from '../forge/types.js';
import { readDockerfile } from '../ports/files.js';
import { pathInRepository } from '../ports/git.js';
import { editedFiles } from '../report/diff.js';
import { type AnyTransform, type AppliedChange, type RunResult, runTransforms } from '../transform/index.js';
import type { Planner } from './plan.js';
import { heldProof } from './pr-proof.js';

/** One Dockerfile in a repository, and what becomes of it. */
export interface PrFile {
  readonly told: ToldFile;
  readonly transforms: readonly AnyTransform[];
  readonly settled: boolean;
  readonly before: readonly FileContent[];
  /** All files of the rewrite when only the changes of these transforms are taken; all of them when undefined. */
  rewrite(families?: ReadonlySet<string>): readonly FileContent[];
}

export interface PrFileOptions {
  readonly root: string;
  readonly cwd: string;
  readonly planner: Planner;
  /** What `dfix verify --save` wrote, absolute; without it only `safe` changes are taken. */
  readonly proof: string | undefined;
}

/**
 * Plans the rewrite of one Dockerfile.
 * @returns why it is left alone, where it is
 * @throws DfixError or DockerfileError
 */
export async function readPrFile(path: string, { root, cwd, planner, proof }: PrFileOptions): Promise<PrFile | string> {
  const file = resolve(cwd, path);
  const { text } = readDockerfile(file);
  const sign = templateSign(path, text);
  if (sign !== undefined) return sign.message;
  const plan = await planner.plan(file);
  if ('problems' in plan) throw plan.problems[0]!;
  const place = (absolute: string): string => {
    const inside = pathInRepository(root, absolute);
    if (inside === undefined) throw new DfixError('outside', 'lies outside of the repository', { file: absolute });
    return inside;
  };
  const name = place(file);
  const beside = (result: RunResult): readonly FileContent[] =>
    editedFiles(result).map((edit) => ({ path: place(join(plan.context!, edit.path)), text: edit.after }));
  const held = proof === undefined ? undefined : await heldProof(proof, file, text, plan);
  const options = held?.options ?? plan.options;
  const full = runTransforms(text, { ...options, ...(held === undefined ? {} : { accepts: held.accepts }) });
  const others = editedFiles(full).flatMap(({ path: other, before }) =>
    before === undefined ? [] : [{ path: place(join(plan.context!, other)), text: before }],
  );
  const before = [{ path: name, text }, ...others];
  return {
    told: {
      path: name,
      changes: full.settled
        ? full.changes.map((change) => ({ ...change, proven: held?.isProven(change) === true }))
        : [],
      refusals: full.refusals,
      proof: held?.proof,
    },
    transforms: plan.options.transforms,
    settled: full.settled,
    before,
    rewrite: (families) => {
      const accepts = (change: AppliedChange): boolean =>
        families?.has(change.transform) === true && held?.accepts(change) !== false;
      const result = families === undefined ? full : runTransforms(text, { ...options, accepts });
      const after = [{ path: name, text: result.output }, ...beside(result)];
      const written = new Set(after.map((one) => one.path));
      return [...after, ...others.filter((one) => !written.has(one.path))];
    },
  };
}

/**
 * The files of several rewrites as one list.
 * @throws DfixError when two Dockerfiles want different things of a file that they share
 */
export function together(lists: readonly (readonly FileContent[])[]): readonly FileContent[] {
  const files = new Map<string, string>();
  for (const { path, text } of lists.flat()) {
    if ((files.get(path) ?? text) !== text) {
      const hint = 'name one of the Dockerfiles at a time';
      throw new DfixError('conflict', 'two Dockerfiles want different changes to it', { file: path, hint });
    }
    files.set(path, text);
  }
  return [...files].map(([path, text]) => ({ path, text }));
}
