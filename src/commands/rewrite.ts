import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { templateSign } from '../discovery/template.js';
import { DockerfileError } from '../dockerfile/index.js';
import { DfixError, FILE_START, formatError } from '../errors.js';
import type { DiskContext } from '../ports/context-files.js';
import { type FileWrite, readDockerfile, type ReadFile, writeAll, type Written } from '../ports/files.js';
import { repositoryRoot } from '../ports/search.js';
import { editedFiles, rewriteDiff } from '../report/diff.js';
import type { FileOutcome } from '../report/outcome.js';
import { type FileEdit, fixesOf, type RunResult, runTransforms, type Unit, withUnits } from '../transform/index.js';
import type { Plan, Planner } from './plan.js';

interface RewriteOptions {
  readonly planner: Planner;
  readonly cwd: string;
}

/** A file to write, which must be as it was when the rewrite was planned. */
export type PlannedWrite = FileWrite | { readonly path: string; readonly text: string; readonly before: string };

export interface Rewritten {
  readonly outcome: FileOutcome;
  readonly warnings: readonly string[];
  /** Problems of its configuration beyond the one in the outcome. */
  readonly problems: readonly DfixError[];
  /** What writes it; nothing where nothing changes. */
  readonly writes?: readonly PlannedWrite[];
  /** What was read of its build context. */
  readonly files?: DiskContext | undefined;
  /** For a file with changes: the rewrite with some of them only, and how to write it. */
  readonly choice?: { take(units: readonly Unit[]): RunResult; write(result: RunResult): Promise<void> };
}

/** Runs the planned transforms over one file. Whatever is wrong is in the outcome. */
export async function planFile(path: string, { planner, cwd }: RewriteOptions): Promise<Rewritten> {
  const file = resolve(cwd, path);
  try {
    const read = readDockerfile(file);
    const left = leftAlone(path, read.text);
    if (left !== undefined) return { outcome: left, warnings: [], problems: [] };
    const plan = await planner.plan(file);
    if ('problems' in plan) return withProblems(path, plan.problems);
    const { files } = plan;
    const result = run(path, read.text, plan);
    const nameOf = (edit: FileEdit): string => patchName(editedPath(edit, plan), cwd);
    const diff = rewriteDiff(patchName(file, cwd), result, nameOf);
    const choice = {
      take: (units: readonly Unit[]) => withUnits(result, plan.options, units),
      write: async (taken: RunResult) => void (await writePlanned(writesOf(file, read, taken, plan), cwd)),
    };
    const fixes = () => fixesOf(result, plan.options);
    const outcome = { kind: 'done', path, result, diff, written: false, fixes, nameOf } as const;
    const writes = diff === '' ? [] : writesOf(file, read, result, plan);
    return { outcome, warnings: plan.warnings, problems: [], writes, files, choice };
  } catch (error) {
    return failed(error, file, path);
  }
}

/** The same, and writes what was planned. */
export async function rewriteFile(path: string, options: RewriteOptions): Promise<Rewritten> {
  const planned = await planFile(path, options);
  const { writes = [] } = planned;
  if (writes.length === 0) return planned;
  try {
    options.planner.wrote(await writePlanned(writes, options.cwd));
    return asWritten(planned);
  } catch (error) {
    return failed(error, resolve(options.cwd, path), path);
  }
}

/** What is said of a rewrite when it was written. */
export function asWritten(planned: Rewritten): Rewritten {
  const { outcome, writes = [] } = planned;
  if (outcome.kind !== 'done' || writes.length === 0) return planned;
  return { ...planned, outcome: { ...outcome, written: true } };
}

/** What came of a file whose rewrite failed with this error. */
export function failed(error: unknown, file: string, path: string): Rewritten {
  return { outcome: { kind: 'error', path, error: named(error, file, path) }, warnings: [], problems: [] };
}

/** The same for a text that came through standard input; nothing is written. */
export async function rewriteText(
  path: string,
  text: string,
  { planner }: Pick<RewriteOptions, 'planner'>,
): Promise<Rewritten> {
  const left = leftAlone(path, text);
  if (left !== undefined) return { outcome: left, warnings: [], problems: [] };
  const plan = await planner.plan(undefined);
  if ('problems' in plan) return withProblems(path, plan.problems);
  try {
    const result = run(path, text, plan);
    const diff = rewriteDiff('Dockerfile', result, ({ path: name }) => name);
    const fixes = () => fixesOf(result, plan.options);
    const outcome = { kind: 'done', path, result, diff, written: false, fixes } as const;
    return { outcome, warnings: plan.warnings, problems: [] };
  } catch (error) {
    return failed(error, path, path);
  }
}

function leftAlone(path: string, text: string): FileOutcome | undefined {
  const sign = templateSign(path, text);
  if (sign === undefined) return undefined;
  const place = sign.position === undefined ? '' : `line ${sign.position.line}: `;
  return { kind: 'left-alone', path, reason: `${place}${sign.message}` };
}

function withProblems(path: string, [first, ...others]: readonly DfixError[]): Rewritten {
  return { outcome: { kind: 'error', path, error: first! }, warnings: [], problems: others };
}

function run(path: string, text: string, { options }: Plan): RunResult {
  try {
    return runTransforms(text, options);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new DfixError('syntax', error.message, { file: path, position: error.position });
  }
}

/**
 * The error with the file called as the user does; what is wrong with all of it is said of its first character. What dfix
 * does not know is an error of dfix; other files still go on.
 */
function named(error: unknown, file: string, path: string): DfixError {
  if (!(error instanceof DfixError)) {
    return new DfixError('internal', formatError(error), { file: path, position: FILE_START });
  }
  if (error.file !== undefined && error.file !== file) return error;
  const { code, message, hint, position = FILE_START } = error;
  return new DfixError(code, message, { file: path, hint, position });
}

/** Absolute path of a file beside the Dockerfile: edits name it by its place in the build context. */
function editedPath({ path }: FileEdit, { context }: Plan): string {
  if (context === undefined) throw new DfixError('internal', `edits ${path} without a build context`);
  const full = join(context, path);
  if (isOutside(relative(context, full))) throw new DfixError('internal', `edits ${path} outside the build context`);
  return full;
}

function writesOf(file: string, read: ReadFile, result: RunResult, plan: Plan): readonly PlannedWrite[] {
  const writes: PlannedWrite[] = editedFiles(result).map((edit) => {
    const path = editedPath(edit, plan);
    return {
      path,
      text: edit.after,
      ...(edit.before === undefined ? { identity: undefined } : { before: edit.before }),
    };
  });
  if (result.output !== result.input) writes.push({ path: file, text: result.output, identity: read.identity });
  return writes;
}

/**
 * Writes all that belongs to a rewrite, or nothing.
 * @throws DfixError where a file is no longer what was planned on, or cannot be written
 */
export async function writePlanned(planned: readonly PlannedWrite[], cwd: string): Promise<readonly Written[]> {
  const writes = planned.map((write): FileWrite => {
    if (!('before' in write)) return write;
    const { path, text, before } = write;
    const now = readDockerfile(path);
    if (now.text !== before)
      throw new DfixError('changed', 'changed while dfix was running; nothing written', { file: path });
    return { path, text, identity: now.identity };
  });
  return writeAll(writes, { root: cwd });
}

/**
 * The name of a file in a patch: as `git apply` takes it in the current folder, or for a file outside of it in the root
 * of its repository.
 */
function patchName(file: string, cwd: string): string {
  const here = relative(cwd, file);
  const root = isOutside(here) ? (repositoryRoot(resolve(file, '..')) ?? resolve(file, '/')) : cwd;
  return relative(root, file).split(sep).join('/');
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}
