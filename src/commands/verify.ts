import { basename, dirname, relative, resolve, sep } from 'node:path';
import { DfixError, formatError, printable } from '../errors.js';
import { readContext } from '../ports/context-files.js';
import { type Engine, findEngine } from '../ports/engine/find.js';
import { onInterrupt } from '../ports/engine/interrupt.js';
import { openWorkbench } from '../ports/engine/workbench.js';
import { readDockerfile } from '../ports/files.js';
import { findDockerfiles } from '../ports/search.js';
import { writeProof } from '../ports/write-proof.js';
import { editedFiles } from '../report/diff.js';
import { type AnyTransform, type AppliedChange, runTransforms } from '../transform/index.js';
import type { BuildOptions } from '../verify/commands.js';
import { dryCommands } from '../verify/dry.js';
import type { Proof } from '../verify/proof.js';
import { type Candidate, prove, type ProveInput } from '../verify/prove.js';
import { jsonProofs, markdownProof, type ProofReport, textProof } from '../verify/report.js';
import { keyOf } from '../verify/units.js';
import type { VerifyArguments } from './arguments.js';
import { type ExitCode, type Io, wantsColour } from './io.js';
import { type Plan, planner, type Planner } from './plan.js';
import { rewriteFile } from './rewrite.js';

/** `dfix verify [PATH…]`: proves the rewrite of each file with real builds; the exit code is 1 where not all is proven. */
export async function verify(args: VerifyArguments, io: Io, transforms: readonly AnyTransform[]): Promise<ExitCode> {
  const { files, problems } = findDockerfiles(args.paths, { cwd: io.cwd });
  for (const problem of problems) io.stderr.write(`${formatError(problem)}\n`);
  const plans = planner(transforms, args, io.cwd);
  const engine = args.dryEngine
    ? { name: args.engine ?? 'buildx', version: '' }
    : await findEngine(args.engine, io.cwd);
  const run = new VerifyRun(args, io, plans, engine);
  let code: ExitCode = problems.length > 0 ? 2 : 0;
  for (const { path } of files) {
    const one = await run.file(path);
    if (one > code) code = one;
    if (run.interrupted) break;
  }
  if (!args.dryEngine) run.finish();
  return code;
}

class VerifyRun {
  readonly #reports: ProofReport[] = [];
  interrupted = false;

  constructor(
    readonly args: VerifyArguments,
    readonly io: Io,
    readonly plans: Planner,
    readonly engine: Engine,
  ) {}

  async file(path: string): Promise<ExitCode> {
    try {
      const plan = await this.plans.plan(resolve(this.io.cwd, path));
      if ('problems' in plan) {
        for (const problem of plan.problems) this.#say(formatError(problem));
        return 2;
      }
      for (const warning of plan.warnings) this.#say(printable(`${path}: warning: ${warning}`));
      return await this.#prove(path, plan);
    } catch (error) {
      if (!(error instanceof DfixError)) throw error;
      this.interrupted = error.code === 'interrupted';
      const { code, message, hint, position } = error;
      this.#say(formatError(new DfixError(code, message, { file: error.file ?? path, hint, position })));
      return 2;
    }
  }

  async #prove(path: string, plan: Plan): Promise<ExitCode> {
    const file = resolve(this.io.cwd, path);
    const { text } = readDockerfile(file);
    const context = plan.context ?? dirname(file);
    const inputs = plan.options.inputs;
    const build: BuildOptions = {
      platform: this.args.platform,
      target: inputs?.target,
      buildArgs: inputs?.buildArgs ?? {},
      secrets: this.args.secrets,
      network: this.args.network,
      builder: this.args.builder,
    };
    if (this.args.dryEngine) {
      const lines = dryCommands(
        this.engine.name,
        { ...build, context: relative(this.io.cwd, context) || '.' },
        this.args.smokes,
      );
      this.io.stdout.write(lines.map((line) => `${line}\n`).join(''));
      return 0;
    }
    const interrupt = onInterrupt();
    const bench = openWorkbench({
      engine: this.engine,
      cwd: this.io.cwd,
      context,
      build,
      signal: interrupt.signal,
      progress: (label, seconds) => this.#progress(label, seconds),
    });
    let proof: Proof;
    try {
      proof = await prove({ ...this.#input(text, file, context, plan), id: bench.id }, bench);
    } finally {
      const left = await bench.close();
      interrupt.release();
      if (left.length > 0) this.#say(printable(`${path}: warning: could not be removed: ${left.join(', ')}`));
    }
    const written = this.args.write && (await this.#write(path, proof));
    const report: ProofReport = { path, engine: this.engine.version, input: text, proof, written };
    this.#reports.push(report);
    if (this.args.format === 'text') this.io.stdout.write(textProof(report, wantsColour(this.args.colour, this.io)));
    if (this.args.format === 'markdown') this.io.stdout.write(markdownProof(report));
    const all = proof.verdicts.every(({ standing }) => standing === 'proven');
    return all ? 0 : 1;
  }

  #input(text: string, file: string, context: string, plan: Plan): Omit<ProveInput, 'id'> {
    const ignore = ignoreFileOf(file, context);
    const phases = new Map(plan.options.transforms.map(({ meta }) => [meta.name, meta.phase]));
    const rewrite = (accepts: ((change: AppliedChange) => boolean) | undefined): Candidate => {
      const result = runTransforms(text, { ...plan.options, ...(accepts === undefined ? {} : { accepts }) });
      const edit = editedFiles(result).find((one) => one.path === ignore.path);
      return { result, ignore: edit?.after ?? ignore.text };
    };
    const { smokes, http, ready, timeout } = this.args;
    return {
      rewrite,
      ignore: ignore.text,
      target: plan.options.inputs?.target,
      smokes,
      http,
      ready,
      timeout,
      changesBase: ({ transform }) => ['base', 'stages'].includes(phases.get(transform) ?? ''),
    };
  }

  /** Writes just what is proven: the transforms run again, and only those changes are taken. */
  async #write(path: string, proof: Proof): Promise<boolean> {
    const proven = new Set(
      proof.verdicts.filter(({ standing }) => standing !== 'dropped').map(({ change }) => keyOf(change)),
    );
    if (proven.size === 0) return false;
    const accepts = (change: AppliedChange): boolean => proven.has(keyOf(change));
    const narrowed: Planner = {
      forgetContexts: () => this.plans.forgetContexts(),
      plan: async (file) => {
        const plan = await this.plans.plan(file);
        return 'problems' in plan ? plan : { ...plan, options: { ...plan.options, accepts } };
      },
    };
    const { outcome } = await rewriteFile(path, { planner: narrowed, cwd: this.io.cwd, write: true });
    if (outcome.kind === 'error') throw outcome.error;
    return outcome.kind === 'done' && outcome.written;
  }

  finish(): void {
    const json = jsonProofs(this.#reports);
    if (this.args.format === 'json') this.io.stdout.write(json);
    if (this.args.save !== undefined) writeProof(resolve(this.io.cwd, this.args.save), json);
  }

  #say(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  #progress(label: string, seconds: number): void {
    if (this.args.quiet || (this.io.env['CI'] ?? '') !== '') return;
    this.#say(printable(`${seconds.toFixed(1).padStart(7)} s  ${label}`));
  }
}

/** The ignore file that a build of this Dockerfile reads, by its path in the context; the path it would have, if none. */
function ignoreFileOf(file: string, context: string): { readonly path: string; readonly text: string | undefined } {
  const own = `${basename(file)}.dockerignore`;
  const ownText = readContext(dirname(file)).read(own);
  if (ownText !== undefined)
    return { path: relative(context, `${file}.dockerignore`).split(sep).join('/'), text: ownText };
  return { path: '.dockerignore', text: readContext(context).read('.dockerignore') };
}
