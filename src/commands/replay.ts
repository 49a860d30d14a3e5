import { dirname, resolve } from 'node:path';
import { Dockerfile, DockerfileError } from '../dockerfile/index.js';
import { DfixError, formatError } from '../errors.js';
import { type BuildInputs } from '../facts/index.js';
import { readDockerfile } from '../ports/files.js';
import { pathInRepository, readHistory } from '../ports/git.js';
import { readBytes } from '../ports/read-file.js';
import { findDockerfiles, repositoryRoot } from '../ports/search.js';
import {
  addedIgnoreLines,
  type Arm,
  CACHE_MOUNT_FACTOR,
  ESTIMATED_SECONDS,
  ignoreFilesOf,
  NO_TIMINGS,
  parseTimings,
  replay,
  summariseArm,
  type Timings,
} from '../replay/index.js';
import { replayJson, type ReplayReport, replayText } from '../report/replay.js';
import { type AnyTransform, type RunResult, runTransforms } from '../transform/index.js';
import { buildFinder } from './builds.js';
import { type ExitCode, type Io, wantsColour } from './io.js';
import { type Plan, type Planner, planner } from './plan.js';

/** The command line of `dfix replay`, checked. */
export interface ReplayArguments extends BuildInputs {
  readonly path: string | undefined;
  readonly commits: number;
  /** A log of `docker buildx build --progress=rawjson` or `plain`. */
  readonly timings: string | undefined;
  readonly json: boolean;
  readonly context: string | undefined;
  readonly config: string | undefined;
  readonly colour: boolean | undefined;
}

/** `dfix replay [PATH]`: what the last commits would have cost to rebuild, before and after dfix's rewrite. */
export async function replayHistory(
  args: ReplayArguments,
  io: Io,
  transforms: readonly AnyTransform[],
): Promise<ExitCode> {
  const { files, problems } = findDockerfiles(args.path === undefined ? [] : [args.path], { cwd: io.cwd });
  const errors = problems.map((problem) => formatError(problem));
  const timings = args.timings === undefined ? NO_TIMINGS : readTimings(args.timings, io.cwd);
  const plans = planner(transforms, { ...args, only: [], skip: [], allow: undefined }, io.cwd);
  const reports: ReplayReport[] = [];
  for (const { path } of files) {
    try {
      const report = await replayFile(path, args, { plans, timings, cwd: io.cwd });
      reports.push(report);
      if (!args.json)
        io.stdout.write(
          `${reports.length > 1 ? '\n' : ''}${replayText(report, { colour: wantsColour(args.colour, io) })}`,
        );
    } catch (error) {
      const known = error instanceof DfixError && error.file === undefined;
      errors.push(
        formatError(known ? new DfixError(error.code, error.message, { file: path, hint: error.hint }) : error),
      );
    }
  }
  for (const error of errors) io.stderr.write(`${error}\n`);
  if (args.json) io.stdout.write(replayJson(reports, errors));
  return errors.length > 0 ? 2 : 0;
}

interface Settings {
  readonly plans: Planner;
  readonly timings: Timings;
  readonly cwd: string;
}

async function replayFile(
  path: string,
  args: ReplayArguments,
  { plans, timings, cwd }: Settings,
): Promise<ReplayReport> {
  const file = resolve(cwd, path);
  const root = repositoryRoot(dirname(file));
  if (root === undefined) throw new DfixError('git', 'lies in no git repository', { file: path });
  const plan = await plans.plan(file);
  if ('problems' in plan) throw plan.problems[0]!;
  const found = await buildFinder()(file);
  const folder = contextFolder(plan, args, found?.contexts[0], file, cwd);
  const context = pathInRepository(root, folder);
  const dockerfile = pathInRepository(root, file);
  if (context === undefined || dockerfile === undefined) {
    throw new DfixError('git', 'the build context lies outside of the repository', { file: path });
  }
  const inputs = plan.options.inputs ?? { target: args.target, buildArgs: args.buildArgs };
  const result = rewrite(path, readDockerfile(file).text, plan);
  const varying = (found?.varying ?? []).filter((name) => !Object.hasOwn(inputs.buildArgs, name));
  const arms: Arm[] = [
    { file: Dockerfile.parse(result.input), inputs },
    { file: Dockerfile.parse(result.output), inputs, ignoreLines: addedIgnoreLines(result.files) },
  ];
  const ignoreFiles = ignoreFilesOf(dockerfile, context);
  const history = await readHistory(root, { commits: args.commits, below: [context, ...ignoreFiles] });
  try {
    const replayed = await replay(history, arms, { context, ignoreFiles, varying, timings, cloned: true });
    const [before, after] = replayed.arms.map((arm) => summariseArm(arm, replayed.commits));
    const costs = replayed.arms.map((arm) => arm.commits);
    const total = before!.totalSeconds.upper;
    return {
      path,
      context: context === '' ? '.' : context,
      target: inputs.target ?? null,
      commits: replayed.commits.map((one, i) => ({ ...one, before: costs[0]![i]!, after: costs[1]![i]! })),
      before: before!,
      after: after!,
      gain: total === 0 ? 0 : Math.round((1 - after!.totalSeconds.upper / total) * 1e4) / 1e4,
      transforms: [...new Set(result.changes.map(({ transform }) => transform))].sort(),
      assumptions: {
        estimatedSeconds: ESTIMATED_SECONDS,
        cacheMountFactor: CACHE_MOUNT_FACTOR,
        measuredSteps: timings.size,
        varyingArguments: varying,
      },
    };
  } finally {
    history.close();
  }
}

function contextFolder(
  plan: Plan,
  args: ReplayArguments,
  found: string | undefined,
  file: string,
  cwd: string,
): string {
  if (args.context !== undefined) return resolve(cwd, args.context);
  return plan.context ?? found ?? dirname(file);
}

function rewrite(path: string, text: string, { options }: Plan): RunResult {
  try {
    return runTransforms(text, options);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new DfixError('syntax', error.message, { file: path, position: error.position });
  }
}

function readTimings(path: string, cwd: string): Timings {
  const timings = parseTimings(Buffer.from(readBytes(resolve(cwd, path)).bytes).toString('utf8'));
  if (timings.size > 0) return timings;
  throw new DfixError('timings', 'holds no times of build steps', {
    file: path,
    hint: 'docker buildx build --no-cache --progress=rawjson . 2> LOG',
  });
}
