import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DfixError } from '../../errors.js';
import { errnoOf, fsError } from '../fs-errors.js';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with its number; empty where the system does not say. */
  readonly started: string;
}

const NAME = /^lock\.(\d{1,12})$/;

/**
 * Makes this process the only one that works in a folder, until it ends, however it ends.
 *
 * Locks are numbered, and a number is never used twice while a higher one is there: of two processes that find the same
 * dead owner only one can link the next number, and one that comes late finds a higher number than its own.
 * @returns gives the folder back
 * @throws DfixError that names the owner, where there is one
 */
export function lockFolder(folder: string): () => void {
  for (;;) {
    const highest = Math.max(0, ...numbers(folder));
    if (highest > 0) refuseIfOwned(folder, highest);
    const own = highest + 1;
    if (!create(folder, own)) continue;
    const now = numbers(folder);
    if (Math.max(...now) > own) {
      rmSync(join(folder, `lock.${own}`), { force: true });
      continue;
    }
    for (const number of now) if (number < own) rmSync(join(folder, `lock.${number}`), { force: true });
    // The file stays, for its number; that it belongs to nobody is what its content says.
    return () => writeFileSync(join(folder, `lock.${own}`), 'free\n');
  }
}

function numbers(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = NAME.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** Creates a lock with its content in one step; false when the number is taken. */
function create(folder: string, number: number): boolean {
  const owner: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const temporary = join(folder, `.lock-${process.pid}-${hostname()}`);
  try {
    writeFileSync(temporary, JSON.stringify(owner));
    linkSync(temporary, join(folder, `lock.${number}`));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw fsError(error, folder, 'lock');
  } finally {
    rmSync(temporary, { force: true });
  }
}

function refuseIfOwned(folder: string, number: number): void {
  const file = join(folder, `lock.${number}`);
  const owner = readOwner(file);
  if (owner === undefined) return;
  const elsewhere = owner.host !== hostname();
  if (!elsewhere && !(isAlive(owner.pid) && startOf(owner.pid) === owner.started)) return;
  throw new DfixError('locked', `process ${owner.pid} on ${owner.host} works in it`, {
    file: folder,
    hint: elsewhere ? `if that process is gone, delete ${file}` : 'wait for it, or end it',
  });
}

/** Undefined for a lock that was given back or is gone. */
function readOwner(file: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof owner === 'object' && owner !== null && 'pid' in owner ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Field 22 of proc(5)'s stat: ticks from boot to the start of a process. The name before it may hold blanks. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
