import type { Prepare, Use } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { prepareUvx } from './fetched-at-start.js';

/** Installations that are links into the cache: with the folder in a mount, the image would hold links to nothing. */

/** What an option or a variable of one of these commands says, when it says so in plain words. */
function said(uses: readonly Use[], option: RegExp, variables: readonly string[]): string | undefined {
  for (const { invocation, place } of uses) {
    const words = invocation.args.map(({ value }) => value ?? '').join(' ');
    const found = option.exec(words)?.[1];
    if (found !== undefined) return found;
    for (const name of variables) {
      const inline = invocation.environment.find(([key]) => key === name);
      const value = inline === undefined ? place.lookup(name) : inline[1]?.value;
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** uv makes copies from a mount when it cannot link, but symbolic links when told to. */
export const prepareUv: Prepare = (...args) =>
  said(args[0].uses, /--link-mode[= ](\w+)/, ['UV_LINK_MODE']) === 'symlink'
    ? 'uv is told to install symbolic links into its cache'
    : prepareUvx(...args);

export const prepareBun: Prepare = ({ uses }) =>
  said(uses, /--backend[= ](\w+)/, []) === 'symlink' ? 'bun is told to install symbolic links into its cache' : {};

const GLOBAL_STORE = [
  'npm_config_enable_global_virtual_store',
  'NPM_CONFIG_ENABLE_GLOBAL_VIRTUAL_STORE',
  'pnpm_config_enable_global_virtual_store',
  'PNPM_CONFIG_ENABLE_GLOBAL_VIRTUAL_STORE',
];

/**
 * pnpm keeps its global virtual store in the store's folder: all of a project's packages where it is asked for, and from
 * version 11 on always what is installed globally, pnpm itself by its own installer included.
 */
export const preparePnpm: Prepare = ({ uses }, facts, tree, project) => {
  const asked = said(uses, /--config\.enable-?global-?virtual-?store(?:=(\w+))?/i, GLOBAL_STORE);
  if (asked === 'true') return 'packages are links into the global virtual store of pnpm';
  const pnpm = pnpmMajor(facts, project);
  if (pnpm !== undefined && pnpm < 11) return {};
  if (facts.file.text.includes('get.pnpm.io')) return "pnpm's own installer puts it into the store";
  const global = tree.find(({ uses: all }) => all.some(installsGlobally));
  return global === undefined
    ? {}
    : `line ${global.instruction.lines.first} installs globally, and since version 11 pnpm then links into its store`;
};

function installsGlobally({ invocation: { tool, args } }: Use): boolean {
  const words = args.map(({ value }) => value ?? '');
  if (tool !== 'pnpm') return false;
  return /^(runtime|rt|env)$/.test(words[0] ?? '') || words.some((word) => word === '-g' || word === '--global');
}

/** The version of pnpm that package.json or the Dockerfile names. */
function pnpmMajor({ file }: Facts, project: ProjectFacts | undefined): number | undefined {
  const declared = project?.node.map(({ packageManager }) => packageManager ?? '').find((name) => /^pnpm@/.test(name));
  const major = /\bpnpm@v?(\d+)/.exec(declared ?? file.text)?.[1];
  return major === undefined ? undefined : Number(major);
}
