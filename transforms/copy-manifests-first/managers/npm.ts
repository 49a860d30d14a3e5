import { nodeInstall } from './node.js';
import { has } from './shared.js';
import type { Manager } from './types.js';

const INSTALL = /^(?:ci|ic|i|in|ins|install|isntall|clean-install|install-clean)$/;

/** npm: docs.npmjs.com/cli/commands/npm-ci. */
export const npm: Manager = {
  tools: /^npm$/,
  install: (question) => {
    if (!INSTALL.test(question.invocation.subcommand)) return undefined;
    if (has(question, '-g', '--global', '--location', '-v', '--version', '-h', '--help')) return undefined;
    return nodeInstall(question, 'npm');
  },
};
