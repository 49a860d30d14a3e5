import { join, relative, resolve, sep } from 'node:path';
import { DockerfileError } from '../dockerfile/index.js';
import { DfixError, formatError, printable } from '../errors.js';
import { pathInRepository } from '../ports/git.js';
import { findDockerfiles } from '../ports/search.js';
import type { AnyTransform } from '../transform/index.js';
import type { ExitCode, Io } from './io.js';
import { planner } from './plan.js';
import type { PrArguments } from './pr-arguments.js';
import { type PrFile, type PrSetting, readPrFile } from './pr-files.js';

/** A work tree to read Dockerfiles in. */
export interface Tree extends Pick<PrSetting, 'root' | 'cwd' | 'proof' | 'built'> {
  /** False where nobody vouches for the repository: no code that its configuration is or names is loaded. */
  readonly allowCode: boolean;
}

export interface Plans {
  /** Those that change. */
  readonly files: readonly PrFile[];
  /** 2: some could not be looked at. 1: some did not settle. */
  readonly code: ExitCode;
  /** Whether there is not one Dockerfile. */
  readonly isEmpty: boolean;
}

/** Plans the Dockerfiles of a tree: what is safe, and what is proven. Warnings and errors of single files are told once. */
export function prPlanner(args: PrArguments, tree: Tree, io: Io, transforms: readonly AnyTransform[]) {
  const told = new Set<string>();
  const say = (line: string): void => {
    if (!told.has(line)) io.stderr.write(`${line}\n`);
    told.add(line);
  };
  return async (dropped: readonly string[], paths: readonly string[] = args.paths): Promise<Plans> => {
    const { files: found, problems } = findDockerfiles(paths, tree);
    for (const problem of problems) say(formatError(problem));
    const isEmpty = paths.length === 0 && found.length === 0 && problems.every(({ code }) => code === 'no-dockerfile');
    const asked = { ...args, skip: [...args.skip, ...dropped], allow: 'safe' as const, allowCode: tree.allowCode };
    const plans = planner(transforms, asked, tree.cwd);
    const files: PrFile[] = [];
    let code: ExitCode = problems.length > 0 ? 2 : 0;
    for (const { path } of found) {
      try {
        const file = await readPrFile(path, { ...tree, planner: plans });
        if (typeof file !== 'string') files.push(file);
        else if (!args.quiet) say(printable(`${path}: warning: left alone: ${file}`));
      } catch (error) {
        say(formatError(errorOf(error, path)));
        code = 2;
      }
    }
    if (code === 0 && files.some(({ settled }) => !settled)) code = 1;
    return { files: files.filter(({ told: { changes } }) => changes.length > 0), code, isEmpty };
  };
}

/** What is said of a file that cannot be looked at; what dfix does not know is thrown on. */
export function errorOf(error: unknown, path: string): DfixError {
  if (error instanceof DfixError)
    return new DfixError(error.code, error.message, { ...error, file: error.file ?? path });
  if (!(error instanceof DockerfileError)) throw error;
  return new DfixError('syntax', error.message, { file: path, position: error.position });
}

/** The same command line for a clone of the checkout that it was given in: paths lead into the clone. */
export function inClone(args: PrArguments, root: string, cwd: string, folder: string): PrArguments & { cwd: string } {
  const place = (path: string): string => {
    const inside = pathInRepository(root, resolve(cwd, path));
    if (inside === undefined) throw new DfixError('outside', 'lies outside of the repository', { file: path });
    return join(folder, ...inside.split('/'));
  };
  const there = place('.');
  return {
    ...args,
    cwd: there,
    paths: args.paths.map((path) => relative(there, place(path)).split(sep).join('/') || '.'),
    context: args.context === undefined ? undefined : place(args.context),
    config: args.config === undefined ? undefined : place(args.config),
  };
}
