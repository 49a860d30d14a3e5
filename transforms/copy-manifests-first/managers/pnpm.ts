import { nodeInstall } from './node.js';
import { has } from './shared.js';
import type { Manager } from './types.js';

/** pnpm: pnpm.io/cli/install, pnpm.io/cli/fetch. */
export const pnpm: Manager = {
  tools: /^pnpm$/,
  install: (question) => {
    if (!/^(?:i|install|fetch)$/.test(question.invocation.subcommand)) return undefined;
    if (has(question, '-g', '--global', '-v', '--version', '-h', '--help')) return undefined;
    return nodeInstall(question, 'pnpm');
  },
};
