import type { Invocation } from '../../src/shell/index.js';

const INSTALLS = /^(?:install|i|add|update|upgrade|up|uninstall|remove|rm|un)$/;
/** A folder, an archive, or what is not known. */
const NO_NAME = /^(?:[./~]|[a-z]+:)/i;

/** Whether a package manager of Node installs named packages for the whole system: the folder that it is started in is not touched. */
export function isGlobalInstall({ tool, options, subcommand, operands }: Invocation): boolean {
  const names = operands.map(({ value }) => value ?? '.');
  if (names.some((name) => NO_NAME.test(name))) return false;
  if (tool === 'yarn') return subcommand.startsWith('global') || names[0] === 'global';
  return (
    /^p?npm$/.test(tool ?? '') &&
    INSTALLS.test(subcommand) &&
    (names.length > 0 || subcommand.startsWith('up')) &&
    options.some(({ name }) => name === '-g' || name === '--global')
  );
}
