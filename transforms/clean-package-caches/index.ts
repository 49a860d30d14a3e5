import {
  type CleanableRun,
  cleanableRuns,
  copiedOut,
  type FirstRun,
  isMounted,
  removesLater,
  type Run,
  type Use,
} from '../../src/cache-mounts/index.js';
import type { Edit } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { defineTransform } from '../../src/transform/index.js';
import { skipDocumentation } from './documentation.js';
import { fills, type Row, rows } from './rows.js';

export default defineTransform({
  meta: {
    name: 'clean-package-caches',
    summary: 'Keep no archives of yarn, Composer, conda or gems in the layer',
    why: 'These managers keep the archives of all that they install; without a cache mount those land in the image, where nothing reads them.',
    phase: 'clean',
    local: true,
    looksFor: [['yarn', 'yarnpkg', 'composer', 'conda', 'mamba', 'micromamba', 'gem', 'bundle', 'bundler']],
    level: 'review',
    assumes: ['nobody reads the documentation of gems inside the image'],
    needs: ['project'],
    preset: 'default',
    sameAs: ['DL3060'],
    references: [
      'https://classic.yarnpkg.com/en/docs/cli/cache',
      'https://yarnpkg.com/cli/cache/clean',
      'https://getcomposer.org/doc/03-cli.md#clear-cache-clearcache-cc',
      'https://docs.conda.io/projects/conda/en/stable/commands/clean.html',
    ],
    options: {},
  },
  find: (_, { facts, project, propose, decline }) => {
    const taken = new Set<Run>();
    for (const cleanable of cleanableRuns(facts)) {
      const { run } = cleanable;
      for (const row of rows) {
        const last = run.uses.findLastIndex(({ invocation }) => fills(row, invocation));
        if (last < 0 || row.applies?.(facts, project) === false) continue;
        const folders = row.folders(run, facts, run.uses[last]!, project);
        if (isClean(cleanable, row, last, folders)) continue;
        const edit = cleanedAfter(facts, project, cleanable, row, run.uses[last]!, folders);
        if (typeof edit === 'string') {
          decline(edit, run.instruction.span);
          continue;
        }
        const { tool } = run.uses[last]!.invocation;
        propose({
          at: run.instruction.span,
          edits: [edit],
          level: 'safe',
          what: `empty the cache of ${tool!} in the same layer`,
          announces: [
            {
              kind: 'files',
              effect: 'removed',
              paths: folders.map((folder) => `${folder}/${row.gone}`),
              why: `${tool!} downloads archives anew when it needs them`,
            },
          ],
        });
        taken.add(run);
        // Another manager of the same RUN takes the next pass.
        break;
      }
    }
    skipDocumentation({ facts, propose, decline }, taken);
  },
});

/** Whether nothing of the cache ends in an image. */
function isClean(
  { run, ships }: CleanableRun,
  { tools, cleans }: Row,
  last: number,
  folders: readonly string[],
): boolean {
  const cleaned = run.uses
    .slice(last + 1)
    .some(({ invocation: { tool, subcommand } }) => tools.test(tool ?? '') && cleans.test(subcommand));
  // Where the folder is not known, the stage tells whether it ships.
  const places = folders.length === 0 ? ['/'] : folders;
  return (
    cleaned ||
    !places.some(ships) ||
    folders.some((folder) => isMounted(run, folder) || removesLater(run, last, folder))
  );
}

function cleanedAfter(
  facts: Facts,
  project: ProjectFacts | undefined,
  { run, later, heirs }: CleanableRun,
  row: Row,
  use: Use,
  folders: readonly string[],
): Edit | string {
  const { instruction, script, state } = run;
  const { tool } = use.invocation;
  const body = facts.body(instruction);
  if (script === undefined || use.script === undefined || body.kind !== 'script') return 'JSON form is not edited';
  if (use.invocation.user !== undefined)
    return `${use.invocation.user} runs ${tool!}, who is not the user of this step`;
  if (folders.length === 0) return `where ${tool!} keeps its cache is not known`;
  const isElsewhere =
    row.moves.test(script.source.text) ||
    row.variables.some((name) => state.env.has(name)) ||
    use.invocation.environment.some(([name]) => name === 'HOME');
  if (isElsewhere) return `the cache of ${tool!} lies elsewhere or is turned off`;
  const kept =
    row.keeps?.(use, run, facts, project) ?? offlineLater(row, later) ?? copiedOut(facts, {}, heirs, folders);
  if (kept !== undefined) return kept;
  const text = row.command?.(folders) ?? `${programOf(use)} ${row.cleaner!}`;
  return insertAfter(facts.file, instruction, script, use.invocation.command, text, body.errexit);
}

/** For each row, whether a RUN takes everything from the cache. */
const takesFromCache = new Map(
  rows.map((row) => [
    row,
    ({ uses }: Run) =>
      uses.some(
        ({ invocation: { tool, options } }) =>
          row.tools.test(tool ?? '') && options.some(({ name }) => row.offline.test(name)),
      ),
  ]),
);

function offlineLater(row: Row, later: FirstRun): string | undefined {
  const reader = later(takesFromCache.get(row)!);
  return reader === undefined ? undefined : `line ${reader.instruction.lines.first} takes everything from the cache`;
}

/** The words of a command up to its subcommand, wrappers included: `sudo composer`, `php composer.phar`. */
function programOf({ invocation: { command, args, subcommand } }: Use): string {
  const first = subcommand.split(' ')[0];
  const end = args.find(({ value }) => value === first && first !== '') ?? args[0];
  const count = end === undefined ? command.words.length : command.words.indexOf(end);
  return command.words
    .slice(0, count)
    .map(({ text }) => text)
    .join(' ');
}
