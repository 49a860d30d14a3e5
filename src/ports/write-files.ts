import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fsync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { DfixError } from '../errors.js';
import { type Identity, readBytes, sameIdentity } from './read-file.js';
import { errnoOf, fsError } from './fs-errors.js';

/** One file to write. */
export interface FileWrite {
  readonly path: string;
  readonly text: string;
  /** The identity under which the file was read; undefined for a file that must not be there yet. */
  readonly identity: Identity | undefined;
}

/** A file that was written. */
export interface Written {
  /** Its real path. */
  readonly path: string;
  /** It was not there before. */
  readonly created: boolean;
}

export interface WriteOptions {
  /** The folder that dfix was started on: links are followed only to targets inside it. */
  readonly root: string;
}

/** A file ready to take its place. */
interface Staged extends FileWrite {
  /** The real path: symbolic links resolved. */
  readonly target: string;
  readonly temporary: string;
  /** A second name of the old file, to put it back; undefined for a new file or where none is needed. */
  backup?: string | undefined;
}

/**
 * Replaces one file, or leaves it exactly as it is: written beside it, synced, renamed over it; mode (and, where
 * permitted, owner) kept.
 * @throws DfixError when it changed since it was read, leads out of `root`, or cannot be written.
 */
export async function writeAtomically(
  path: string,
  text: string,
  identity: Identity | undefined,
  options: WriteOptions,
): Promise<void> {
  await writeAll([{ path, text, identity }], options);
}

/**
 * Writes all the files or none: every new content is on the disk before the first rename, and when a rename fails those
 * before it are taken back.
 * @throws DfixError as {@link writeAtomically}; nothing was written then.
 */
export async function writeAll(writes: readonly FileWrite[], { root }: WriteOptions): Promise<readonly Written[]> {
  const staged: Staged[] = [];
  const done: Staged[] = [];
  try {
    for (const write of writes) staged.push(await stage(write, root));
    if (new Set(staged.map(({ target }) => target)).size < staged.length) {
      throw new DfixError('same-file', 'two names of one rewrite are the same file', { file: writes[0]!.path });
    }
    for (const file of staged) checkUnchanged(file);
    if (staged.length > 1) for (const file of staged) keepBackup(file);
    for (const file of staged) {
      replace(file);
      done.push(file);
    }
  } catch (error) {
    for (const file of done.toReversed()) putBack(file);
    throw error;
  } finally {
    for (const { temporary, backup } of staged) {
      rmSync(temporary, { force: true });
      if (backup !== undefined) rmSync(backup, { force: true });
    }
  }
  for (const folder of new Set(staged.map(({ target }) => dirname(target)))) await syncFolder(folder);
  return staged.map(({ target, identity }) => ({ path: target, created: identity === undefined }));
}

const sync = promisify(fsync);

async function stage(write: FileWrite, root: string): Promise<Staged> {
  const target = targetOf(write, root);
  const temporary = siblingName(target);
  let handle: number | undefined;
  let doing = 'write';
  try {
    const old = write.identity === undefined ? undefined : statSync(target);
    if (old !== undefined) accessSync(target, constants.W_OK);
    doing = 'write in its folder';
    handle = openSync(temporary, 'wx', old === undefined ? 0o666 : 0o600);
    writeFileSync(handle, write.text);
    if (old !== undefined) copyOwnerAndMode(handle, old);
    await sync(handle);
    return { ...write, target, temporary };
  } catch (error) {
    if (handle !== undefined) rmSync(temporary, { force: true });
    throw fsError(error, write.path, doing, 'nothing written');
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function copyOwnerAndMode(handle: number, { uid, gid, mode }: { uid: number; gid: number; mode: number }): void {
  try {
    fchownSync(handle, uid, gid);
  } catch {
    // Only root may give files away; the file then belongs to who runs dfix.
  }
  fchmodSync(handle, mode & 0o7777);
}

/** The real path to write to; refuses links that lead out of the root. */
function targetOf({ path, identity }: FileWrite, root: string): string {
  try {
    const asked = resolve(path);
    const folder = realpathSync(dirname(asked));
    const target = identity === undefined ? join(folder, basename(asked)) : realpathSync(asked);
    // A file that the user named outside the root is theirs to name, but a link there stays in its own folder.
    const allowed = isInside(asked, resolve(root)) ? [realpathSync(root)] : [realpathSync(root), folder];
    if (allowed.some((base) => isInside(target, base))) return target;
  } catch (error) {
    if (identity !== undefined && errnoOf(error) === 'ENOENT') throw changed(path);
    throw fsError(error, path, 'write', 'nothing written');
  }
  throw new DfixError('outside', 'leads out of the start folder through a symbolic link; nothing written', {
    file: path,
    hint: 'run dfix on its target',
  });
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function changed(file: string): DfixError {
  return new DfixError('changed', 'changed while dfix was running; nothing written', { file });
}

function checkUnchanged({ path, target, identity }: Staged): void {
  if (identity === undefined) {
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw changed(path);
    return;
  }
  let now: Identity;
  try {
    now = readBytes(target);
  } catch {
    throw changed(path);
  }
  if (!sameIdentity(now, identity)) throw changed(path);
}

function keepBackup(file: Staged): void {
  if (file.identity === undefined) return;
  const backup = siblingName(file.target);
  try {
    file.backup = backup;
    try {
      linkSync(file.target, backup);
    } catch {
      // File systems without hard links: a copy serves, with another inode.
      copyFileSync(file.target, backup, constants.COPYFILE_EXCL);
    }
  } catch (error) {
    throw fsError(error, file.path, 'write', 'nothing written');
  }
}

function replace({ path, target, temporary, identity }: Staged): void {
  try {
    if (identity === undefined) createNew(temporary, target);
    else renameSync(temporary, target);
  } catch (error) {
    throw fsError(error, path, 'write', 'nothing written');
  }
}

/** Gives a new file its name unless the name is taken: link(2) fails then, rename(2) would replace. */
function createNew(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error) ?? '')) throw error;
    renameSync(temporary, target);
  }
}

function putBack(file: Staged): void {
  try {
    if (file.identity === undefined) rmSync(file.target);
    else if (file.backup !== undefined) renameSync(file.backup, file.target);
  } catch {
    const kept = file.backup ?? 'nowhere';
    file.backup = undefined; // not cleared away: it is the only copy left
    throw new DfixError(
      'half-written',
      `written, but another file of its rewrite was not; the old content is in ${kept}`,
      {
        file: file.path,
      },
    );
  }
}

/** Whether a file stands beside one that is just being written, and is gone after that. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.dfix$/.test(name);
}

function siblingName(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 100)}.${crypto.randomUUID()}.dfix`);
}

/** Makes renames last through a crash; systems that cannot sync a folder are left to themselves. */
async function syncFolder(folder: string): Promise<void> {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    await sync(handle);
  } catch {
    // The content is complete either way.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
