import type { Instruction } from '../../src/dockerfile/index.js';
import { copyWords, type Facts, joinPath, resolvePath } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { type folderReader, singleFiles } from './folders.js';

const KNOWN_FLAGS = new Set(['from', 'chown', 'chmod']);

/**
 * Why a COPY would give other files with --link: that copies into an empty tree, which is laid over the image. Folders
 * above the destination are made anew with mode 755 (or the COPY's own), links there are not followed, and a file may
 * take the place of a folder. Undefined when nothing of that can be told.
 * @param read tells what stands before the COPY
 */
export function linkProblem(
  facts: Facts,
  copy: Instruction,
  read: ReturnType<typeof folderReader>,
  context: ContextFiles | undefined,
): string | undefined {
  const flag = copy.flags.find(({ name }) => !KNOWN_FLAGS.has(name))?.name;
  if (flag !== undefined) return `what --${flag} does together with --link is not looked at`;
  const value = (name: string): string | undefined => copy.flags.find((one) => one.name === name)?.value;
  const owner = value('chown');
  if (owner !== undefined && !/^\d+(?::\d+)?$/.test(owner)) return '--link knows no names of users';
  const words = copyWords(facts, copy);
  const written = words.at(-1);
  const target =
    written === undefined ? undefined : resolvePath(written, { cwd: facts.before(copy)!.workdir, home: undefined });
  if (target === undefined) return 'where it copies to is not known';
  const folders = read(copy);
  if (typeof folders === 'string') return folders;
  const isPlain = owner === undefined && value('chmod') === undefined;
  const above = ancestors(target).find((folder) => {
    const presence = folders(folder);
    return presence === 'unknown' || (presence === 'plain' && !isPlain && folder !== '/');
  });
  if (above !== undefined)
    return folders(above) === 'unknown'
      ? `whether ${above} is a folder of mode 755 that belongs to root is not known, and --link makes it one`
      : `--link would give ${above} the owner or the mode of the files, too`;
  const own = folders(target);
  if (own === 'absent') return undefined;
  const isFolder = /(?:^|\/)\.{0,2}$/.test(written!);
  if (!isFolder || own === 'unknown') return `what ${target} was before is not known, and --link takes its place`;
  if (!isPlain) return `--link would give ${target} the owner or the mode of the files, too`;
  const names = singleFiles(copy, words.slice(0, -1), context);
  if (names === undefined)
    return `${words[0] ?? 'a source'} may be a folder, whose mode --link would give to ${target}`;
  const replaced = names.map((name) => joinPath(target, name)).find((path) => folders(path) !== 'absent');
  return replaced === undefined ? undefined : `what ${replaced} was before is not known, and --link takes its place`;
}

/** The folders above a path, the root first. */
export function ancestors(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, i) => `/${names.slice(0, i).join('/')}`);
}
