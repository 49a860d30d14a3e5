import { join, resolve } from 'node:path';
import { templateSign } from '../discovery/template.js';
import { DfixError } from '../errors.js';
import type { FileContent, ToldFile } from '../forge/types.js';
import { readDockerfile } from '../ports/files.js';
import { isLinked } from '../ports/forge/linked.js';
import { pathInRepository } from '../ports/git.js';
import { editedFiles } from '../report/diff.js';
import { type AnyTransform, type AppliedChange, type RunResult, runTransforms } from '../transform/index.js';
import type { Planner } from './plan.js';
import { heldProof, type ProofSetting } from './pr-proof.js';

/** One Dockerfile in a repository, and what becomes of it. */
export interface PrFile {
  readonly told: ToldFile;
  readonly transforms: readonly AnyTransform[];
  readonly settled: boolean;
  readonly before: readonly FileContent[];
  /** All files of the rewrite when only the changes of these transforms are taken; all of them when undefined. */
  rewrite(families?: ReadonlySet<string>): readonly FileContent[];
}

/** What the rewrites of one repository share. */
export interface PrSetting extends ProofSetting {
  readonly cwd: string;
  readonly planner: Planner;
}

/**
 * Plans the rewrite of one Dockerfile: what is safe, and what a saved proof is about.
 * @returns why it is left alone, where it is
 * @throws DfixError or DockerfileError
 */
export async function readPrFile(path: string, setting: PrSetting): Promise<PrFile | string> {
  const { root, cwd, planner } = setting;
  const file = resolve(cwd, path);
  const place = (absolute: string): string => {
    const inside = pathInRepository(root, absolute);
    if (inside === undefined) throw new DfixError('outside', 'lies outside of the repository', { file: path });
    return inside;
  };
  const name = place(file);
  if (isLinked(root, file)) return 'it is a symbolic link, or behind one';
  const { text } = readDockerfile(file);
  const sign = templateSign(path, text);
  if (sign !== undefined) return sign.message;
  const plan = await planner.plan(file);
  if ('problems' in plan) throw plan.problems[0]!;
  const proof = await heldProof({ file, text, plan }, setting);
  const options = { ...plan.options, ...proof?.options };
  const full = runTransforms(text, options);
  const others = editedFiles(full).flatMap(({ path: other, before }) =>
    before === undefined ? [] : [{ path: place(join(plan.context!, other)), text: before }],
  );
  const linked = editedFiles(full).find(({ path: other, before }) => {
    return before !== undefined && isLinked(root, join(plan.context!, other));
  });
  if (linked !== undefined) return `${linked.path} is a symbolic link, or behind one`;
  const beside = (result: RunResult): readonly FileContent[] =>
    editedFiles(result).map((edit) => ({ path: place(join(plan.context!, edit.path)), text: edit.after }));
  return {
    told: {
      path: name,
      changes: full.settled ? full.changes.map((one) => ({ ...one, proven: proof?.isProven(one) === true })) : [],
      refusals: full.refusals,
      proof: proof?.saved,
    },
    transforms: plan.options.transforms,
    settled: full.settled,
    before: [{ path: name, text }, ...others],
    rewrite: (families) => {
      const accepts = (change: AppliedChange): boolean =>
        families!.has(change.transform) && options.accepts?.(change) !== false;
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
