import { folderBy, inside, isBelow, joinPath, listed, readsNothing, unreadable } from './shared.js';
import type { Answer, Manager, Question } from './types.js';

const FETCHES = /^(?:deps\.get|deps\.compile|local\.hex|local\.rebar)$/;

/** Every task evaluates the configuration; what it reads beyond its own folder is not followed. */
const READS =
  /\bimport_config\s*(?:\(\s*)?"\.\.\/|\bPath\.wildcard|\bCode\.(?:eval_file|require_file)|\bFile\.(?:read|stream|ls|cwd)/;

/** Mix: hexdocs.pm/mix/Mix.Tasks.Deps.Get.html. */
export const mix: Manager = {
  tools: /^mix$/,
  install: (question) => {
    const { subcommand, args } = question.invocation;
    if (/^local\.(?:hex|rebar)$/.test(subcommand)) return readsNothing(question, 'Mix');
    if (subcommand !== 'do') return FETCHES.test(subcommand) ? dependencies(question, [subcommand]) : undefined;
    const tasks = args
      .slice(1)
      .map(({ text }) => text)
      .join(' ')
      .split(/,|\s\+\s/)
      .map((task) => task.trim().split(' ', 1)[0]!);
    return tasks.every((task) => FETCHES.test(task)) ? dependencies(question, tasks) : undefined;
  },
};

function dependencies(question: Question, tasks: readonly string[]): Answer {
  const { cwd, project } = question;
  const folder = folderBy(question, ['mix.exs']);
  const facts = folder === undefined ? undefined : project.at.elixir(folder);
  if (folder === undefined || facts === undefined) return `no mix.exs is copied from the build context to ${cwd}`;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const source = facts.readsSource.find(({ path }) => isBelow(folder, path));
  if (source !== undefined) return `${joinPath(folder, 'mix.exs')}: ${source.why}`;
  if (facts.apps.length > 0 && tasks.includes('deps.compile'))
    return 'mix deps.compile compiles the apps of the umbrella too';
  const settings = facts.manifests.find(
    (path) =>
      /(?:^|\/)config\/.*\.exs$/.test(path) &&
      !path.endsWith('runtime.exs') &&
      READS.test(project.context.read(path) ?? '') &&
      question.source(inside(cwd, folder === '' ? path : path.slice(folder.length + 1))) === path,
  );
  if (settings !== undefined) return `${settings} reads other files`;
  const paths = [...facts.manifests, ...facts.readsSource.map(({ path }) => path)];
  return {
    manager: 'Mix',
    folder,
    cwd,
    paths,
    fills: ['deps', '_build'].map((name) => inside(cwd, name)),
    evidence: `Mix reads ${listed(facts.manifests)}`,
  };
}
