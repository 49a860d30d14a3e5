import { basename, join } from 'node:path';
import { isDockerfileName } from '../discovery/names.js';
import { templateSign } from '../discovery/template.js';
import { DfixError, formatError } from '../errors.js';
import { parseRemote } from '../forge/remote.js';
import { type Finding, type LineEdit, remarksOn } from '../forge/suggest.js';
import { readDockerfile } from '../ports/files.js';
import { isLinked } from '../ports/forge/linked.js';
import { editsBetween } from '../report/edits-between.js';
import { type AnyTransform, runTransforms } from '../transform/index.js';
import { fixesOf } from '../transform/fixes.js';
import type { ExitCode, Io } from './io.js';
import { planner, type Planner } from './plan.js';
import type { PrArguments } from './pr-arguments.js';
import { errorOf } from './pr-plan.js';
import { cloneTarget, connectTarget, type Target } from './pr-target.js';

/**
 * `dfix pr --comment NUMBER`: suggests what is safe to change in the Dockerfiles that a pull request touches, at its lines,
 * each finding once. The pull request may come from anybody: no code of it is loaded.
 */
export async function comment(
  args: PrArguments & { readonly comment: number },
  target: Target,
  io: Io,
  transforms: readonly AnyTransform[],
  second: number,
): Promise<ExitCode> {
  const forge = await connectTarget(target, io, second);
  const pull = await forge.reviewed(args.comment);
  const touched = pull.files.filter(({ path }) => isDockerfileName(basename(path)));
  let code: ExitCode = 0;
  const findings: Finding[] = [];
  if (touched.length > 0) {
    const remote = pull.url === undefined ? target.remote : parseRemote(pull.url);
    const clone = await cloneTarget({ ...target, remote }, { base: args.baseBranch, ref: pull.ref });
    try {
      if (!clone.base.sha.startsWith(pull.head)) {
        throw new DfixError('raced', 'the pull request changed while dfix looked at it', { hint: 'run again' });
      }
      const plans = planner(transforms, { ...args, allow: 'safe', allowCode: false }, clone.folder);
      for (const { path } of touched) {
        try {
          findings.push(...(await findingsIn(clone.folder, path, plans)));
        } catch (error) {
          io.stderr.write(`${formatError(errorOf(error, path))}\n`);
          code = 2;
        }
      }
    } finally {
      await clone.close();
    }
  }
  const lines = new Map(touched.map((file) => [file.path, file.lines]));
  const isShown = (path: string, line: number): boolean => lines.get(path)?.has(line) === true;
  const remarks = remarksOn(findings, forge.platform, isShown, pull.remarks);
  if (!args.dryRun && remarks.length > 0) await forge.review(args.comment, pull.head, remarks);
  if (args.json) io.stdout.write(`${JSON.stringify({ schema: 1, remarks }, undefined, 2)}\n`);
  else if (args.dryRun) for (const { path, end, body } of remarks) io.stdout.write(`${path}:${end}\n${body}\n`);
  else io.stdout.write(`${remarks.length} new suggestion${remarks.length === 1 ? '' : 's'}\n`);
  return code;
}

async function findingsIn(folder: string, path: string, plans: Planner): Promise<readonly Finding[]> {
  const file = join(folder, ...path.split('/'));
  if (isLinked(folder, file)) return [];
  const { text } = readDockerfile(file);
  if (templateSign(path, text) !== undefined) return [];
  const plan = await plans.plan(file);
  if ('problems' in plan) throw plan.problems[0]!;
  const result = runTransforms(text, plan.options);
  if (!result.settled) return [];
  return fixesOf(result, plan.options).flatMap(({ unit, alone }) => {
    if (alone === undefined) return [];
    const [change] = unit.changes;
    return [
      {
        ...{ path, transform: unit.name, what: change!.what, why: change!.why, text: linesOf(text) },
        edits: editsBetween(text, alone.output).map(({ span, text: now }) => lineEdit(text, span, now)),
        files: alone.files.map((one) => one.path),
      },
    ];
  });
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function lineEdit(text: string, span: { readonly start: number; readonly end: number }, now: string): LineEdit {
  const start = text.slice(0, span.start).split('\n').length;
  const gone = span.end === span.start ? 0 : linesOf(text.slice(span.start, span.end)).length;
  return { start, end: start + gone - 1, lines: now === '' ? [] : linesOf(now) };
}
