import type { DfixError } from '../errors.js';
import { printable } from '../errors.js';
import type { AppliedChange } from '../transform/index.js';
import { type FileOutcome, reasonLeftAlone } from './outcome.js';

type Command = 'error' | 'warning' | 'notice';

/**
 * Workflow commands that GitHub Actions shows beside the lines of a pull request: a warning for each change, a notice for
 * each that is above the allowed level, an error for what could not be read.
 * @param problems errors that belong to no file that was looked at
 */
export function githubReport(outcomes: readonly FileOutcome[], problems: readonly DfixError[]): string {
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error] : []));
  const lines = [
    ...[...problems, ...errors].map(({ file, position, message, hint }) =>
      command('error', { file, line: position?.line, col: position?.column, title: 'dfix' }, [
        hint === undefined ? message : `${message} (${hint})`,
      ]),
    ),
    ...outcomes.flatMap((outcome) => {
      if (outcome.kind !== 'done' || reasonLeftAlone(outcome) !== undefined) return [];
      const { path, result, written } = outcome;
      const made = written ? 'notice' : 'warning';
      return [
        ...result.changes.map((change) => annotation(made, path, change)),
        ...result.withheld.map((change) => annotation('notice', path, change)),
      ];
    }),
  ];
  return [...new Set(lines)].map((line) => `${line}\n`).join('');
}

function annotation(kind: Command, path: string, change: AppliedChange): string {
  const { transform, level, line, column, what, why } = change;
  return command(kind, { file: path, line, col: column, title: `${transform} (${level})` }, [what, why]);
}

function command(
  kind: Command,
  properties: Readonly<Record<string, string | number | undefined>>,
  text: readonly string[],
): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(printable(String(value)))}`],
  );
  return `::${kind} ${given.join(',')}::${data(text.map(printable).join('\n'))}`;
}

/** As the runner undoes it: `%` first. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
