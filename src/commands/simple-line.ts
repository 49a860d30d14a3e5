import type { FixArguments } from './arguments.js';

/** The words that are commands, not paths. */
export const COMMANDS: ReadonlySet<string> = new Set([
  'verify',
  'replay',
  'pr',
  'batch',
  'worker',
  'lsp',
  'list',
  'explain',
  'completion',
]);

/**
 * Reads a command line that holds nothing but paths and `--write`, `--check` or `--quiet`; undefined for any other, which
 * yargs reads. Loading yargs takes about a third of a small run.
 */
export function readSimpleLine(argv: readonly string[]): FixArguments | undefined {
  const flags = new Set<string>();
  const paths: string[] = [];
  for (const word of argv) {
    if (word === '--write' || word === '--check' || word === '--quiet') flags.add(word);
    else if (word === '' || word.startsWith('-') || COMMANDS.has(word)) return undefined;
    else paths.push(word);
  }
  if (flags.has('--write') && flags.has('--check')) return undefined;
  return {
    paths,
    write: flags.has('--write'),
    check: flags.has('--check'),
    interactive: false,
    quiet: flags.has('--quiet'),
    only: [],
    skip: [],
    allow: undefined,
    format: 'text',
    context: undefined,
    target: undefined,
    buildArgs: {},
    config: undefined,
    colour: undefined,
    jobs: undefined,
    allowCode: true,
    proof: undefined,
    history: undefined,
  };
}
