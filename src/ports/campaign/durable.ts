import { closeSync, fsync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Puts files in place, each in one step; their contents are on the disk, their names only after their folder was synced.
 * @param files texts by path
 */
export async function putFiles(files: ReadonlyMap<string, string>): Promise<void> {
  const handles: number[] = [];
  try {
    // Small writes cost less at once than a turn of the event loop each; what takes long is the disk.
    for (const [file, text] of files) {
      const handle = openSync(temporary(file), 'w');
      handles.push(handle);
      writeWhole(handle, text);
    }
    await Promise.all(handles.map((handle) => promisify(fsync)(handle)));
  } finally {
    for (const handle of handles) closeSync(handle);
  }
  for (const file of files.keys()) renameSync(temporary(file), file);
}

function temporary(file: string): string {
  return join(dirname(file), `.${basename(file)}.new`);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function writeWhole(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
}

export function syncFolderNow(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
