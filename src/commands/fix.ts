import { resolve } from 'node:path';
import { didYouMean } from '../config/suggest.js';
import { DfixError, formatError } from '../errors.js';
import { findDockerfiles } from '../ports/search.js';
import { addSummaries, type FileOutcome, NOTHING_DONE } from '../report/outcome.js';
import { textSummary, type TextOptions } from '../report/text.js';
import type { AnyTransform } from '../transform/index.js';
import type { FixArguments } from './arguments.js';
import { type FileReport, isDocument, reportOf, warned } from './file-report.js';
import { type ExitCode, type Io, wantsColour } from './io.js';
import { planner } from './plan.js';
import { rewriteAll } from './rewrite-all.js';
import { planFile, type Rewritten, rewriteText } from './rewrite.js';
import { readStdin } from './stdin.js';
import { COMMANDS } from './simple-line.js';
import { wholeReport } from './whole-report.js';

const STDIN = 'stdin';

/** `dfix [PATH…]`: shows, writes or checks what the transforms make of Dockerfiles. */
export async function fix(args: FixArguments, io: Io, transforms: readonly AnyTransform[]): Promise<ExitCode> {
  const run = new FixRun(args, io, transforms);
  if (args.paths.includes('-')) return run.standardInput();
  if (args.interactive === true) return run.interactive();
  return run.files();
}

/** One call of the command: prints each file as it is done, and keeps the outcomes for the end. */
class FixRun {
  /** All of them where the report is one document; else only counted, so that thousands take no room. */
  readonly #outcomes: FileOutcome[] = [];
  #last: FileOutcome | undefined;
  #summary = NOTHING_DONE;
  #unsettled = false;
  readonly #problems: DfixError[] = [];
  readonly #said = new Set<string>();
  readonly #text: TextOptions;
  readonly #rewrite: Parameters<typeof planFile>[1];

  constructor(
    readonly args: FixArguments,
    readonly io: Io,
    readonly transforms: readonly AnyTransform[],
  ) {
    const { quiet, write } = args;
    this.#text = { colour: wantsColour(args.colour, io), terminal: io.isTTY, quiet, write };
    this.#rewrite = { planner: planner(transforms, args, io.cwd), cwd: io.cwd };
  }

  async files(): Promise<ExitCode> {
    const { files, problems } = findDockerfiles(this.args.paths, { cwd: this.io.cwd });
    for (const problem of problems) this.#fail(withSuggestion(problem, this.args.paths));
    const named = new Set(files.filter(({ explicit }) => explicit).map(({ path }) => path));
    const paths = files.map(({ path }) => path);
    const { args, io, transforms } = this;
    for await (const one of rewriteAll(paths, { args, io, text: this.#text, transforms })) this.#done(one);
    await this.#reportInline(this.args.paths.length === 0 ? ['.'] : this.args.paths.filter((path) => !named.has(path)));
    await this.#reportAll();
    if (this.args.format === 'text') this.io.stdout.write(textSummary(this.#summary, this.#last, this.#text));
    return this.#exitCode();
  }

  /** Asks about each change of each file; what was taken is written at the end, or nothing when that fails. */
  async interactive(): Promise<ExitCode> {
    const { review } = await import('./review.js');
    const { files, problems } = findDockerfiles(this.args.paths, { cwd: this.io.cwd });
    for (const problem of problems) this.#fail(problem);
    const rewritten: Rewritten[] = [];
    for (const { path } of files) {
      const one = await planFile(path, this.#rewrite);
      this.#record(this.#reportOf(one));
      rewritten.push(one);
    }
    for (const write of await review(rewritten, this.io, this.#text)) {
      try {
        await write();
      } catch (error) {
        if (!(error instanceof DfixError)) throw error;
        this.#fail(error);
      }
    }
    return this.#exitCode();
  }

  async standardInput(): Promise<ExitCode> {
    const text = await readStdin(this.io, STDIN);
    if (text instanceof DfixError) {
      this.#fail(text);
      await this.#reportAll();
      return 2;
    }
    const rewritten = await rewriteText(STDIN, text, this.#rewrite);
    if (this.args.format === 'text') {
      this.#record(this.#reportOf(rewritten));
      const { outcome } = rewritten;
      if (outcome.kind === 'done') this.io.stdout.write(outcome.result.output);
      if (outcome.kind === 'left-alone') {
        if (!this.args.quiet) this.#say(warned(STDIN, undefined, `left alone: ${outcome.reason}`));
        this.io.stdout.write(text);
      }
    } else this.#done(this.#reportOf(rewritten));
    await this.#reportAll();
    return this.#exitCode();
  }

  /** Writes the report of a format that is one document. */
  async #reportAll(): Promise<void> {
    const report = await wholeReport(this.args, this.#outcomes, this.#problems, this.transforms, this.io.cwd);
    if (report !== undefined) this.io.stdout.write(report);
  }

  async #reportInline(folders: readonly string[]): Promise<void> {
    const { inlineBuilds } = folders.length === 0 ? { inlineBuilds: undefined } : await import('./builds.js');
    for (const folder of folders) {
      for (const source of (await inlineBuilds?.(resolve(this.io.cwd, folder))) ?? []) {
        const path = folder === '.' ? source : `${folder.replace(/(?<!\/)\/+$/, '')}/${source}`;
        const reason = 'a Dockerfile written inside another file is not rewritten';
        const outcome = { kind: 'left-alone', path, reason } as const;
        this.#done(this.#reportOf({ outcome, warnings: [], problems: [] }));
      }
    }
  }

  #reportOf(rewritten: Rewritten): FileReport {
    return reportOf(rewritten, this.args.format, this.#text);
  }

  /** Records what came of a file and prints it. */
  #done(report: FileReport): void {
    this.#record(report);
    if (report.text !== '') this.io.stdout.write(report.text);
  }

  #record({ outcome, counts, settled, problems, said }: FileReport): void {
    if (outcome !== undefined && isDocument(this.args.format)) this.#outcomes.push(outcome);
    this.#last = outcome;
    this.#summary = addSummaries(this.#summary, counts);
    if (!settled) this.#unsettled = true;
    for (const problem of problems) this.#fail(problem);
    for (const line of said) this.#say(line);
  }

  #fail(problem: DfixError): void {
    this.#problems.push(problem);
    this.#say(formatError(problem));
  }

  /** One configuration may be wrong for many files: it is said once. */
  #say(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.io.stderr.write(`${line}\n`);
  }

  #exitCode(): ExitCode {
    const { errors, changed } = this.#summary;
    if (this.#problems.length > 0 || errors > 0) return 2;
    return this.#unsettled || (this.args.check && changed > 0) ? 1 : 0;
  }
}

/** A word that is no path may be a command, misspelt. */
function withSuggestion(problem: DfixError, paths: readonly string[]): DfixError {
  const { code, message, file, position } = problem;
  if (code !== 'missing' || file === undefined || !paths.includes(file)) return problem;
  const hint = didYouMean(file, [...COMMANDS]).replace(/^; /, '');
  return hint === '' ? problem : new DfixError(code, message, { file, position, hint });
}
