import { joinPath as joinImagePath, resolvePath } from '../../../src/facts/index.js';
import { folderOf, joinPath } from '../../../src/project/paths.js';
import type { ManifestFacts } from '../../../src/project/manifests/facts.js';
import { type Option, valueOf } from '../../../src/shell/index.js';
import type { Needs, Question } from './types.js';

/** A path of the image, from the folder that the command works in. */
export function inside(cwd: string, name: string): string {
  return cwd === '/' ? `/${name}` : `${cwd}/${name}`;
}

/** The folder of the context that stands in `cwd`, known by one of the files that must lie there. */
export function folderBy({ cwd, source }: Question, names: readonly string[]): string | undefined {
  for (const name of names) {
    const path = source(inside(cwd, name));
    if (path !== undefined && (path === name || path.endsWith(`/${name}`))) return folderOf(path);
  }
  return undefined;
}

/** Copied files of these names in the folders of the image above the one that the command works in, nearest first. */
export function copiedAbove({ cwd, source }: Question, names: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let at = cwd; at !== '/';) {
    at = folderOf(at) || '/';
    found.push(...names.map((name) => inside(at, name)).filter((path) => source(path) !== undefined));
  }
  return found;
}

export function has({ invocation }: Question, ...names: readonly string[]): boolean {
  return invocation.options.some(({ name }) => names.includes(name));
}

/** The path in the image of one in the context, where `folder` stands in `cwd`. */
export function imageOf({ folder, cwd }: Pick<Needs, 'folder' | 'cwd'>, path: string): string {
  return joinImagePath(cwd, relativePath(folder, path));
}

/** The path of a file as seen from a folder of the context, with `..` where it lies outside. */
function relativePath(folder: string, path: string): string {
  const from = folder === '' ? [] : folder.split('/');
  const to = path.split('/');
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** The first option that the model of the tool does not know, as a reason. */
export function strangeOption({ invocation }: Question): string | undefined {
  const strange = invocation.options.find(({ known }) => !known);
  return strange === undefined ? undefined : `${invocation.tool ?? ''} ${strange.name} is not known`;
}

export function valueOfOption(option: Option, { place }: Question): string | undefined {
  return option.valueWord === undefined ? option.value : valueOf(option.valueWord, place.lookup);
}

/** A manifest, of those that matter, that could not be read, as a reason. */
export function unreadable(facts: ManifestFacts, matter = /(?:)/): string | undefined {
  const first = facts.unreadable.find(({ path }) => matter.test(path));
  if (first === undefined) return undefined;
  return `${first.path}${first.line === undefined ? '' : `:${first.line}`}: ${first.why}`;
}

/** An absolute path for one written in the command. */
export function imagePath({ cwd, place }: Question, written: string): string | undefined {
  return resolvePath(written, { cwd, home: place.home });
}

/** A command that reads nothing of the context. */
export function readsNothing({ cwd }: Question, manager: string): Needs {
  return { manager, folder: '', cwd, paths: [], fills: [], evidence: '' };
}

/** A list of file names for people; long ones are cut. */
export function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 6).join(', ');
  return paths.length > 6 ? `${shown} and ${paths.length - 6} more` : shown;
}

/** Whether a path is a folder, or below it; `""` holds all. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** A command as written, its words with one blank between. */
export function wordsOf({ invocation }: Question): string {
  return invocation.command.words.map(({ text }) => text).join(' ');
}

/** The options of a kind as words; undefined when the value of one is computed. */
export function optionTexts({ invocation }: Question, kept: RegExp): readonly string[] | undefined {
  const texts: string[] = [];
  for (const { name, word, valueWord } of invocation.options) {
    if (!kept.test(name)) continue;
    if (word.value === undefined || (valueWord !== undefined && valueWord.value === undefined)) return undefined;
    texts.push(word.text, ...(valueWord === undefined ? [] : [valueWord.text]));
  }
  return texts;
}

export { joinPath };
