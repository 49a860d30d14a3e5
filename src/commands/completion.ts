import yargs from 'yargs';
import { LEVELS } from '../transform/types.js';
import { FORMATS } from './arguments.js';
import { COMMANDS } from './simple-line.js';

/** The word with which the shell's script asks for completions. */
export const ASK = '--get-yargs-completions';

/** A script for bash, zsh or fish (as SHELL says) that completes dfix. */
export async function completionScript(cwd: string): Promise<string> {
  let printed = '';
  const parser = yargs([], cwd).scriptName('dfix').locale('en').exitProcess(false).completion('completion', false);
  await parser.parseAsync(['completion'], {}, (_error, _argv, output) => void (printed += output));
  return printed;
}

/**
 * What may stand for the last word; the shell adds the names of files where nothing fits.
 * @param words those of the command line after the program's name
 */
export async function completions(words: readonly string[], options: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const previous = words.at(-2);
  if (previous === '--only' || previous === '--skip' || previous === 'explain') {
    const { transforms } = await import('../../transforms/index.js');
    return transforms.map(({ meta }) => meta.name);
  }
  if (previous === '--allow') return LEVELS;
  if (previous === '--format') return FORMATS;
  if (current.startsWith('-')) return options;
  return words.length <= 1 ? [...COMMANDS] : [];
}
