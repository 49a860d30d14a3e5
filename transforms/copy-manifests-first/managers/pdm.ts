import { inside, folderBy, has, joinPath, listed, strangeOption, unreadable, wordsOf } from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const FILES = /(?:^|\/)(?:pyproject\.toml|pdm\.lock|\.?pdm\.toml|\.python-version)$/;

/** PDM: pdm-project.org/en/latest/reference/cli, `install` and `sync`. */
export const pdm: Manager = {
  tools: /^pdm$/,
  install: (question) => {
    if (!/^(?:install|sync)$/.test(question.invocation.subcommand)) return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    return found.builds && !has(question, '--no-self')
      ? 'pdm installs the project itself from its source'
      : found.needs;
  },
  download: (question) => {
    if (!/^(?:install|sync)$/.test(question.invocation.subcommand) || has(question, '--no-self')) return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    if (!found.builds) return undefined;
    if (/__pypackages__/.test(question.stageText))
      return 'pdm installs to __pypackages__ where that is there before it';
    return {
      ...found.needs,
      directory: question.place.cwd ?? question.cwd,
      command: `${wordsOf(question)} --no-self`,
      tool: /^pdm$/,
      done: /\bpdm (?:install|sync)\b[^&|;]*--no-self|\bpdm export\b/,
      mounted: /pdm/,
    };
  },
};

function dependencies(question: Question): { readonly needs: Needs; readonly builds: boolean } | string {
  const { cwd, project, state } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  if (has(question, '-L', '--lockfile', '-p', '--project', '--plugins', '-g', '--global'))
    return 'pdm is told of other files than those of its folder';
  if (['PDM_LOCKFILE', 'PDM_PROJECT'].some((name) => state.env.has(name))) return 'pdm reads what a variable names';
  const folder = folderBy(question, ['pyproject.toml']);
  const facts = folder === undefined ? undefined : project.at.python(folder);
  if (folder === undefined || facts === undefined)
    return `no pyproject.toml is copied from the build context to ${cwd}`;
  const fault = unreadable({
    ...facts,
    unreadable: facts.unreadable.filter(({ path }) => path === '' || FILES.test(path)),
  });
  if (fault !== undefined) return fault;
  const paths = facts.manifests.filter((path) => FILES.test(path));
  const text = project.context.read(joinPath(folder, 'pyproject.toml')) ?? '';
  const stop = STOPS.find(([says]) => says.test(text));
  const settings = paths.find(
    (path) => !path.endsWith('pdm.lock') && /\bfile:|PROJECT_ROOT/.test(project.context.read(path) ?? 'file:'),
  );
  if (stop !== undefined || settings !== undefined)
    return stop === undefined
      ? `${settings!} names files of the project`
      : `${joinPath(folder, 'pyproject.toml')}: ${stop[1]}`;
  const needs = {
    manager: 'PDM',
    folder,
    cwd,
    paths,
    fills: ['.venv', '__pypackages__', '.pdm-python'].map((name) => inside(cwd, name)),
    evidence: `PDM reads ${listed(paths)}`,
  };
  return { needs, builds: !/^[ \t]*(?:distribution\s*=\s*false|package-type\s*=\s*["']application["'])/m.test(text) };
}

/** What pyproject.toml says for which more is read than it. */
const STOPS: readonly (readonly [says: RegExp, why: string])[] = [
  [/^[ \t]*(?:pre|post)_(?:install|lock|build)\b/m, 'scripts of the project run at its install'],
  [/^[ \t]*dynamic\s*=\s*\[[^[\]]*dependencies/m, 'its dependencies are computed'],
];
