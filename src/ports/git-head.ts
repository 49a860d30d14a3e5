import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Larger files are of repositories in which git is not slower. */
const MOST_FILE_BYTES = 8_000_000;

const ID = /^[0-9a-f]{40}$/;

/**
 * The commit that is checked out, from a loose reference or a packed one, as gitrepository-layout(5) places them.
 * @param own the folder that holds HEAD
 * @param common the folder that holds the references; another one in a linked work tree
 * @throws for what is seldom: other hashes than SHA-1, other stores of references, a branch without commits
 */
export function headOf(own: string, common = own): string {
  const text = textIfThere(join(own, 'HEAD')).trimEnd();
  const name = /^ref: (refs\/.*)$/.exec(text)?.[1];
  if (name === undefined || name.split('/').includes('..')) return checked(text);
  const loose = textIfThere(join(common, name));
  if (loose !== '') return checked(loose.trimEnd());
  const packed = textIfThere(join(common, 'packed-refs'));
  const end = `${packed}\n`.indexOf(` ${name}\n`);
  return checked(packed.slice(Math.max(0, end - 40), Math.max(0, end)));
}

/** The folders of a work tree that {@link headOf} reads. */
export function gitFolders(root: string): { readonly own: string; readonly common: string } {
  const git = join(root, '.git');
  if (statSync(git).isDirectory()) return { own: git, common: git };
  const own = resolve(root, /^gitdir: (.+)/.exec(textIfThere(git))?.[1] ?? '.git');
  return { own, common: resolve(own, textIfThere(join(own, 'commondir')).trimEnd()) };
}

function checked(id: string): string {
  if (!ID.test(id)) throw new Error('no commit');
  return id;
}

/** @throws for what is no file, and for a large one */
export function textIfThere(file: string): string {
  return bytesIfThere(file)?.toString() ?? '';
}

/** @throws for what is no file, and for a large one */
export function bytesIfThere(file: string): Buffer | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile() || stats.size > MOST_FILE_BYTES) throw new Error('too large');
  return readFileSync(file);
}
