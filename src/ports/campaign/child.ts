import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Ended, runProcess } from '../engine/process.js';

/** dfix itself as a child: what it prints, and the files that it left in the folder it was given. */
export interface DfixRun extends Ended {
  /** @returns undefined when it wrote no such file */
  read(name: string): Promise<string | undefined>;
}

export interface DfixOptions {
  /** Where dfix is installed. */
  readonly root: URL;
  /** The repository. */
  readonly cwd: string;
  /** Seconds; it is ended then, and all that it started. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Files to put into the folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Megabytes that its objects may take. */
const MEMORY = 2048;

/**
 * Runs a command of dfix in a process of its own.
 * @param words the command line, given the path of a temporary folder for its files
 * @throws DfixError when it was interrupted
 */
export async function runDfix<T>(
  words: (folder: string) => readonly string[],
  { root, cwd, timeout, signal, files = {} }: DfixOptions,
  use: (run: DfixRun) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dfix-step-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const program = fileURLToPath(new URL('bin/dfix.js', root));
    const command = [process.execPath, `--max-old-space-size=${MEMORY}`, program, ...words(folder)];
    const environment = { CI: '1', NO_COLOR: '1', DFIX_DEBUG: '' };
    const ended = await runProcess(command, { cwd, signal, timeout: timeout * 1000, environment });
    const read = (name: string): Promise<string | undefined> =>
      readFile(join(folder, name), 'utf8').catch(() => undefined);
    return await use({ ...ended, read });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether a path is a folder on this machine. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
