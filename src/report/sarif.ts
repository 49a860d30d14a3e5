import { lineStarts, positionAt } from '../dockerfile/text.js';
import type { DfixError } from '../errors.js';
import { type AppliedChange, type Fix, helpPage, type TransformMeta } from '../transform/index.js';
import { editsBetween } from './edits-between.js';
import { type FileOutcome, reasonLeftAlone } from './outcome.js';

type Meta = Pick<TransformMeta, 'name' | 'summary' | 'why' | 'references'>;

/** What the log says of dfix itself. */
interface SarifTool {
  readonly version: string;
  readonly transforms: readonly Meta[];
}

/**
 * A SARIF 2.1.0 log: a result for each change, with the fix where the change stands by itself. What was left alone, and
 * errors, are notifications of the run.
 * @param problems errors that belong to no file that was looked at
 */
export function sarifReport(outcomes: readonly FileOutcome[], problems: readonly DfixError[], tool: SarifTool): string {
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error] : []));
  const failed = [...problems, ...errors];
  const results = outcomes.flatMap(resultsOf);
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const rules = tool.transforms.filter(({ name }) => used.has(name)).map(ruleOf);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dfix', version: tool.version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: failed.length === 0,
            toolExecutionNotifications: [...failed.map(errorNotification), ...outcomes.flatMap(notesOf)],
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(meta: Meta) {
  const { name, summary, why } = meta;
  const help = helpPage(meta);
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    ...(help === undefined ? {} : { helpUri: help }),
  };
}

function resultsOf(outcome: FileOutcome) {
  if (outcome.kind !== 'done' || reasonLeftAlone(outcome) !== undefined) return [];
  const { path, result } = outcome;
  const fixes = new Map<AppliedChange, Fix>();
  for (const fix of outcome.fixes?.() ?? []) for (const change of fix.unit.changes) fixes.set(change, fix);
  return [
    ...result.changes.map((change) => resultOf(path, change, artifactChanges(outcome, fixes.get(change)))),
    ...result.withheld.map((change) => resultOf(path, change, undefined)),
  ];
}

function resultOf(path: string, change: AppliedChange, artifacts: ReturnType<typeof artifactChanges>) {
  const { transform, level, line, column, what, why, evidence, group, pass } = change;
  return {
    ruleId: transform,
    level: artifacts === undefined && level === 'unsafe' ? 'note' : 'warning',
    message: { text: `${what}. ${why}` },
    locations: [
      { physicalLocation: { artifactLocation: locationOf(path), region: { startLine: line, startColumn: column } } },
    ],
    ...(artifacts === undefined ? {} : { fixes: [{ description: { text: what }, artifactChanges: artifacts }] }),
    properties: { confidence: level, group: `${pass} ${group}`, evidence: evidence.map(({ fact }) => fact) },
  };
}

function artifactChanges(outcome: FileOutcome, fix: Fix | undefined) {
  if (outcome.kind !== 'done' || fix?.alone === undefined) return undefined;
  const { input, output, files } = fix.alone;
  const others = files.map((edit) => ({
    path: outcome.nameOf?.(edit) ?? edit.path,
    before: edit.before ?? '',
    after: edit.after,
  }));
  return [{ path: outcome.path, before: input, after: output }, ...others].flatMap(({ path, before, after }) => {
    const starts = lineStarts(before);
    const replacements = editsBetween(before, after).map(({ span, text }) => {
      const [from, to] = [positionAt(starts, span.start), positionAt(starts, span.end)];
      const deletedRegion = {
        startLine: from.line,
        startColumn: from.column,
        endLine: to.line,
        endColumn: to.column,
      };
      return { deletedRegion, insertedContent: { text } };
    });
    return replacements.length === 0 ? [] : [{ artifactLocation: locationOf(path), replacements }];
  });
}

function errorNotification({ code, message, file, position, hint }: DfixError) {
  const region = position === undefined ? {} : { region: { startLine: position.line, startColumn: position.column } };
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    ...(file === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: locationOf(file), ...region } }] }),
  };
}

function notesOf(outcome: FileOutcome) {
  const reason = reasonLeftAlone(outcome);
  const note = (text: string, line?: number) => ({
    level: 'note',
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(outcome.path),
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
      },
    ],
  });
  if (reason !== undefined) return [note(`left alone: ${reason}`)];
  if (outcome.kind !== 'done') return [];
  return [
    ...outcome.result.refusals.map(({ transform, reason: why, line }) => note(`${transform} left this: ${why}`, line)),
    ...outcome.result.faults.map(({ transform, message, line }) => note(`${transform} ${message}`, line)),
  ];
}

/** A relative reference, so that it holds in every checkout; characters that no URI has are escaped. */
function locationOf(path: string): { readonly uri: string } {
  const slashes = path.replaceAll('\\', '/');
  const escaped = slashes
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return { uri: slashes.startsWith('/') ? `file://${escaped}` : escaped };
}
