import { printable } from '../errors.js';
import type { Proof, Timed, Timing, Verdict } from './proof.js';
import { differenceText } from './difference.js';
import { type InputHashes, PROOF_SCHEMA, sha256 } from './saved-proof.js';

/** A proof and what it is about. */
export interface ProofReport {
  readonly path: string;
  /** The engine and its version. */
  readonly engine: string;
  /** As given; undefined: the engine's own. */
  readonly platform: string | undefined;
  /** Undefined where nobody asked for them. */
  readonly inputs: InputHashes | undefined;
  readonly proof: Proof;
  readonly written: boolean;
}

const MOST_LISTED = 20;

/** The report for a person. */
export function textProof(report: ProofReport, colour: boolean): string {
  const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[22m` : text);
  const { proof } = report;
  const lines = [`${bold(printable(report.path))}: ${headline(report)}`];
  for (const verdict of proof.verdicts) lines.push(`  ${verdictText(verdict)}`);
  if (proof.before !== undefined) {
    lines.push(...figures(proof).map((line) => `  ${line}`));
    lines.push(
      `  ${ranText(proof)}; ${proof.announced.length} announced differences, ${proof.noise} set aside as noise`,
    );
  }
  if (proof.unexplained.length > 0) {
    lines.push('  unexplained in the whole rewrite:');
    for (const one of proof.unexplained.slice(0, MOST_LISTED))
      lines.push(`    ${printable(differenceText(one)).slice(0, 400)}`);
    if (proof.unexplained.length > MOST_LISTED) lines.push(`    and ${proof.unexplained.length - MOST_LISTED} more`);
  }
  for (const note of proof.notes) lines.push(`  note: ${printable(note).slice(0, 400)}`);
  return `${lines.join('\n')}\n\n`;
}

function headline({ proof, written }: ProofReport): string {
  const { verdicts } = proof;
  if (verdicts.length === 0) return 'nothing to prove: no change';
  const count = (standing: Verdict['standing']): number => verdicts.filter((one) => one.standing === standing).length;
  const parts = [`${count('proven')} proven`];
  if (count('dropped') > 0) parts.push(`${count('dropped')} dropped`);
  if (count('not testable') > 0) parts.push(`${count('not testable')} not testable`);
  return `${parts.join(', ')} of ${verdicts.length} ${verdicts.length === 1 ? 'change' : 'changes'}${written ? ', written' : ''}`;
}

function verdictText({ change, standing, reason }: Verdict): string {
  const why = standing === 'proven' ? '' : standing === 'dropped' ? ` because ${reason}` : `: ${reason}`;
  return printable(`line ${change.line}  ${change.transform}  ${change.what}: ${standing}${why}`);
}

function ranText({ ran }: Proof): string {
  return ran.length === 0 ? 'built, not run' : `built and run (${ran.map(printable).join(', ')})`;
}

function figures({ before, after, timings }: Proof): readonly string[] {
  if (before === undefined || after === undefined) return [];
  return [
    `size ${megabytes(before.size)} -> ${megabytes(after.size)} MB, layers ${before.layers} -> ${after.layers} (measured)`,
    ...timings.map(
      (timing) =>
        `${timingName(timing)}: ${timing.before.seconds.toFixed(1)} s -> ${timing.after.seconds.toFixed(1)} s (measured)`,
    ),
  ];
}

function timingName({ kind, file }: Timing): string {
  return `${kind}${file === undefined ? '' : ` (${printable(file)})`}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

/** The report for a pull request. */
export function markdownProof(report: ProofReport): string {
  const { proof } = report;
  const rows = proof.verdicts.map(
    ({ change, standing, reason }) =>
      `| ${change.line} | ${cell(change.transform)} | ${cell(change.what)} | ${standing}${reason === '' ? '' : `: ${cell(reason)}`} |`,
  );
  const lines = [
    `### ${cell(report.path)}: ${headline(report)}`,
    '',
    ...(rows.length === 0 ? [] : ['| line | transform | change | result |', '| --- | --- | --- | --- |', ...rows, '']),
  ];
  if (proof.before !== undefined && proof.after !== undefined) {
    lines.push('| measured | before | after |', '| --- | --- | --- |');
    lines.push(`| size, MB | ${megabytes(proof.before.size)} | ${megabytes(proof.after.size)} |`);
    lines.push(`| layers | ${proof.before.layers} | ${proof.after.layers} |`);
    for (const timing of proof.timings) {
      lines.push(
        `| build, ${cell(timingName(timing))}, s | ${timing.before.seconds.toFixed(1)} | ${timing.after.seconds.toFixed(1)} |`,
      );
    }
    lines.push(
      '',
      `${cell(ranText(proof))}; ${proof.noise} differences set aside as noise. Engine: ${cell(report.engine)}.`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Text that neither ends a table's cell nor starts markup. */
function cell(text: string): string {
  return printable(text.slice(0, 300)).replace(/[\\`*_{}[\]<>#|!@~]/g, (character) => `\\${character}`);
}

/** A file that could not be proven or refuted. */
export interface ProofError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * All proofs of one call as JSON.
 * @param version of dfix
 */
export function jsonProofs(reports: readonly ProofReport[], errors: readonly ProofError[], version: string): string {
  const report = { schema: PROOF_SCHEMA, dfix: version, files: reports.map(asJson), errors };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function asJson({ path, engine, platform, inputs, proof, written }: ProofReport): unknown {
  const {
    outcome,
    verdicts,
    output,
    ignore,
    before,
    after,
    timings,
    announced,
    unexplained,
    noise,
    ran,
    notes,
    trials,
  } = proof;
  return {
    path,
    outcome,
    written,
    engine,
    platform,
    inputs,
    outputs: { dockerfile: sha256(output), ignore: sha256(ignore ?? '') },
    changes: verdicts.map(({ change, standing, reason }) => ({
      transform: change.transform,
      line: change.line,
      column: change.column,
      level: change.level,
      what: change.what,
      standing,
      reason,
    })),
    before,
    after,
    timings: timings.map(({ kind, file, before: a, after: b }) => ({ kind, file, before: timed(a), after: timed(b) })),
    announced,
    unexplained,
    noise,
    ran,
    notes,
    trials,
  };
}

function timed({ seconds, steps }: Timed): unknown {
  return { seconds, steps };
}
