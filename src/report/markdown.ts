import type { DfixError } from '../errors.js';
import { formatError } from '../errors.js';
import { code, prose } from '../forge/escape.js';
import type { AppliedChange, RunResult } from '../transform/index.js';
import { type FileOutcome, reasonLeftAlone, summarise } from './outcome.js';

/**
 * The report as GitHub-flavoured Markdown, for a comment or a job summary. Nothing that a repository says becomes markup.
 * @param problems errors that belong to no file that was looked at
 */
export function markdownReport(outcomes: readonly FileOutcome[], problems: readonly DfixError[]): string {
  const { files, changed, changes } = summarise(outcomes);
  const head = `# dfix\n\n${files} ${files === 1 ? 'file' : 'files'} looked at, ${changed} would change, ${changes} ${changes === 1 ? 'change' : 'changes'}.\n`;
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error] : []));
  const failed = [...problems, ...errors].map((error) => `- ${prose(formatError(error))}\n`);
  const sections = [
    head,
    ...(failed.length === 0 ? [] : [`## Errors\n\n${failed.join('')}`]),
    ...outcomes.flatMap(section),
  ];
  return sections.join('\n');
}

function section(outcome: FileOutcome): readonly string[] {
  const title = `## ${code(outcome.path)}\n`;
  const reason = reasonLeftAlone(outcome);
  if (reason !== undefined) return [title, `Left alone: ${prose(reason)}\n`];
  if (outcome.kind !== 'done') return [];
  const { result, diff } = outcome;
  const left = leftList(result);
  if (diff === '' && left.length === 0 && result.withheld.length === 0) return [title, 'Nothing to change.\n'];
  return [
    title,
    ...(diff === '' ? [] : [fenced(diff)]),
    ...table('Changes', result.changes),
    ...table('Above the allowed level', result.withheld),
    ...left,
  ];
}

function fenced(diff: string): string {
  const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${diff}${diff.endsWith('\n') ? '' : '\n'}${fence}\n`;
}

function table(title: string, changes: readonly AppliedChange[]): readonly string[] {
  if (changes.length === 0) return [];
  const rows = [...changes]
    .sort((a, b) => a.line - b.line)
    .map(({ line, transform, level, what, why, evidence }) => {
      const facts = evidence.map(({ fact }) => prose(fact)).join('; ');
      return `| ${line} | ${prose(transform)} | ${level} | ${prose(what)} | ${prose(why)} | ${facts} |\n`;
    });
  const head = '| line | transform | level | what | why | evidence |\n| ---: | --- | --- | --- | --- | --- |\n';
  return [`### ${title}\n\n${head}${[...new Set(rows)].join('')}`];
}

function leftList({ refusals, faults }: RunResult): readonly string[] {
  const rows = [
    ...refusals.map(({ transform, reason, line }) => `- line ${line}, ${prose(transform)}: ${prose(reason)}\n`),
    ...faults.map(({ transform, message }) => `- ${prose(transform)}: ${prose(message)}\n`),
  ];
  return rows.length === 0 ? [] : [`### Left alone\n\n${[...new Set(rows)].join('')}`];
}
