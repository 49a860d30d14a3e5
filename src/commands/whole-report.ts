import packageJson from '../../package.json' with { type: 'json' };
import type { DfixError } from '../errors.js';
import type { FileOutcome } from '../report/outcome.js';
import type { AnyTransform } from '../transform/index.js';
import type { FixArguments } from './arguments.js';

/** The report of a format that is one document; undefined for one that is written file by file. Each is loaded when asked for. */
export async function wholeReport(
  args: Pick<FixArguments, 'format' | 'proof' | 'history'>,
  outcomes: readonly FileOutcome[],
  problems: readonly DfixError[],
  transforms: readonly AnyTransform[],
  cwd: string,
): Promise<string | undefined> {
  switch (args.format) {
    case 'json':
      return (await import('../report/json.js')).jsonReport(outcomes, problems);
    case 'github':
      return (await import('../report/github.js')).githubReport(outcomes, problems);
    case 'markdown':
      return (await import('../report/markdown.js')).markdownReport(outcomes, problems);
    case 'html': {
      const { htmlReport } = await import('../report/html/report.js');
      if (args.proof === undefined && args.history === undefined) return htmlReport(outcomes, problems);
      const { readFigures } = await import('./report-figures.js');
      return htmlReport(outcomes, problems, readFigures(args, cwd));
    }
    case 'sarif': {
      const tool = { version: packageJson.version, transforms: transforms.map(({ meta }) => meta) };
      return (await import('../report/sarif.js')).sarifReport(outcomes, problems, tool);
    }
    default:
      return undefined;
  }
}
