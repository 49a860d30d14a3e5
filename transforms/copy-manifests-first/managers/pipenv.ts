import { folderBy, has, inside, listed, strangeOption, unreadable } from './shared.js';
import type { Manager } from './types.js';

const FILES = /(?:^|\/)Pipfile(?:\.lock)?$/;

/** Pipenv: pipenv.pypa.io/en/latest/cli.html. */
export const pipenv: Manager = {
  tools: /^pipenv$/,
  install: (question) => {
    const { invocation, project, cwd, state } = question;
    if (!/^(?:install|sync)$/.test(invocation.subcommand)) return undefined;
    const strange = strangeOption(question);
    if (strange !== undefined) return strange;
    if (invocation.operands.length > 0)
      return `pipenv ${invocation.subcommand} ${invocation.operands[0]!.text} changes the Pipfile`;
    if (has(question, '-r', '--requirements', '-e', '--editable')) return 'pipenv installs more than the Pipfile says';
    const folder = folderBy(question, ['Pipfile']);
    const facts = folder === undefined ? undefined : project.at.python(folder);
    if (folder === undefined || facts === undefined) return `no Pipfile is copied from the build context to ${cwd}`;
    const fault = unreadable(facts, FILES);
    if (fault !== undefined) return fault;
    const local = facts.readsSource.find(({ why }) => /local path/.test(why));
    if (local !== undefined) return `${local.why} (${local.path || '.'})`;
    const paths = facts.manifests.filter((path) => FILES.test(path));
    const inProject = state.env.has('PIPENV_VENV_IN_PROJECT') || !has(question, '--system');
    return {
      manager: 'Pipenv',
      folder,
      cwd,
      paths,
      fills: inProject ? [inside(cwd, '.venv')] : [],
      evidence: `Pipenv reads ${listed(paths)}`,
    };
  },
};
