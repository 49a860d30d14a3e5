import { type Relation, relationTo, type Use } from '../../src/cache-mounts/index.js';
import { argumentWords, type Instruction } from '../../src/dockerfile/index.js';
import {
  certainValue,
  type CommandPlace,
  type Facts,
  resolvePath,
  type State,
  variable,
} from '../../src/facts/index.js';
import type { ShellWord } from '../../src/shell/index.js';
import { onceFor } from '../../src/once.js';

/**
 * Paths as text that can be compared though a part is not known: known variables are filled in, others stay as `${NAME}`.
 */

/** A word of a command; undefined when a part of it is computed. Globs keep their characters. */
export function spelledWord(word: ShellWord, { lookup }: Pick<CommandPlace, 'lookup'>): string | undefined {
  let text = '';
  for (const piece of word.pieces) {
    if (piece.kind === 'text') text += piece.value;
    else if (piece.kind === 'variable' && piece.plain) text += lookup(piece.name) ?? `\${${piece.name}}`;
    else return undefined;
  }
  return text;
}

/** A word of ADD or COPY; undefined when it is more than text and plain variables. */
export function spelledText(text: string, state: State): string | undefined {
  let open = false;
  const spelled = text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare!;
    if (!state.env.has(name) && !state.args.has(name)) return '';
    return certainValue(state, name) ?? `\u0000${name}\u0001`;
  });
  if (/[$\\"'`]/.test(spelled)) open = true;
  return open ? undefined : spelled.replaceAll('\u0000', '${').replaceAll('\u0001', '}');
}

/** The absolute path that a word names. */
export function pathOf(word: ShellWord, place: CommandPlace): string | undefined {
  const text = spelledWord(word, place);
  return text === undefined || text === '' ? undefined : resolvePath(text, place);
}

/** A path for an announcement: variables have the value that they have unless a build argument changes it, or may be anything. */
export function announcedPath(path: string, state: State): string {
  return path.replace(/\$\{(\w+)\}/g, (_, name: string) => variable(state, name)?.value ?? '*');
}

/** The last part of a path or URL. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The words of a command with those of its redirects, as they are compared with many files. */
interface SpelledUse {
  /** The absolute paths that arguments and redirects name; undefined for options and what is computed. */
  readonly paths: readonly (string | undefined)[];
  /** All words, as far as they are known. */
  readonly texts: readonly string[];
}

/** The words of a command. */
export const spelledUse = onceFor(({ invocation: { args, command }, place }: Use): SpelledUse => {
  const targets = command.redirects.flatMap(({ target }) => target ?? []);
  return {
    paths: [...args, ...targets].map((word) => (word.text.startsWith('-') ? undefined : pathOf(word, place))),
    texts: [...command.words, ...targets].map((word) => spelledWord(word, place) ?? word.text),
  };
});

/** How the words of a command lie to a file: the closest relation of any of them. */
export function namesFile(use: Use, path: string): Relation {
  let found: Relation = 'none';
  for (const named of spelledUse(use).paths) {
    const relation = named === undefined ? 'none' : relationTo(named, path);
    if (relation === 'same') return relation;
    if (found === 'none') found = relation;
  }
  return found;
}

/** Whether a command holds the name of a file anywhere: in an option, a pipe's text, a URL. */
export function mentions(use: Use, path: string): boolean {
  const name = baseName(path);
  return spelledUse(use).texts.some((text) => holdsName(text, name));
}

/** Whether a text holds a file's name, not as a part of a longer one. */
export function holdsName(text: string, name: string): boolean {
  const inName = /[\w.+-]/;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!inName.test(text[at - 1] ?? '/') && !inName.test(text[at + name.length] ?? '/')) return true;
  return false;
}

/** Whether a command removes a file, alone or with others. */
export function removes(use: Use, path: string): boolean {
  const { tool, args } = use.invocation;
  if (tool === 'find') return args.some(({ value }) => value === '-delete') && namesFile(use, path) !== 'none';
  return (tool === 'rm' || tool === 'unlink') && ['same', 'above'].includes(namesFile(use, path));
}

/** The folders that what the container starts is given, as a server is. */
export function commandFolders(facts: Facts, instruction: Instruction): readonly string[] {
  if (!/^(?:CMD|ENTRYPOINT)$/.test(instruction.keyword)) return [];
  const cwd = facts.before(instruction)?.workdir;
  const words = argumentWords(instruction);
  return words.slice(1).flatMap((word) => {
    const folder = resolvePath(word.replace(/^--?[\w-]+=|["']/g, ''), { cwd, home: undefined });
    return folder !== undefined && folder !== '/' && /[/.]/.test(word) ? folder : [];
  });
}
