import { nodeInstall } from './node.js';
import { folderBy, has, inside, joinPath, listed, strangeOption } from './shared.js';
import type { Answer, Manager, Question } from './types.js';

/** pnpm: pnpm.io/cli/install, pnpm.io/cli/fetch. */
export const pnpm: Manager = {
  tools: /^pnpm$/,
  install: (question) => {
    if (!/^(?:i|install|fetch)$/.test(question.invocation.subcommand)) return undefined;
    if (has(question, '-g', '--global', '-v', '--version', '-h', '--help')) return undefined;
    if (question.invocation.subcommand === 'fetch') return fetchOnly(question);
    return nodeInstall(question, 'pnpm');
  },
};

/** `pnpm fetch` goes by the lockfile alone; Corepack looks into package.json where it is there. */
function fetchOnly(question: Question): Answer {
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  const folder = folderBy(question, ['pnpm-lock.yaml']);
  if (folder === undefined) return `no pnpm-lock.yaml is copied from the build context to ${question.cwd}`;
  const read = new Set(
    ['pnpm-lock.yaml', 'package.json', 'pnpm-workspace.yaml', '.npmrc', '.pnpmfile.cjs'].map((name) =>
      joinPath(folder, name),
    ),
  );
  const known = question.project.at.node(folder, 'pnpm')?.manifests ?? [];
  const paths = [...read].filter((path) => question.project.context.paths.includes(path));
  const patches = known.filter((path) => path.endsWith('.patch'));
  return {
    manager: 'pnpm',
    folder,
    cwd: question.cwd,
    paths: [...paths, ...patches],
    fills: [inside(question.cwd, 'node_modules')],
    evidence: `pnpm fetch reads ${listed([...paths, ...patches])}`,
  };
}
