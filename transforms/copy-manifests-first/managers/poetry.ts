import { certainValue } from '../../../src/facts/index.js';
import { folderBy, has, inside, joinPath, listed, strangeOption, unreadable, wordsOf } from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const FILES = /(?:^|\/)(?:pyproject\.toml|poetry\.lock|poetry\.toml)$/;

/** Poetry: python-poetry.org/docs/cli/#install. */
export const poetry: Manager = {
  tools: /^poetry$/,
  install: (question) => {
    if (!/^(?:install|sync)$/.test(question.invocation.subcommand)) return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    if (found.builds && !has(question, '--no-root', '--only-root'))
      return 'poetry install installs the project itself from its source';
    return has(question, '--only-root') ? 'poetry install installs the project itself from its source' : found.needs;
  },
  download: (question) => {
    if (!/^(?:install|sync)$/.test(question.invocation.subcommand) || has(question, '--no-root', '--only-root'))
      return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    if (!found.builds) return undefined;
    return {
      ...found.needs,
      directory: question.place.cwd ?? question.cwd,
      command: `${wordsOf(question)} --no-root`,
      tool: /^poetry$/,
      done: /\bpoetry (?:install|sync)\b[^&|;]*--no-root|\bpoetry export\b/,
      mounted: /pypoetry/,
    };
  },
};

function dependencies(question: Question): { readonly needs: Needs; readonly builds: boolean } | string {
  const { cwd, project } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  const folder = folderBy(question, ['pyproject.toml']);
  const facts = folder === undefined ? undefined : project.at.python(folder);
  if (folder === undefined || facts === undefined)
    return `no pyproject.toml is copied from the build context to ${cwd}`;
  const fault = unreadable(facts, FILES);
  if (fault !== undefined) return fault;
  const local = facts.readsSource.find(({ why }) => /local path|local dependency/.test(why));
  if (local !== undefined) return `${local.why} (${local.path || '.'})`;
  const text = project.context.read(joinPath(folder, 'pyproject.toml')) ?? '';
  const paths = facts.manifests.filter((path) => FILES.test(path));
  const needs = {
    manager: 'Poetry',
    folder,
    cwd,
    paths,
    fills: makesNoEnvironment(question) ? [] : [inside(question.cwd, '.venv')],
    evidence: `Poetry reads ${listed(paths)}`,
  };
  return { needs, builds: !/^[ \t]*package-mode\s*=\s*false/m.test(text) };
}

/** Whether Poetry is told to install beside Python itself. */
function makesNoEnvironment({ state, stageText, invocation }: Question): boolean {
  const name = 'POETRY_VIRTUALENVS_CREATE';
  const value = invocation.environment.find(([set]) => set === name)?.[1]?.value ?? certainValue(state, name);
  return value === 'false' || /\bpoetry config (?:--local )?virtualenvs\.create false\b/.test(stageText);
}
