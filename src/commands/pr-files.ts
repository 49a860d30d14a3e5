import { join, resolve } from 'node:path';
import { templateSign } from '../discovery/template.js';
import { DfixError } from '../errors.js';
import type { FileContent, ToldFile } from '../forge/types.js';
import { digestContext } from '../ports/engine/context-digest.js';
import { readDockerfile } from '../ports/files.js';
import { isLinked } from '../ports/forge/linked.js';
import { pathInRepository } from '../ports/git.js';
import { editedFiles } from '../report/diff.js';
import { type AnyTransform, type AppliedChange, LEVELS, type RunResult, runTransforms } from '../transform/index.js';
import { type ProofCheck, readProof } from '../verify/saved-proof.js';
import type { Plan, Planner } from './plan.js';
import { ignoreFileOf } from './verify-file.js';

/** One Dockerfile in a repository, and what becomes of it. */
export interface PrFile {
  readonly told: ToldFile;
  readonly transforms: readonly AnyTransform[];
  readonly settled: boolean;
  readonly before: readonly FileContent[];
  /** Why the saved proof is not about this rewrite; undefined when it is, or there is none. */
  readonly unproven: string | undefined;
  /** All files of the rewrite when only the changes of these transforms are taken; all of them when undefined. */
  rewrite(families?: ReadonlySet<string>): readonly FileContent[];
}

/** What the rewrites of one repository share. */
export interface PrSetting {
  /** Of the work tree. */
  readonly root: string;
  readonly cwd: string;
  readonly planner: Planner;
  /** Content of what `verify --save` wrote; undefined when nothing was built. */
  readonly proofs: string | undefined;
  /** The checkout that was built, where its commit is the base. */
  readonly built: string | undefined;
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
  const proof = await findProof({ file, text, plan }, setting);
  const options = { ...plan.options, ...(typeof proof === 'object' ? proof.options : {}) };
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
  const proven = typeof proof === 'object' ? proof.proven : new Set();
  return {
    told: {
      path: name,
      changes: full.settled ? full.changes.map((one) => ({ ...one, proven: proven.has(keyOf(one)) })) : [],
      refusals: full.refusals,
      proof: typeof proof === 'object' ? proof.saved : undefined,
    },
    transforms: plan.options.transforms,
    settled: full.settled,
    before: [{ path: name, text }, ...others],
    unproven: typeof proof === 'string' ? proof : undefined,
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

type Named = Pick<AppliedChange, 'transform' | 'line' | 'column' | 'what'>;
const keyOf = ({ transform, line, column, what }: Named): string => [transform, line, column, what].join('\n');

interface Planned {
  readonly file: string;
  readonly text: string;
  readonly plan: Plan;
}

/** The rewrite that was built, when it is the one that comes out now; else why it is not. */
async function findProof({ file, text, plan }: Planned, { root, proofs, built }: PrSetting) {
  if (proofs === undefined || plan.context === undefined) return undefined;
  const { context } = plan;
  const ignore = ignoreFileOf(file, context);
  const settings = {
    target: plan.options.inputs?.target,
    buildArgs: plan.options.inputs?.buildArgs ?? {},
    platform: undefined,
  };
  let check: ProofCheck | undefined;
  // What git does not keep may lie in the checkout that was built.
  for (const tree of built === undefined ? [root] : [root, built]) {
    const at = (path: string): string => join(tree, pathInRepository(root, path) ?? '.');
    const digest = await digestContext(at(context), at(file), ignore.text);
    check = readProof(proofs, { dockerfile: text, ignore: ignore.text, context: digest, settings });
    if (check.holds) break;
  }
  if (check?.holds !== true) return check?.why;
  const { proof, accepts, isProven } = check;
  const highest = proof.changes.reduce((top, { level }) => Math.max(top, LEVELS.indexOf(level)), 0);
  const options = { allow: LEVELS[highest]!, accepts };
  const result = runTransforms(text, { ...plan.options, ...options });
  const after = editedFiles(result).find((edit) => edit.path === ignore.path)?.after ?? ignore.text;
  if (proof.outcome === 'nothing' || !isProven(result.output, after)) {
    return proof.outcome === 'nothing'
      ? 'its builds proved nothing'
      : 'what it proved is another rewrite than this one';
  }
  const proven = new Set(proof.changes.filter(({ standing }) => standing === 'proven').map(keyOf));
  return { options, saved: proof, proven };
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
