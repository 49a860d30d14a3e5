import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { DockerfileError } from '../dockerfile/index.js';
import { DfixError, formatError, printable } from '../errors.js';
import { findEngine } from '../ports/engine/find.js';
import { findDockerfiles } from '../ports/search.js';
import { writeProof } from '../ports/write-proof.js';
import type { AnyTransform } from '../transform/index.js';
import { jsonProofs, markdownProof, type ProofError, type ProofReport, textProof } from '../verify/report.js';
import type { VerifyArguments } from './arguments.js';
import { type ExitCode, type Io, wantsColour } from './io.js';
import { planner } from './plan.js';
import { type FileProof, FileVerifier } from './verify-file.js';
import { liveProgress } from './verify-progress.js';

/** `dfix verify [PATH…]`: proves the rewrite of each file with real builds; the exit code is 1 where not all is proven. */
export async function verify(args: VerifyArguments, io: Io, transforms: readonly AnyTransform[]): Promise<ExitCode> {
  const { files, problems } = findDockerfiles(args.paths, { cwd: io.cwd });
  const progress = liveProgress(io, args.quiet);
  for (const problem of problems) progress.say(formatError(problem));
  const engine = args.dryEngine
    ? { name: args.engine ?? 'buildx', version: '' }
    : await findEngine(args.engine, io.cwd);
  const verifier = new FileVerifier({ args, io, engine, progress, plans: planner(transforms, args, io.cwd) });
  const reports: ProofReport[] = [];
  const errors: ProofError[] = [];
  let code: ExitCode = problems.length > 0 ? 2 : 0;
  for (const { path } of files) {
    const outcome = await attempt(path, verifier);
    progress.close();
    if ('error' in outcome) {
      progress.say(formatError(outcome.error, (io.env['DFIX_DEBUG'] ?? '') !== ''));
      errors.push({ path, code: outcome.error.code, message: outcome.error.message });
      code = 2;
      if (outcome.error.code === 'interrupted') break;
      continue;
    }
    if (outcome.kind !== 'report') {
      io.stdout.write(outcome.text);
      continue;
    }
    const { report } = outcome;
    reports.push(report);
    if (args.format === 'text') io.stdout.write(textProof(report, wantsColour(args.colour, io)));
    if (args.format === 'markdown') io.stdout.write(markdownProof(report));
    if (code === 0 && report.proof.verdicts.some(({ standing }) => standing !== 'proven')) code = 1;
  }
  if (args.dryEngine) return code;
  const json = jsonProofs(reports, errors, packageJson.version);
  if (args.format === 'json') io.stdout.write(json);
  if (args.save !== undefined) writeProof(resolve(io.cwd, args.save), json);
  return code;
}

/** Whatever goes wrong with one file, the next ones are still done. */
async function attempt(path: string, verifier: FileVerifier): Promise<FileProof | { readonly error: DfixError }> {
  try {
    return await verifier.verify(path);
  } catch (error) {
    if (error instanceof DockerfileError) {
      return { error: new DfixError('syntax', error.message, { file: path, position: error.position }) };
    }
    if (!(error instanceof DfixError)) {
      return { error: new DfixError('internal', formatError(error), { file: path }) };
    }
    const { code, message, hint, position } = error;
    return { error: new DfixError(code, printable(message), { file: error.file ?? path, hint, position }) };
  }
}
