import { nodeInstall } from './node.js';
import { has, inside, joinPath, readsNothing } from './shared.js';
import type { Manager, Question } from './types.js';

/** yarn: classic.yarnpkg.com/docs/cli/install, yarnpkg.com/cli/install. */
export const yarn: Manager = {
  tools: /^yarn(?:pkg)?$/,
  install: (question) => {
    if (question.invocation.subcommand === 'cache') return readsNothing(question, 'yarn');
    if (!/^(?:|install|workspaces focus)$/.test(question.invocation.subcommand)) return undefined;
    if (has(question, '-v', '--version', '-h', '--help')) return undefined;
    const modern = modernSettings(question);
    if (modern === undefined) return nodeInstall(question, 'yarn');
    if (!/^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(modern))
      return 'Yarn writes .pnp.cjs and .yarn beside the source, where the COPY of the source would replace them';
    return nodeInstall(question, 'yarn', ['.yarn/install-state.gz']);
  },
};

/** The text of .yarnrc.yml for Yarn 2 and later; undefined for Yarn 1. */
function modernSettings({ cwd, source, project }: Question): string | undefined {
  for (let at = cwd; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const settings = source(inside(at, '.yarnrc.yml'));
    if (settings !== undefined) return project.context.read(settings) ?? '';
    const manifest = source(inside(at, 'package.json'));
    const folder = manifest?.slice(0, -'package.json'.length - 1);
    const lock = folder === undefined ? undefined : project.context.read(joinPath(folder, 'yarn.lock'));
    const declared = folder === undefined ? undefined : project.at.node(folder, 'yarn')?.packageManager;
    if (/^yarn@(?:[2-9]|\d\d)/.test(declared ?? '') || /^__metadata:/m.test(lock ?? '')) return '';
    if (at === '/') return undefined;
  }
}
