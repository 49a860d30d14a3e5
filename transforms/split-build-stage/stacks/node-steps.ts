import { isWithin } from '../../../src/facts/index.js';
import type { Effect } from '../file-steps.js';
import type { Step } from '../types.js';

/** Programs that write below the folder that they run in. */
const BUILDERS =
  /^(?:npm|npx|yarn|pnpm|pnpx|node|nodejs|tsc|tsup|esbuild|swc|nest|next|nuxt|nuxi|vite|webpack|rollup|remix|astro|gulp|grunt|babel|prisma|ng|rimraf|tsc-alias|turbo|parcel|svelte-kit|lerna|patch-package|node-gyp)$/;

/** Whether a command builds below the folder that it runs in; programs of packages may be named by their path. */
export function isBuilder({ invocation: { tool } }: Step): boolean {
  return BUILDERS.test((tool ?? '').replace(/^(?:\.\/)?node_modules\/\.bin\//, ''));
}

/** The effect of a command of the Node world; undefined for other commands. */
export function builderEffect(step: Step, root: string, managers: ReadonlySet<string>): Effect | undefined {
  const { tool, args, subcommand } = step.invocation;
  const words = args.map(({ value, text }) => value ?? text);
  if (tool === 'corepack') return managers.has('pnpm') || managers.has('yarn') ? 'outside' : 'none';
  if (!isBuilder(step)) return undefined;
  if (words.some((word) => /^(?:-g|--global|global)$/.test(word))) {
    const names = words
      .filter((word) => !/^(?:-|i$|install$|add$|global$)/.test(word))
      .map((word) => word.replace(/(?<=.)@[^/]{0,214}$/, ''));
    return names.some((name) => managers.has(name)) ? 'unknown' : 'none';
  }
  if (words.some((word) => /^(?:--prefix|--cwd|-C|--dir)/.test(word))) return 'unknown';
  if (
    /^(?:config|cache|cache clean|cache clear|set)$/.test(subcommand) ||
    words.every((word) => /^(?:-v|--version)$/.test(word) && words.length > 0)
  )
    return 'none';
  return step.cwd !== undefined && isWithin(step.cwd, root) ? 'inside' : 'unknown';
}
