import { dirname, relative, resolve } from 'node:path';
import { templateSign } from '../discovery/template.js';
import { DfixError, formatError, printable } from '../errors.js';
import type { Engine } from '../ports/engine/find.js';
import { onInterrupt } from '../ports/engine/interrupt.js';
import { openWorkbench } from '../ports/engine/workbench.js';
import { readDockerfile } from '../ports/files.js';
import { type AppliedChange, runTransforms } from '../transform/index.js';
import type { BuildOptions } from '../verify/commands.js';
import { dryCommands } from '../verify/dry.js';
import type { Proof } from '../verify/proof.js';
import { prove } from '../verify/prove.js';
import type { Candidate, ProveInput } from '../verify/prove-input.js';
import type { ProofReport } from '../verify/report.js';
import { hashesOf } from '../verify/saved-proof.js';
import type { VerifyArguments } from './arguments.js';
import { copiedPaths } from './copied-paths.js';
import type { Io } from './io.js';
import type { Plan, Planner } from './plan.js';
import { ignoreAfter, ignoreFileOf, proofInputs, type ProofSubject } from './proof-inputs.js';
import { rewriteFile } from './rewrite.js';
import type { LiveProgress } from './verify-progress.js';

/** What came of one file: a report, or a text where nothing was built. */
export type FileProof =
  { readonly kind: 'report'; readonly report: ProofReport } | { readonly kind: 'text'; readonly text: string };

interface Setting {
  readonly args: VerifyArguments;
  readonly io: Io;
  readonly plans: Planner;
  readonly engine: Engine;
  readonly progress: LiveProgress;
}

/** A Dockerfile and what its builds read and are told. */
interface Subject extends ProofSubject {
  readonly path: string;
  readonly plan: Plan;
  readonly build: BuildOptions;
}

/** Proves one file after the other with one engine. */
export class FileVerifier {
  constructor(readonly setting: Setting) {}

  /** @throws DfixError where nothing can be said about the file */
  async verify(path: string): Promise<FileProof> {
    const { args, io, plans, engine, progress } = this.setting;
    const file = resolve(io.cwd, path);
    const { text } = readDockerfile(file);
    const sign = templateSign(path, text);
    if (sign !== undefined) return { kind: 'text', text: printable(`${path}: left alone: ${sign.message}`) + '\n' };
    const plan = await plans.plan(file);
    if ('problems' in plan) {
      for (const problem of plan.problems.slice(1)) progress.say(formatError(problem));
      throw plan.problems[0]!;
    }
    if (!args.quiet) for (const warning of plan.warnings) progress.say(printable(`${path}: warning: ${warning}`));
    const context = plan.context ?? dirname(file);
    const build: BuildOptions = {
      platform: args.platform,
      target: plan.options.inputs?.target,
      buildArgs: plan.options.inputs?.buildArgs ?? {},
      secrets: args.secrets,
      network: args.network,
      builder: args.builder,
    };
    if (args.dryEngine) {
      const lines = dryCommands(engine.name, { ...build, context: relative(io.cwd, context) || '.' }, args.smokes);
      return { kind: 'text', text: lines.map((line) => `${line}\n`).join('') };
    }
    const subject = { path, file, text, context, ignore: ignoreFileOf(file, context), plan, build };
    const isKept = args.save !== undefined || args.format === 'json';
    const inputs = isKept
      ? hashesOf(await proofInputs(subject, args.save === undefined ? undefined : resolve(io.cwd, args.save)))
      : undefined;
    const proof = await this.#build(subject);
    const written = args.write && (await this.#write(subject, proof));
    const { platform } = args;
    return { kind: 'report', report: { path, engine: engine.version, platform, inputs, proof, written } };
  }

  async #build(subject: Subject): Promise<Proof> {
    const { io, engine, progress } = this.setting;
    const { path, context, build } = subject;
    const interrupt = onInterrupt();
    const bench = openWorkbench({ engine, cwd: io.cwd, context, build, signal: interrupt.signal, progress });
    try {
      return await prove({ ...this.#input(subject), id: bench.id }, bench);
    } finally {
      const left = await bench.close();
      interrupt.release();
      if (left.length > 0) progress.say(printable(`${path}: warning: could not be removed: ${left.join(', ')}`));
    }
  }

  #input({ text, ignore, plan, build }: Subject): Omit<ProveInput, 'id'> {
    const phases = new Map(plan.options.transforms.map(({ meta }) => [meta.name, meta.phase]));
    const rewrite = (accepts: ((change: AppliedChange) => boolean) | undefined): Candidate => {
      const result = runTransforms(text, { ...plan.options, ...(accepts === undefined ? {} : { accepts }) });
      return { result, ignore: ignoreAfter(result, ignore) };
    };
    const { smokes, http, ready, timeout } = this.setting.args;
    return {
      rewrite,
      ignore: ignore.text,
      target: build.target,
      smokes,
      http,
      ready,
      timeout,
      copied: copiedPaths(text, plan.options.inputs),
      changesBase: ({ transform }) => ['base', 'stages'].includes(phases.get(transform) ?? ''),
    };
  }

  /** Writes just what is left: the transforms run again, and only those changes are taken. */
  async #write({ path, file, text, plan }: Subject, proof: Proof): Promise<boolean> {
    if (proof.verdicts.every(({ standing }) => standing === 'dropped')) return false;
    if (readDockerfile(file).text !== text) {
      throw new DfixError('changed', 'changed while it was built; nothing written', { file: path });
    }
    const options = { ...plan.options, accepts: (change: AppliedChange) => proof.accepts(change) };
    const planner: Planner = {
      wrote: (written) => this.setting.plans.wrote(written),
      plan: () => Promise.resolve({ ...plan, options }),
    };
    const { outcome } = await rewriteFile(path, { planner, cwd: this.setting.io.cwd });
    if (outcome.kind === 'error') throw outcome.error;
    return outcome.kind === 'done' && outcome.written;
  }
}
