import { certainValue } from '../../../src/facts/index.js';
import { requirementsInstall } from './pip.js';
import {
  copiedAbove,
  folderBy,
  has,
  imagePath,
  inside,
  joinPath,
  listed,
  strangeOption,
  unreadable,
  wordsOf,
} from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const FILES = /(?:^|\/)(?:pyproject\.toml|uv\.lock|uv\.toml|\.python-version)$/;
const WITHOUT_PROJECT = ['--no-install-project', '--no-install-workspace', '--no-install-local', '--only-dev'];

/** uv: docs.astral.sh/uv/guides/integration/docker. */
export const uv: Manager = {
  tools: /^uv$/,
  install: (question) => {
    const { subcommand } = question.invocation;
    if (/^pip (?:install|sync)$/.test(subcommand)) return requirementsInstall(question, 'uv pip');
    if (subcommand !== 'sync') return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    const { needs, members, builds } = found;
    if (members && !has(question, '--no-install-workspace'))
      return 'uv sync builds the members of the workspace from their source';
    if (builds && !has(question, ...WITHOUT_PROJECT)) return 'uv sync builds the project from its source';
    return needs;
  },
  download: (question) => {
    if (question.invocation.subcommand !== 'sync' || has(question, ...WITHOUT_PROJECT)) return undefined;
    const found = dependencies(question);
    if (typeof found === 'string') return found;
    const { needs, members, builds, dynamic } = found;
    if (!builds && !members) return undefined;
    if (!has(question, '--frozen') && !question.state.env.has('UV_FROZEN') && dynamic)
      return 'without --frozen uv builds the project to learn its dynamic metadata';
    return {
      ...needs,
      directory: question.place.cwd ?? question.cwd,
      command: `${wordsOf(question)} ${members ? '--no-install-workspace' : '--no-install-project'}`,
      tool: /^uv$/,
      done: /\buv sync\b[^&|;]*--no-install-(?:project|workspace)|\buv export\b/,
      mounted: /uv/,
    };
  },
};

interface Found {
  readonly needs: Needs;
  readonly members: boolean;
  readonly builds: boolean;
  readonly dynamic: boolean;
}

function dependencies(question: Question): Found | string {
  const { cwd, state, project, source } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  const folder = folderBy(question, ['pyproject.toml']);
  const facts = folder === undefined ? undefined : project.at.python(folder);
  if (folder === undefined || facts === undefined)
    return `no pyproject.toml is copied from the build context to ${cwd}`;
  const roots = copiedAbove(question, ['pyproject.toml']).map((path) => project.context.read(source(path)!));
  if (roots.some((text) => /^\[tool\.uv\.workspace\]/m.test(text ?? '')))
    return `${folder}/pyproject.toml may be a member of the workspace above it`;
  const fault = unreadable(facts, FILES);
  if (fault !== undefined) return fault;
  const local = facts.readsSource.find(({ why }) => /local path|local dependency/.test(why));
  if (local !== undefined) return `${local.why} (${local.path || '.'})`;
  const text = project.context.read(joinPath(folder, 'pyproject.toml')) ?? '';
  const paths = facts.manifests.filter((path) => FILES.test(path));
  const environment = certainValue(state, 'UV_PROJECT_ENVIRONMENT');
  const needs: Needs = {
    manager: 'uv',
    folder,
    cwd,
    paths,
    fills: [imagePath(question, environment ?? '.venv') ?? inside(cwd, '.venv')],
    evidence: `uv reads ${listed(paths)}`,
  };
  const virtual = /^[ \t]*package\s*=\s*false/m.test(text);
  return {
    needs,
    members: facts.workspaces.length > 0,
    builds:
      !virtual &&
      (facts.buildBackend !== undefined || /^\[build-system\]/m.test(text) || /^[ \t]*package\s*=\s*true/m.test(text)),
    dynamic: /^[ \t]*dynamic\s*=/m.test(text),
  };
}
