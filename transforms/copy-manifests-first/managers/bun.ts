import { nodeInstall } from './node.js';
import { has } from './shared.js';
import type { Manager } from './types.js';

/** bun: bun.sh/docs/cli/install. */
export const bun: Manager = {
  tools: /^bun$/,
  install: (question) => {
    if (!/^(?:i|install)$/.test(question.invocation.subcommand)) return undefined;
    if (has(question, '-g', '--global', '-v', '--version', '-h', '--help')) return undefined;
    return nodeInstall(question, 'bun');
  },
};
